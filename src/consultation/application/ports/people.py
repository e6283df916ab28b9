"""Organisations, their members, accounts and sign-in codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from consultation.domain.actors import Role
from consultation.domain.logos import Logo
from consultation.domain.pictures import Picture


@dataclass(frozen=True, slots=True)
class Organisation:
    """A public body."""

    key: int
    uid: UUID
    slug: str
    name: str
    locale: str
    time_zone: str
    revision: int = 0
    """How often it was changed; part of the entity tag of its debates, which bear its name."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Its own words for reasons of moderation, by category."""
    accent: str | None = None
    """The colour of its pages, `#rrggbb`; None for that of the service."""
    logo: Logo | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A person as signed in. `email` is None for participants of imported debates.

    `session_used_at` is the hour in which the session that a call shows was last used; None
    outside a call.
    `last_seen` is the day of the last sign-in, in UTC.
    """

    key: int
    uid: UUID
    name: str
    email: str | None
    locale: str
    last_seen: date | None = None
    session_used_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A person with the roles held in one organisation."""

    person: Account
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class SentCode:
    """What is kept of the last sign-in code of one address."""

    code_digest: bytes
    expires_at: datetime
    tries_left: int
    window_started_at: datetime
    sent_in_window: int


class People(Protocol):
    """Accounts, memberships and sign-in codes."""

    def by_email(self, email: str) -> Account | None:
        """The account with this normalised address."""

    def add(self, account: Account, created_at: datetime) -> Account:
        """Insert an account (its `key` is ignored) and return it with its key."""

    def save(self, account: Account) -> None:
        """Write name and locale."""

    def roles(self, person_key: int, organisation_key: int) -> frozenset[Role]:
        """The person's roles in the organisation."""

    def forget_codes(self, until: datetime) -> int:
        """Delete the codes whose window started by an instant; how many."""

    def lock_code(self, address_digest: bytes) -> SentCode | None:
        """The last code of an address, locked until the transaction ends."""

    def save_code(self, address_digest: bytes, code: SentCode) -> None:
        """Insert or replace the code of an address."""

    def remove_code(self, address_digest: bytes) -> None:
        """Delete the code of an address."""


class Organisations(Protocol):
    """The public bodies and their members."""

    def find(self, slug: str) -> Organisation | None:
        """An organisation by slug."""

    def lock(self, slug: str) -> Organisation | None:
        """An organisation by slug, its row locked until the transaction ends."""

    def add(self, organisation: Organisation, created_at: datetime) -> None:
        """Insert an organisation (its `key` is ignored)."""

    def save(self, organisation: Organisation) -> None:
        """Write all but the slug, of a locked organisation."""

    def put_logo(self, key: int, picture: Picture | None) -> None:
        """Keep the file of an organisation's logo in place of any before; None keeps none."""

    def members(self, key: int) -> list[Member]:
        """Everybody with a role, by name."""

    def add_role(self, key: int, person_key: int, role: Role, now: datetime) -> None:
        """Give a role that the person does not hold yet."""

    def remove_role(self, key: int, person_key: int, role: Role) -> None:
        """Take a role away."""
