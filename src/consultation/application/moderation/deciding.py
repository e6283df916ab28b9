"""Claiming and deciding cases, in the first instance and on appeal."""

from dataclasses import replace
from uuid import UUID

from consultation.application.moderation.automatic import lift
from consultation.application.moderation.carrying_out import Decided, Opened, carry_out
from consultation.application.ports import Account, Transaction
from consultation.domain import moderation as rules
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.moderation import Case, Instance, Measure, Ruling
from consultation.domain.permissions import Act, check_permission
from consultation.domain.texts import tidy, tidy_line


def open_case(tx: Transaction, slug: str, uid: UUID, account: Account) -> tuple[Opened, Person] | Refused:
    """Lock the debate of a case and read the case and its post, for somebody with their roles there.

    A case that the caller's organisation does not own looks as if it were not there.
    """
    held = tx.cases.lock(uid, account.key)
    if held is None or held.debate.owner.slug != slug:
        return _not_here(tx, slug, account)
    actor = Person(account.key, account.name, held.roles)
    opened = Opened(held.debate, held.case, held.post, actor, held.debate.effective(tx.now()))
    return opened, actor


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
    found = open_case(tx, slug, uid, account)
    if isinstance(found, Refused):
        return found
    opened, actor = found
    case = rules.claim(opened.debate, opened.case, opened.post, actor, opened.at)
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
    found = open_case(tx, slug, uid, account)
    if isinstance(found, Refused):
        return found
    opened, actor = found
    ruling = _tidied(ruling)
    if instance is Instance.FIRST:
        return _first_word(tx, opened, actor, ruling)
    if ruling.measure is Measure.RESTORE and opened.post.is_visible:
        opened = replace(opened, unmasked=tx.cases.before_mask(opened.case, opened.post))
    decide, unmasked = rules.decide_appeal, opened.unmasked is not None
    case = decide(opened.debate, opened.case, opened.post, ruling, actor, opened.at, unmasks=unmasked)
    return _done(tx, opened, case, ruling, instance, actor)


def _first_word(tx: Transaction, opened: Opened, actor: Person, ruling: Ruling) -> Decided | Refused:
    """What reports hid by themselves is judged as if it were shown: that was until this decision."""
    post, is_hidden = opened.post, rules.is_hidden_automatically(opened.case, opened.post)
    if is_hidden and ruling.measure is Measure.KEEP:
        ruling = replace(ruling, measure=Measure.RESTORE)
    if is_hidden and ruling.measure in rules.RESTRICTIONS:
        post = rules.restored(post)
    case = rules.decide(opened.debate, opened.case, post, ruling, actor, opened.at)
    if isinstance(case, Case) and is_hidden and ruling.measure in {Measure.MASK, Measure.MOVE}:
        opened = lift(tx, opened, ruling.reasons.ground)
    return _done(tx, opened, case, ruling, Instance.FIRST, actor)


def _done(
    tx: Transaction,
    opened: Opened,
    case: Case | Refused,
    ruling: Ruling,
    instance: Instance,
    actor: Person,
) -> Decided | Refused:
    if isinstance(case, Refused):
        return case
    tx.cases.save(case)
    return carry_out(tx, opened, case, ruling, instance, actor.key)


def _tidied(ruling: Ruling) -> Ruling:
    reasons = replace(
        ruling.reasons,
        reference=tidy_line(ruling.reasons.reference),
        facts=tidy(ruling.reasons.facts),
        explanation=tidy(ruling.reasons.explanation),
        # Only what is hidden is shown again by itself: of anything else no end is promised.
        until=ruling.reasons.until if ruling.measure is Measure.HIDE else None,
    )
    return replace(ruling, reasons=reasons, note=tidy(ruling.note))
