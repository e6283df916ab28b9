"""Reporting a post."""

from dataclasses import dataclass, replace
from uuid import UUID

from consultation.application.journal import record, take_place
from consultation.application.locking import lock_for
from consultation.application.ports import NewReport, Transaction
from consultation.application.posts import post_not_found
from consultation.domain.actors import Person
from consultation.domain.contents import report_content
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.moderation import Case, CaseState, Ground, check_report
from consultation.domain.permissions import Act
from consultation.domain.texts import tidy


@dataclass(frozen=True, slots=True)
class Reported:
    """A report as it was taken, the case that it opened or joined, and the receipt."""

    report: NewReport
    case: Case
    receipt: Receipt


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

    place = take_place(tx, debate, at)
    content = report_content(number, ground.value, text)
    _, mark, receipt = record(tx, debate, at, EntryKind.POST_REPORTED, place.sequence, number, content, actor)
    case = found.case
    if case is None:
        case = tx.cases.add(
            Case(
                key=0,
                uid=tx.ids.uid(),
                debate_key=debate.key,
                number=number,
                state=CaseState.OPEN,
                opened_at=at,
                reports=1,
            )
        )
    else:
        case = replace(case, reports=case.reports + 1)
        tx.cases.save(case)
    report = NewReport(uid=tx.ids.uid(), number=number, person_key=actor.key, ground=ground, text=text, at=at)
    tx.cases.add_report(case, report, mark)
    return Reported(report, case, receipt)
