"""What moderators read: the queue of their organisation, and one case with everything in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from consultation.application.ports import Account
from consultation.application.readers import Document, Page, Snapshot, Window
from consultation.application.staff import permitted
from consultation.domain.appeals import Standing, check_appealable
from consultation.domain.debates import Debate
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import format_instant
from consultation.domain.moderation import CaseState, Ground
from consultation.domain.permissions import Act

_FOR_STAFF: Final = frozenset(
    {"reports", "reports_count", "claimed_by", "claimed_at", "decided_by", "due_at", "note"}
)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which cases are wanted; None leaves a part open. `mine` keeps those that the caller claimed.

    `late_at` keeps those whose decision is late at an instant; `held` those of what waits for its
    publication or, if false, all others.
    """

    state: CaseState | None = None
    debate: UUID | None = None
    ground: Ground | None = None
    mine: bool = False
    late_at: datetime | None = None
    held: bool | None = None


def read_queue(
    snapshot: Snapshot, slug: str, account: Account, wanted: QueueFilter, window: Window, now: datetime
) -> Page | Refused:
    """A page of an organisation's cases, the oldest first, for its staff."""
    organisation = permitted(snapshot, slug, account, Act.MODERATE)
    if isinstance(organisation, Refused):
        return organisation
    page = snapshot.cases(organisation, account.key, wanted, window)
    _note_late(page.items, now)
    return page


def _note_late(cases: Iterable[Document], now: datetime) -> None:
    """Add to cases whether the instant by which somebody has to decide is over.

    Instants are texts of one form here, whose order is theirs.
    """
    at = format_instant(now)
    for case in cases:
        due = case["due_at"]
        case["late"] = due is not None and due <= at


def read_case(
    snapshot: Snapshot, slug: str, account: Account, uid: UUID, now: datetime
) -> Document | Refused:
    """One case: the post as it stands, the reports, the decisions with their notes, the appeal."""
    organisation = permitted(snapshot, slug, account, Act.MODERATE)
    if isinstance(organisation, Refused):
        return organisation
    case = snapshot.case(organisation, uid)
    if case is None:
        return Refused(RefusalCode.CASE_NOT_FOUND)
    _note_late([case], now)
    return case


def may_appeal(case: Document, debate: Debate, now: datetime) -> bool:
    """Would an appeal be taken now from the author of what the case is about, by the rule that takes it?"""
    until, answered = (
        None if case[name] is None else datetime.fromisoformat(case[name])
        for name in ("appeal_until", "appealed_at")
    )
    standing = Standing(CaseState(case["state"]), until, answered)
    return check_appealable(standing, debate.effective(now)).allowed


def read_own_case(snapshot: Snapshot, account: Account, uid: UUID) -> Document | Refused:
    """A case about one's own post, as its author sees it."""
    return case_of_author(snapshot, account.key, uid)


def case_of_author(snapshot: Snapshot, person_key: int, uid: UUID) -> Document | Refused:
    """The same for whoever is known to be the author: nothing of who reported, worked or decided."""
    case = snapshot.own_case(person_key, uid)
    if case is None or not case["decisions"]:
        return Refused(RefusalCode.CASE_NOT_FOUND)
    statements = [
        {name: value for name, value in decision.items() if name not in _FOR_STAFF}
        for decision in case["decisions"]
    ]
    shown = {name: value for name, value in case.items() if name not in _FOR_STAFF}
    return shown | {"decisions": statements}
