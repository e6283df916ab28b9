"""Doing to a post what was decided, and recording the decision."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from consultation.application.journal import Place, record, take_place
from consultation.application.ports import Counts, NewDecision, Transaction
from consultation.application.posts import counts_of, set_state
from consultation.application.search import search_terms
from consultation.domain import measures
from consultation.domain.actors import Actor
from consultation.domain.contents import decision_content, post_content, state_content
from consultation.domain.debates import Debate
from consultation.domain.journal import Canonical, EntryKind, Receipt
from consultation.domain.moderation import Case, Instance, Measure, Ruling
from consultation.domain.posts import Post, PostText

_KINDS: Final = {
    Measure.KEEP: EntryKind.POST_KEPT,
    Measure.HIDE: EntryKind.POST_HIDDEN,
    Measure.MASK: EntryKind.POST_MASKED,
    Measure.MOVE: EntryKind.POST_MOVED,
    Measure.RESTORE: EntryKind.POST_RESTORED,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with its post, the debate's row locked. `at` is the effective instant.

    `earlier` is the text before the present one, where it was read along. `before` is the post as before
    the case's mask or move, where a restoration can undo that.
    """

    debate: Debate
    case: Case
    post: Post
    actor: Actor
    at: datetime
    earlier: PostText | None = None
    before: Post | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A case as it stands after a decision."""

    case: Case
    decision: NewDecision
    receipt: Receipt
    place: Place


def carry_out(
    tx: Transaction,
    opened: Opened,
    case: Case,
    ruling: Ruling,
    instance: Instance,
    decided_by: int | None,
) -> Decided:
    """Do to the post what was decided, and record the decision: one act, one journal entry."""
    debate, before, at = opened.debate, opened.post, opened.at
    after = _outcome(opened, ruling)
    is_new_text = after.revision != before.revision
    change = _visible(after) - _visible(before)
    counts = counts_of(before.kind, before.side, change) if change else Counts()
    place = take_place(tx, debate, at, counts=counts)
    kind = _KINDS[ruling.measure]
    if instance is Instance.APPEAL and ruling.measure is Measure.KEEP:
        kind = EntryKind.APPEAL_REJECTED
    outcome = _content(before, after)
    content = decision_content(before.number, instance, ruling, outcome)
    _, mark, receipt = record(tx, debate, at, kind, place.sequence, before.number, content, opened.actor)
    if is_new_text:
        terms = search_terms(debate.language, after.text.title, after.text.body)
        is_masked = ruling.measure is Measure.MASK
        tx.posts.revise(debate.key, after.number, after, at, mark, terms, masks_earlier=is_masked)
    elif after != before:
        set_state(tx, debate, after, mark, change)
    decision = NewDecision(uid=tx.ids.uid(), instance=instance, ruling=ruling, decided_by=decided_by, at=at)
    tx.cases.add_decision(case, decision, mark.sequence, mark.salt)
    return Decided(case, decision, receipt, place)


def _visible(post: Post) -> int:
    return 1 if post.is_visible else 0


def _outcome(opened: Opened, ruling: Ruling) -> Post:
    post, at = opened.post, opened.at
    match ruling.measure:
        case Measure.KEEP | Measure.PUBLISH | Measure.REFUSE:
            return post
        case Measure.HIDE:
            return measures.hidden(post, ruling.reasons.ground, at)
        case Measure.MASK:
            return measures.masked(post, ruling.passage or "", at)
        case Measure.MOVE:
            return measures.moved(post, ruling.theme, at)
        case Measure.RESTORE:
            if opened.before is not None:
                return _again(opened.before, at)
            return measures.released(opened.case, post)


def _again(before: Post, at: datetime) -> Post:
    return replace(before, revision=before.revision + 1, revised_at=at)


def _content(before: Post, after: Post) -> Mapping[str, Canonical] | None:
    if after == before:
        return None
    return post_content(after) if after.revision != before.revision else state_content(after)
