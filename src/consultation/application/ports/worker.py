"""What the worker reads of the journals, and the jobs that follow from them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from consultation.domain.journal import Canonical, EntryKind


@dataclass(frozen=True, slots=True)
class Happened:
    """A journal entry as planners see it. `debate_key` is internal."""

    debate_key: int
    debate: UUID
    sequence: int
    at: datetime
    kind: EntryKind
    number: int | None


class JobKind(StrEnum):
    """What can be left to the worker; each kind has one handler."""

    MAIL = "mail"
    """A message to one person."""
    WEBHOOK = "webhook"
    """An event to one endpoint of an organisation."""
    RETENTION = "retention"
    """Forgetting what has run out."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """Something to do outside the transaction that plans it, not before `due_at`.

    `payload` names rows by key or public id and holds no text, name or address: what is sent is
    read when it is sent, so that what was erased meanwhile stays erased. Jobs of one `lane` hold up
    each other and nobody else: one receiver's, or, unless it says, all of a kind.
    """

    kind: JobKind
    payload: Mapping[str, Canonical]
    due_at: datetime
    debate_key: int | None = None
    sequence: int | None = None
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job under way. `uid` stays the same over all attempts: receivers drop repeats by it.

    `attempts` counts this one, and `deaths` those before of which nobody said how they ended: the
    worker died, or took longer than the lease. A job with any is an orphan.
    """

    key: int
    uid: UUID
    kind: JobKind
    payload: Mapping[str, Canonical]
    created_at: datetime
    attempts: int
    lane: str
    deaths: int = 0

    @property
    def tries(self) -> int:
        """Attempts of which somebody said how they ended, this one counted: it might be the last."""
        return self.attempts - self.deaths


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that was given up, for an administrator to look at and revive."""

    uid: UUID
    kind: JobKind
    payload: Mapping[str, Canonical]
    created_at: datetime
    attempts: int
    error: str


class Outbox(Protocol):
    """How far the worker has read each journal."""

    def behind(self, limit: int) -> list[int]:
        """Keys of debates whose journal goes on after what was planned, the longest waiting first."""

    def lock_position(self, debate_key: int) -> int | None:
        """The last planned sequence, locked; None while another worker holds it."""

    def entries(self, debate_key: int, after: int, limit: int) -> list[Happened]:
        """Committed entries behind a sequence, in order."""

    def advance(self, debate_key: int, sequence: int) -> None:
        """Write how far a locked journal is planned."""

    def lock_instant(self, now: datetime) -> datetime | None:
        """Up to which instant due things are planned, locked; None while another worker holds it.

        The first time it is now: what fell due before there was a worker is not planned late.
        """

    def advance_instant(self, at: datetime) -> None:
        """Write up to which instant due things are planned."""


class Jobs(Protocol):
    """The jobs."""

    def add(self, uid: UUID, job: NewJob, now: datetime) -> None:
        """Insert a job."""

    def claim(
        self,
        now: datetime,
        until: datetime,
        limit: int,
        besides: Collection[str] = (),
        *,
        orphans: bool = True,
    ) -> list[Job]:
        """Take jobs that are due and that nobody holds, of all lanes but some; ours until an instant.

        Orphans, if they may be taken at all, come one at a time and with nothing else, the one under
        which the fewest workers died first.
        """

    def give_back(self, keys: Sequence[int]) -> None:
        """Leave jobs that were taken and not begun to whoever looks next. Orphans stay orphans."""

    def finish(self, key: int) -> None:
        """Delete a job that is done."""

    def retry(self, key: int, due_at: datetime, error: str) -> None:
        """Give a job back for a later attempt."""

    def bury(self, key: int, error: str) -> None:
        """Give a job up: it becomes a dead letter."""

    def forget_dead(self, until: datetime) -> int:
        """Delete the dead letters of what was planned by an instant; how many."""

    def dead(self, before: UUID | None, limit: int) -> list[DeadLetter]:
        """Dead letters, the newest first, behind one of them."""

    def revive(self, uid: UUID, now: datetime) -> bool:
        """Make a dead letter due again, with attempts and deaths counted anew; false when there is none."""
