"""Keys of organisations, who calls with one, and the people for whom it acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from consultation.application.ports.calls import Replay
from consultation.application.ports.people import Account
from consultation.domain.actors import Key
from consultation.domain.keys import KeyLife, Scope


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A server that calls with the key of an organisation.

    `issuer` is under which name the organisation vouches for its users, `locale` the language
    of a user of whom nothing else is known.
    """

    key: Key
    issuer: str
    locale: str


@dataclass(frozen=True, slots=True)
class Delegate:
    """A server that calls on behalf of one of its users.

    `subject` is its own name for the user; `account` is None until the user first takes part.
    """

    holder: KeyHolder
    subject: str
    account: Account | None


Staff: TypeAlias = Account | KeyHolder
"""Who runs consultations: people with a role, and servers with the scope."""

Participant: TypeAlias = Account | Delegate
"""Who takes part: people, in person or through their organisation's server."""

Caller: TypeAlias = Account | KeyHolder | Delegate
"""Whoever calls with credentials."""


@dataclass(frozen=True, slots=True)
class KeyCall:
    """What a secret leads to: the key, whether it still works, for whom it acts, an earlier answer."""

    caller: KeyHolder | Delegate
    life: KeyLife
    is_former: bool
    time_zone: str
    replay: Replay | None


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as it is kept. `hint` is how its secret begins; of the secret itself only hashes stay."""

    key: int
    uid: UUID
    name: str
    scopes: frozenset[Scope]
    hint: str
    life: KeyLife
    used_at: datetime | None


class Keys(Protocol):
    """The keys of organisations."""

    def add(self, organisation_key: int, issuer: str, key: StoredKey, digest: bytes) -> None:
        """Insert a key (its `key` is ignored)."""

    def lock(self, organisation_key: int, uid: UUID) -> StoredKey | None:
        """A key of the organisation, locked until the transaction ends."""

    def rotate(self, key: StoredKey, digest: bytes) -> None:
        """Write a new secret, its hint and its life; the present secret becomes the former one."""

    def revoke(self, key: StoredKey) -> None:
        """Write when a key was revoked."""

    def of(self, organisation_key: int) -> list[StoredKey]:
        """All keys of an organisation, newest first."""

    def note_uses(self, uses: Mapping[int, datetime]) -> None:
        """Write when keys were last used, by their internal keys; never an earlier instant."""

    def keep(self, key: int, idempotency_key: str, replay: Replay, now: datetime) -> None:
        """Keep the first answer to a call of a key. Raises `AlreadyKept`."""

    def forget(self, until: datetime) -> int:
        """Delete the answers kept until an instant; how many."""

    def participant(self, issuer: str, subject: str) -> Account | None:
        """The person whom an organisation knows by this name, if there is one."""

    def add_participant(self, issuer: str, subject: str, account: Account, now: datetime) -> Account:
        """Insert a person (its `key` is ignored) whom an organisation knows by this name."""
