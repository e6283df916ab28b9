"""Reporting a post, and notices of illegal content by anybody."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from consultation.application.journal import advanced, record, take_place
from consultation.application.locking import lock_for
from consultation.application.moderation.automatic import hide_if_due
from consultation.application.ports import NewReport, Reportable, Transaction
from consultation.application.posts import post_not_found
from consultation.domain.actors import ANONYMOUS, Actor, Person
from consultation.domain.contents import report_content
from consultation.domain.debates import Debate
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.moderation import Case, CaseState, Ground, check_notice, check_report
from consultation.domain.permissions import Act
from consultation.domain.texts import tidy


@dataclass(frozen=True, slots=True)
class Reported:
    """A report as it was taken, the case that it opened or joined, and the receipt."""

    report: NewReport
    case: Case
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Contact:
    """Where to answer a notice, and in which language."""

    email: str
    locale: str


def report_post(
    tx: Transaction, debate_uid: UUID, number: int, actor: Person, ground: Ground, text: str
) -> Reported | Refused:
    """Report a post: its open case takes the report, or a new one is opened. Once for each person."""
    locked = lock_for(tx, debate_uid, Act.REPORT, actor)
    if isinstance(locked, Refused):
        return locked
    debate, now, at = locked.debate, locked.now, locked.at
    found = tx.cases.reportable(debate.key, number, actor.key)
    if found is None:
        return post_not_found(number)
    text = tidy(text)
    decision = check_report(debate, found.head, ground, text, actor, now)
    if isinstance(decision, Refused):
        return decision
    if found.has_reported:
        return Refused(RefusalCode.ALREADY_REPORTED, {"number": number})

    report = NewReport(uid=tx.ids.uid(), number=number, person_key=actor.key, ground=ground, text=text, at=at)
    return _taken(tx, debate, found, report, actor, now)


def notify_post(
    tx: Transaction, debate_uid: UUID, number: int, text: str, contact: Contact | None = None
) -> Reported | Refused:
    """Take a notice of illegal content from anybody (Regulation (EU) 2022/2065, article 16)."""
    debate = tx.debates.lock(debate_uid)
    if debate is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    now = tx.now()
    found = tx.cases.reportable(debate.key, number, None)
    text = tidy(text)
    decision = check_notice(debate, None if found is None else found.head, text)
    if isinstance(decision, Refused):
        return decision
    if found is None:
        return post_not_found(number)
    report = NewReport(
        uid=tx.ids.uid(),
        number=number,
        person_key=None,
        ground=Ground.ILLEGAL,
        text=text,
        at=debate.effective(now),
    )
    reported = _taken(tx, debate, found, report, ANONYMOUS, now)
    if contact is not None:
        tx.cases.add_contact(report, contact.email, contact.locale)
    return reported


def _taken(
    tx: Transaction,
    debate: Debate,
    found: Reportable,
    report: NewReport,
    actor: Actor,
    now: datetime,
) -> Reported:
    """The report in the post's open case, or in a new one."""
    number = report.number
    place = take_place(tx, debate, report.at)
    content = report_content(number, report.ground.value, report.text)
    kind = EntryKind.POST_REPORTED
    _, mark, receipt = record(tx, debate, report.at, kind, place.sequence, number, content, actor)
    case = found.case
    if case is None:
        case = tx.cases.add(
            Case(
                key=0,
                uid=tx.ids.uid(),
                debate_key=debate.key,
                number=number,
                state=CaseState.OPEN,
                opened_at=report.at,
                reports=1,
                grounds=frozenset({report.ground}),
            )
        )
    else:
        case = replace(case, reports=case.reports + 1, grounds=case.grounds | {report.ground})
        tx.cases.save(case)
    tx.cases.add_report(case, report, mark)
    case = hide_if_due(tx, advanced(debate, report.at, place), case, found.head, now)
    return Reported(report, case, receipt)
