"""Invitations into organisations, and the administrators of the platform."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from consultation.application.ports.people import Account, Organisation
from consultation.domain.actors import Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """A role that is offered to whoever holds a token.

    `email` is where it was sent, normalised; None once it was accepted, for nobody needs it then.
    `inviter` and `accepter` are names; None where nobody stands behind them (any more).
    """

    uid: UUID
    email: str | None
    role: Role
    invited_at: datetime
    expires_at: datetime
    inviter: str | None = None
    accepter: str | None = None
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldInvitation:
    """An invitation as found by its token, its row locked. The keys are internal."""

    key: int
    inviter_key: int | None
    organisation: Organisation
    invitation: Invitation


class Invitations(Protocol):
    """Invitations into organisations; at most one is pending for each address in each."""

    def put(self, organisation_key: int, inviter_key: int, invitation: Invitation, digest: bytes) -> None:
        """Insert an invitation, in place of the pending one for its address."""

    def hold(self, digest: bytes) -> HeldInvitation | None:
        """The pending invitation of a token; its row and the organisation's are locked."""

    def accept(self, key: int, person_key: int, now: datetime) -> None:
        """Note who accepted; address and token go."""

    def remove(self, organisation_key: int, uid: UUID) -> bool:
        """Delete a pending invitation; was there one?"""

    def forget(self, expired: datetime, accepted: datetime) -> int:
        """Delete what expired by an instant, and what was accepted by another; how many."""


class PlatformAdministrators(Protocol):
    """The administrators of the platform."""

    def includes(self, person_key: int) -> bool:
        """Is the person one of them?"""

    def lock(self) -> list[Account]:
        """All of them, in the order of their naming, locked until the transaction ends."""

    def add(self, person_key: int, now: datetime) -> None:
        """Insert one who is not there."""

    def remove(self, person_key: int) -> None:
        """Delete one."""
