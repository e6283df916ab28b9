"""Claiming and deciding cases, in the first instance and on appeal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from consultation.application.journal import record, take_place
from consultation.application.ports import Account, Counts, Mark, NewDecision, Transaction
from consultation.application.posts import counts_of, reply_field
from consultation.application.search import search_terms
from consultation.domain import moderation as rules
from consultation.domain.actors import Person
from consultation.domain.contents import decision_content, post_content, state_content
from consultation.domain.debates import Debate
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import Canonical, EntryKind, Receipt
from consultation.domain.moderation import Case, Instance, Measure, Ruling
from consultation.domain.permissions import Act, check_permission
from consultation.domain.posts import Post
from consultation.domain.texts import tidy, tidy_line

_KINDS: Final = {
    Measure.KEEP: EntryKind.POST_KEPT,
    Measure.HIDE: EntryKind.POST_HIDDEN,
    Measure.MASK: EntryKind.POST_MASKED,
    Measure.MOVE: EntryKind.POST_MOVED,
    Measure.RESTORE: EntryKind.POST_RESTORED,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with its post, the debate's row locked. `at` is the effective instant."""

    debate: Debate
    case: Case
    post: Post
    actor: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """A case as it stands after a decision."""

    case: Case
    decision: NewDecision
    receipt: Receipt


def open_case(tx: Transaction, slug: str, uid: UUID, account: Account) -> Opened | Refused:
    """Lock the debate of a case and read the case and its post.

    A case that the caller's organisation does not own looks as if it were not there.
    """
    held = tx.cases.lock(uid, account.key)
    if held is None or held.debate.owner.slug != slug:
        return _not_here(tx, slug, account)
    actor = Person(account.key, account.name, held.roles)
    return Opened(held.debate, held.case, held.post, actor, held.debate.effective(tx.now()))


def _not_here(tx: Transaction, slug: str, account: Account) -> Refused:
    """Why there is no such case: nobody but the organisation's staff learns which cases it has."""
    organisation = tx.organisations.find(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    actor = Person(account.key, account.name, tx.people.roles(account.key, organisation.key))
    decision = check_permission(Act.MODERATE, actor)
    return decision if isinstance(decision, Refused) else Refused(RefusalCode.CASE_NOT_FOUND)


def claim_case(tx: Transaction, slug: str, uid: UUID, account: Account) -> Case | Refused:
    """Take a case into one's hands, or over from somebody else."""
    opened = open_case(tx, slug, uid, account)
    if isinstance(opened, Refused):
        return opened
    case = rules.claim(opened.debate, opened.case, opened.post, opened.actor, opened.at)
    if isinstance(case, Case):
        tx.cases.save(case)
    return case


def decide_case(tx: Transaction, slug: str, uid: UUID, account: Account, ruling: Ruling) -> Decided | Refused:
    """Decide in the first instance: what is to happen to the post, with reasons."""
    return _decide(tx, slug, uid, account, ruling, Instance.FIRST)


def decide_appeal(
    tx: Transaction, slug: str, uid: UUID, account: Account, ruling: Ruling
) -> Decided | Refused:
    """Have the last word, as somebody else than who decided first."""
    return _decide(tx, slug, uid, account, ruling, Instance.APPEAL)


def _decide(
    tx: Transaction, slug: str, uid: UUID, account: Account, ruling: Ruling, instance: Instance
) -> Decided | Refused:
    opened = open_case(tx, slug, uid, account)
    if isinstance(opened, Refused):
        return opened
    rule = rules.decide if instance is Instance.FIRST else rules.decide_appeal
    ruling = _tidied(ruling)
    case = rule(opened.debate, opened.case, opened.post, ruling, opened.actor, opened.at)
    if isinstance(case, Refused):
        return case
    tx.cases.save(case)
    return carry_out(tx, opened, case, ruling, instance, opened.actor.key)


def _tidied(ruling: Ruling) -> Ruling:
    reasons = replace(
        ruling.reasons,
        reference=tidy_line(ruling.reasons.reference),
        facts=tidy(ruling.reasons.facts),
        explanation=tidy(ruling.reasons.explanation),
    )
    return replace(ruling, reasons=reasons, note=tidy(ruling.note))


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
    after = _outcome(before, ruling, at)
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
        tx.posts.revise(debate.key, before, after, mark, terms)
    elif change:
        _set_state(tx, debate, after, mark, change)
    if ruling.measure is Measure.MASK:
        tx.posts.hide_revisions(debate.key, before.number)
    decision = NewDecision(uid=tx.ids.uid(), instance=instance, ruling=ruling, decided_by=decided_by, at=at)
    tx.cases.add_decision(case, decision, mark)
    return Decided(case, decision, receipt)


def _visible(post: Post) -> int:
    return 1 if post.is_visible else 0


def _outcome(post: Post, ruling: Ruling, at: datetime) -> Post:
    match ruling.measure:
        case Measure.KEEP:
            return post
        case Measure.HIDE:
            return rules.hidden(post, ruling.reasons.ground, at)
        case Measure.MASK:
            return rules.masked(post, ruling.passage or "", at)
        case Measure.MOVE:
            return rules.moved(post, ruling.theme, at)
        case Measure.RESTORE:
            return rules.restored(post)


def _content(before: Post, after: Post) -> Mapping[str, Canonical] | None:
    if after == before:
        return None
    return post_content(after) if after.revision != before.revision else state_content(after)


def _set_state(tx: Transaction, debate: Debate, post: Post, mark: Mark, change: int) -> None:
    tx.posts.set_state(debate.key, post, mark)
    if post.contribution is not None:
        tx.posts.count_reply(debate.key, post.contribution, reply_field(post.side), change)
