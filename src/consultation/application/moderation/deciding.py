"""Claiming and deciding cases, in the first instance and on appeal."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from consultation.application.moderation.automatic import lift
from consultation.application.moderation.carrying_out import Decided, Opened, carry_out
from consultation.application.moderation.finding import not_here
from consultation.application.moderation.publishing import OpenedHeld, decide_held, open_held
from consultation.application.ports import Account, Transaction
from consultation.domain import measures
from consultation.domain import moderation as rules
from consultation.domain.actors import Person
from consultation.domain.debates import check_theme
from consultation.domain.decisions import Refused
from consultation.domain.moderation import Case, Instance, Measure, Ruling
from consultation.domain.posts import Post
from consultation.domain.texts import tidy, tidy_line

_OF_HELD: Final = frozenset({Measure.PUBLISH, Measure.REFUSE})
"""Measures that only what waits can be met with."""


def open_case(
    tx: Transaction, slug: str, uid: UUID, account: Account, measure: Measure | None = None
) -> tuple[Opened, Person] | OpenedHeld | Refused:
    """Lock the debate of a case and read the case and its post, for somebody with their roles there.

    The same of what is held; the `measure` that is wanted tells which is looked for first. A case that the
    caller's organisation does not own looks as if it were not there.
    """
    ways = (open_held, _open_reported) if measure in _OF_HELD else (_open_reported, open_held)
    for look in ways:
        opened = look(tx, slug, uid, account)
        if opened is not None:
            return opened
    return not_here(tx, slug, account)


def _open_reported(tx: Transaction, slug: str, uid: UUID, account: Account) -> tuple[Opened, Person] | None:
    found = tx.cases.lock(uid, account.key)
    if found is None or found.debate.owner.slug != slug:
        return None
    actor = Person(account.key, account.name, found.roles)
    at = found.debate.effective(tx.now())
    return Opened(found.debate, found.case, found.post, actor, at, found.earlier), actor


def claim_case(tx: Transaction, slug: str, uid: UUID, account: Account) -> Case | Refused:
    """Take a case into one's hands, or over from somebody else."""
    found = open_case(tx, slug, uid, account)
    if isinstance(found, Refused):
        return found
    if isinstance(found, OpenedHeld):
        case = rules.claim(found.debate, found.case, found.held, found.actor, found.at)
    else:
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
    found = open_case(tx, slug, uid, account, ruling.measure)
    if isinstance(found, Refused):
        return found
    ruling = _tidied(ruling)
    if isinstance(found, OpenedHeld):
        return decide_held(tx, found, ruling, instance)
    opened, actor = found
    if instance is Instance.FIRST:
        return _first_word(tx, opened, actor, ruling)
    if ruling.measure is Measure.RESTORE and measures.can_be_undone(opened.case, opened.post):
        opened = replace(opened, before=_before(tx, opened))
    decide, undoes = rules.decide_appeal, opened.before is not None
    case = decide(opened.debate, opened.case, opened.post, ruling, actor, opened.at, undoes=undoes)
    return _done(tx, opened, case, ruling, instance, actor)


def _before(tx: Transaction, opened: Opened) -> Post | None:
    """The post as it was before its present text, if under a theme that there is still."""
    debate, post = opened.debate, opened.post
    text = opened.earlier or tx.posts.earlier_text(debate.key, post.number, post.revision - 1)
    if text is None or isinstance(check_theme(debate, text.theme), Refused):
        return None
    return replace(post, text=text)


def _first_word(tx: Transaction, opened: Opened, actor: Person, ruling: Ruling) -> Decided | Refused:
    """What reports hid by themselves is judged as if it were shown: that was until this decision."""
    post, is_hidden = opened.post, rules.is_hidden_automatically(opened.case, opened.post)
    if is_hidden and ruling.measure is Measure.KEEP:
        ruling = replace(ruling, measure=Measure.RESTORE)
    if is_hidden and ruling.measure in rules.RESTRICTIONS:
        post = measures.restored(post)
    case = rules.decide(opened.debate, opened.case, post, ruling, actor, opened.at)
    if isinstance(case, Case) and is_hidden and ruling.measure in {Measure.MASK, Measure.MOVE}:
        opened = lift(tx, opened, ruling.reasons.ground)
        # Of that later instant: the row of the case and the decision tell of the same one.
        case = rules.decide(opened.debate, opened.case, opened.post, ruling, actor, opened.at)
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
