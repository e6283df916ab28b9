"""What moderators read: the queue of their organisation, and one case with everything in it."""

from dataclasses import dataclass
from uuid import UUID

from consultation.application.ports import Account
from consultation.application.readers import Document, Page, Snapshot, Window
from consultation.application.staff import permitted
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.moderation import CaseState, Ground
from consultation.domain.permissions import Act


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which cases are wanted; None leaves a part open. `mine` keeps those that the caller claimed."""

    state: CaseState | None = None
    debate: UUID | None = None
    ground: Ground | None = None
    mine: bool = False


def read_queue(
    snapshot: Snapshot, slug: str, account: Account, wanted: QueueFilter, window: Window
) -> Page | Refused:
    """A page of an organisation's cases, the oldest first, for its staff."""
    organisation = permitted(snapshot, slug, account, Act.MODERATE)
    if isinstance(organisation, Refused):
        return organisation
    return snapshot.cases(organisation.key, account.key, wanted, window)


def read_case(snapshot: Snapshot, slug: str, account: Account, uid: UUID) -> Document | Refused:
    """One case: the post as it stands, the reports, the decisions with their notes, the appeal."""
    organisation = permitted(snapshot, slug, account, Act.MODERATE)
    if isinstance(organisation, Refused):
        return organisation
    return snapshot.case(organisation.key, uid) or Refused(RefusalCode.CASE_NOT_FOUND)
