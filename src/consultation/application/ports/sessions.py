"""Sessions: what is kept of them, and for how long they last."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class SignInMethod(StrEnum):
    """How a session came to be."""

    CODE = "code"
    OIDC = "oidc"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long a session lasts: at most `lifetime`, and `idle` after its last use."""

    lifetime: timedelta = timedelta(days=30)
    idle: timedelta = timedelta(days=14)


def hour_of(instant: datetime) -> datetime:
    """The hour in which an instant lies: as exactly as the use of a session is kept."""
    return instant.replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session as it is kept: of its token the hash, of its use the hour.

    It ends at `expires_at`, which every hour of use puts off, but never beyond `ends_at`.
    """

    uid: UUID
    token_digest: bytes
    person_key: int
    method: SignInMethod
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    ends_at: datetime


class Sessions(Protocol):
    """Signed-in sessions."""

    def add(self, session: KeptSession) -> None:
        """Insert a session."""

    def use(self, token_digest: bytes, used_at: datetime, until: datetime) -> None:
        """Note the hour of a use, and put the end off to an instant, but not beyond `ends_at`.

        Nothing changes when that hour, or a later one, is noted already.
        """

    def opened_at(self, token_digest: bytes) -> datetime | None:
        """When a session was opened; None when there is none."""

    def remove(self, token_digest: bytes) -> None:
        """Delete a session."""

    def remove_one(self, person_key: int, uid: UUID) -> bool:
        """Delete one session of a person; was there one?"""

    def remove_others(self, person_key: int, token_digest: bytes) -> int:
        """Delete all sessions of a person but the one with this token; how many."""

    def forget(self, until: datetime) -> int:
        """Delete the sessions that ended by an instant; how many."""
