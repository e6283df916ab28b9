"""Publishing what was held, or refusing to: in the first instance, and on appeal."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from consultation.application.journal import Place, advanced, record, take_place
from consultation.application.moderation.carrying_out import Decided
from consultation.application.moderation.finding import not_here
from consultation.application.ports import Account, Mark, NewDecision, Transaction
from consultation.application.posts import Written, enter_post, reply_field
from consultation.application.search import search_terms
from consultation.domain import held as rules
from consultation.domain.actors import Person
from consultation.domain.contents import decision_content, post_content
from consultation.domain.debates import Debate
from consultation.domain.decisions import Refused
from consultation.domain.held import HeldPost
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.moderation import Case, Instance, Measure, Ruling
from consultation.domain.posts import check_contribution, check_standing


@dataclass(frozen=True, slots=True)
class OpenedHeld:
    """The case of something held, the debate's row locked. `at` is the effective instant."""

    debate: Debate
    case: Case
    held: HeldPost
    actor: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """A case that ended with a publication, and the receipt of that."""

    case: Case
    receipt: Receipt


def open_held(tx: Transaction, slug: str, uid: UUID, account: Account) -> OpenedHeld | None:
    """Lock what is held and read it, for somebody with their roles; None if it is not here."""
    found = tx.held.lock(uid, account.key)
    if found is None or found.debate.owner.slug != slug:
        return None
    actor = Person(account.key, account.name, found.roles)
    return OpenedHeld(found.debate, found.case, found.held, actor, found.debate.effective(tx.now()))


def publish_held(tx: Transaction, slug: str, uid: UUID, account: Account) -> Published | Refused:
    """Publish what waits: it takes its number now, as if it were posted now. In every phase."""
    opened = open_held(tx, slug, uid, account)
    if opened is None:
        return not_here(tx, slug, account)
    case = rules.publish(opened.debate, opened.case, opened.held, opened.actor, opened.at)
    if isinstance(case, Refused):
        return case
    return _publish(tx, opened, case)


def decide_held(tx: Transaction, opened: OpenedHeld, ruling: Ruling, instance: Instance) -> Decided | Refused:
    """Refuse to publish, with reasons, or have the last word on a refusal."""
    # What is not published is not published for a time.
    ruling = replace(ruling, reasons=replace(ruling.reasons, until=None))
    decide = rules.refuse if instance is Instance.FIRST else rules.decide_appeal
    case = decide(opened.debate, opened.case, opened.held, ruling, opened.actor, opened.at)
    if isinstance(case, Refused):
        return case
    decision = NewDecision(
        uid=tx.ids.uid(), instance=instance, ruling=ruling, decided_by=opened.actor.key, at=opened.at
    )
    if ruling.measure is Measure.PUBLISH:
        return _publish_on_appeal(tx, opened, case, decision)
    kind = EntryKind.POST_REFUSED if instance is Instance.FIRST else EntryKind.APPEAL_REJECTED
    place = take_place(tx, opened.debate, opened.at)
    content = decision_content(None, instance, ruling, None)
    _, mark, receipt = record(tx, opened.debate, opened.at, kind, place.sequence, None, content, opened.actor)
    tx.cases.save(case)
    tx.cases.add_decision(case, decision, mark.sequence, mark.salt)
    return Decided(case, decision, receipt, place)


def _publish_on_appeal(
    tx: Transaction, opened: OpenedHeld, case: Case, decision: NewDecision
) -> Decided | Refused:
    """One act, one entry: that of the post. What was said of the refusal is kept beside it."""
    published = _publish(tx, opened, case)
    if isinstance(published, Refused):
        return published
    place = Place(published.case.number or 0, published.receipt.sequence)
    tx.cases.add_decision(published.case, decision, place.sequence, None)
    return Decided(published.case, decision, published.receipt, place)


def _publish(tx: Transaction, opened: OpenedHeld, case: Case) -> Published | Refused:
    written = (
        _posted(tx, opened) if opened.held.revises is None else _revised(tx, opened, opened.held.revises)
    )
    if isinstance(written, Refused):
        return written
    case = replace(case, number=written.post.number)
    tx.cases.save(case)
    return Published(case, written.receipt)


# What a text is published under, or in the place of, is read by the statement that writes to it: a
# refusal rolls that back, and no act has more statements than a write may have.


def _posted(tx: Transaction, opened: OpenedHeld) -> Written | Refused:
    debate, held = opened.debate, opened.held
    written, mark = enter_post(tx, debate, held.as_post(debate.last_number + 1, opened.at), opened.actor)
    terms = search_terms(debate.language, held.text.title, held.text.body)
    if held.contribution is None:
        tx.posts.add(debate.key, written.post, mark, terms)
        return written
    contribution = tx.posts.add_reply(debate.key, written.post, mark, terms, reply_field(held.side))
    standing = check_contribution(contribution, debate)
    return standing if isinstance(standing, Refused) else written


def _revised(tx: Transaction, opened: OpenedHeld, number: int) -> Written | Refused:
    """An edit in the place of the text that stands by now, if one may be shown."""
    debate, held, at = opened.debate, opened.held, opened.at
    place, salt = take_place(tx, debate, at), tx.ids.salt()
    terms = search_terms(debate.language, held.text.title, held.text.body)
    post = tx.posts.revise(debate.key, number, held, at, Mark(place.sequence, salt), terms)
    standing = check_standing(post, debate)
    if isinstance(standing, Refused):
        return standing
    kind, content = EntryKind.POST_REVISED, post_content(post)
    _, _, receipt = record(tx, debate, at, kind, place.sequence, number, content, opened.actor, salt)
    return Written(advanced(debate, at, place), post, receipt)
