"""Time, chance, mail and keyed hashes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

Clock: TypeAlias = Callable[[], datetime]
"""Reads the present instant: aware, UTC, never earlier than what it said before."""


class IdSource(Protocol):
    """Where everything random comes from."""

    def uid(self) -> UUID:
        """A new UUIDv7 (RFC 9562)."""

    def request_id(self) -> str:
        """A new id of a call, 32 hexadecimal digits."""

    def salt(self) -> bytes:
        """A new journal salt of 16 random bytes."""

    def token(self) -> str:
        """A new token of 256 random bits, URL-safe: for a session, or behind the prefix of a key."""

    def code(self) -> str:
        """A new sign-in code of six digits."""

    def below(self, limit: int) -> int:
        """A random number from 0 on, below the limit."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message: plain text first, HTML if there is a reason.

    `identifier` is a unique ASCII word that stays the same over all attempts, by which receivers
    drop repeats. `list_id` (RFC 2919) and `unsubscribe`, an https address that takes the POST of
    RFC 8058, are for what a person may have no more of.
    """

    to: str
    subject: str
    text: str
    html: str | None
    language: str
    identifier: str | None = None
    list_id: str | None = None
    unsubscribe: str | None = None


class MailUnavailable(Exception):
    """The message could not be handed over; the text holds no address."""


class MailRefused(MailUnavailable):
    """The mail server says for good that the address takes no mail."""


class Mailer(Protocol):
    """Hands messages to the outside."""

    def send(self, mail: Mail) -> None:
        """Hand one message over. Raises MailUnavailable, of which MailRefused is for good."""


class Digests(Protocol):
    """Keyed hashes of what must be recognised but not kept."""

    def address(self, email: str) -> bytes:
        """The keyed hash of a normalised e-mail address, 32 bytes."""

    def code(self, email: str, code: str) -> bytes:
        """The keyed hash of a sign-in code for one address, 32 bytes."""

    def counted(self, policy: str, window: int, subject: str) -> bytes:
        """The keyed hash of whose calls are counted, for one window of one policy, 32 bytes."""

    def person(self, uid: UUID) -> bytes:
        """The keyed hash of a person's public id, 32 bytes."""

    def identity(self, issuer: str, subject: str) -> bytes:
        """The keyed hash of an identity, 32 bytes; of an address, with an empty issuer."""

    def participation_code(self, debate: UUID, code: str) -> bytes:
        """The keyed hash of a participation code of one debate, 32 bytes."""

    def letter(self, job: UUID, email: str) -> bytes:
        """The keyed hash of a message and the address that it went to, 32 bytes."""

    def token(self, token: str) -> bytes:
        """The SHA-256 of the token of a session or a key, 32 bytes."""
