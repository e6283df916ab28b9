"""What the commands need from outside: protocols that adapters implement.

A `Transaction` is one unit of work: everything written through it is committed together when
the command returns a result, and rolled back when it returns `Refused` or raises.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeAlias, TypeVar
from uuid import UUID

from consultation.domain.actors import Role
from consultation.domain.debates import Debate
from consultation.domain.decisions import Refused
from consultation.domain.journal import Canonical, Entry
from consultation.domain.posts import Post, PostHead
from consultation.domain.voting import TallyChange, Vote

Result = TypeVar("Result")
Clock: TypeAlias = Callable[[], datetime]
"""Reads the present instant: aware, UTC, never earlier than what it said before."""


class IdSource(Protocol):
    """Where everything random comes from."""

    def uid(self) -> UUID:
        """A new UUIDv7 (RFC 9562)."""

    def salt(self) -> bytes:
        """A new journal salt of 16 random bytes."""

    def token(self) -> str:
        """A new session token of 256 random bits, URL-safe."""

    def code(self) -> str:
        """A new sign-in code of six digits."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message: plain text first, HTML if there is a reason."""

    to: str
    subject: str
    text: str
    html: str | None
    language: str


class MailUnavailable(Exception):
    """The message could not be handed over; the text holds no address."""


class Mailer(Protocol):
    """Hands messages to the outside."""

    def send(self, mail: Mail) -> None:
        """Hand one message over. Raises MailUnavailable."""


class Digests(Protocol):
    """Keyed hashes of what must be recognised but not kept."""

    def address(self, email: str) -> bytes:
        """The keyed hash of a normalised e-mail address, 32 bytes."""

    def code(self, email: str, code: str) -> bytes:
        """The keyed hash of a sign-in code for one address, 32 bytes."""

    def token(self, token: str) -> bytes:
        """The SHA-256 of a session token, 32 bytes."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A public body."""

    key: int
    uid: UUID
    slug: str
    name: str
    locale: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Account:
    """A person as signed in. `email` is None for participants of imported debates."""

    key: int
    uid: UUID
    name: str
    email: str | None
    locale: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person with the roles held in one organisation."""

    person: Account
    roles: frozenset[Role]


REPLAYED_FOR: Final = timedelta(hours=24)
"""How long the first answer to a call with an idempotency key is repeated."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The first answer to a call, as it was sent."""

    fingerprint: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class SentCode:
    """What is kept of the last sign-in code of one address."""

    code_digest: bytes
    expires_at: datetime
    tries_left: int
    window_started_at: datetime
    sent_in_window: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The counters of a debate, or what one act adds to them."""

    contributions: int = 0
    arguments_pro: int = 0
    arguments_contra: int = 0
    sources: int = 0
    votes: int = 0
    supports: int = 0
    participants: int = 0


class Debates(Protocol):
    """The debates and their locks."""

    def lock(self, uid: UUID) -> Debate | None:
        """The debate, its row locked until the transaction ends; None when there is none."""

    def counts(self, key: int) -> Counts:
        """The counters of a debate as they were when it was locked; zero for a new one."""

    def add(self, debate: Debate, created_at: datetime) -> int:
        """Insert a debate (its `key` is ignored) and return the key."""

    def slug_taken(self, organisation_key: int, slug: str) -> bool:
        """Does another debate of the organisation bear this slug?"""

    def slugs(self, organisation_key: int, beginning: str) -> frozenset[str]:
        """The slugs of the organisation's debates that begin so."""

    def save(self, debate: Debate) -> None:
        """Write a locked debate after an act on it: all but its numbers and counters."""

    def advance(self, key: int, at: datetime, numbers: int, counts: Counts) -> tuple[int, int]:
        """Take the next numbers and one journal sequence of a locked debate, in SQL.

        Changes its counters too. Returns the last number and the sequence taken.
        """

    def themes_in_use(self, key: int, slugs: frozenset[str]) -> frozenset[str]:
        """Which of these themes have contributions."""

    def record_act(
        self,
        key: int,
        entry: Entry,
        role: str,
        person_key: int | None,
        reason: str,
        content: Mapping[str, Canonical],
        salt: bytes,
    ) -> None:
        """Keep what an act on the debate itself changed, for its public history."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where in the journal something stands, and the salt of its digest."""

    sequence: int
    salt: bytes


@dataclass(frozen=True, slots=True)
class Counters:
    """What is counted of one post: visible replies and standing votes."""

    pro: int = 0
    contra: int = 0
    sources: int = 0
    agree: int = 0
    mixed: int = 0
    disagree: int = 0
    support: int = 0
    on_earlier_revisions: int = 0

    def on_new_revision(self) -> "Counters":
        """The counters right after an edit: every vote is now on an earlier text."""
        votes = self.agree + self.mixed + self.disagree + self.support
        return replace(self, on_earlier_revisions=votes)


NO_COUNTERS: Final = Counters()


class Posts(Protocol):
    """The posts of a locked debate."""

    def find(self, debate_key: int, number: int) -> tuple[Post, Counters] | None:
        """A post with its text and counters."""

    def head_and_presence(
        self, debate_key: int, number: int | None, person_key: int
    ) -> tuple[PostHead | None, bool]:
        """A post without its text (None without a number), and whether the person takes part.

        Taking part in a debate is having a post or a standing vote in it.
        """

    def add(self, debate_key: int, post: Post, mark: Mark, search_terms: str) -> None:
        """Insert a post."""

    def revise(self, debate_key: int, before: Post, after: Post, mark: Mark, terms: str) -> None:
        """Keep the text of `before` as an earlier revision and write that of `after`.

        Every standing vote now counts as cast on an earlier revision.
        """

    def set_state(self, debate_key: int, post: PostHead, mark: Mark) -> None:
        """Write the state of a post."""

    def count_reply(self, debate_key: int, contribution: int, field: str, change: int) -> None:
        """Add to `pro`, `contra` or `sources` of a contribution."""


class Votes(Protocol):
    """The votes of a locked debate."""

    def find(
        self, debate_key: int, number: int, person_key: int
    ) -> tuple[PostHead | None, Vote | None, bool]:
        """The post, the person's vote on it, and whether the person takes part elsewhere.

        Elsewhere is with a post of the debate, or with a vote on another post of it.
        """

    def put(
        self, debate_key: int, number: int, person_key: int, vote: Vote, at: datetime, mark: Mark
    ) -> None:
        """Insert or replace the person's vote."""

    def remove(self, debate_key: int, number: int, person_key: int) -> None:
        """Delete the person's vote."""

    def count(self, debate_key: int, number: int, change: TallyChange) -> None:
        """Add to the counters of the post."""


class People(Protocol):
    """Accounts, memberships, sessions and sign-in codes."""

    def by_email(self, email: str) -> Account | None:
        """The account with this normalised address."""

    def add(self, account: Account, created_at: datetime) -> Account:
        """Insert an account (its `key` is ignored) and return it with its key."""

    def save(self, account: Account) -> None:
        """Write name and locale."""

    def roles(self, person_key: int, organisation_key: int) -> frozenset[Role]:
        """The person's roles in the organisation."""

    def add_session(self, digest: bytes, person_key: int, now: datetime, until: datetime) -> None:
        """Insert a session."""

    def remove_session(self, digest: bytes) -> None:
        """Delete a session."""

    def forget_sessions(self, until: datetime) -> int:
        """Delete the sessions that ended by an instant; how many."""

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

    def members(self, key: int) -> list[Member]:
        """Everybody with a role, by name."""

    def add_role(self, key: int, person_key: int, role: Role, now: datetime) -> None:
        """Give a role that the person does not hold yet."""

    def remove_role(self, key: int, person_key: int, role: Role) -> None:
        """Take a role away."""


class Journal(Protocol):
    """The append-only record."""

    def append(self, debate_key: int, entry: Entry) -> bytes:
        """Insert an entry and return its leaf hash."""


class Replays(Protocol):
    """First answers of calls with an idempotency key."""

    def keep(self, person_key: int, key: str, replay: Replay, now: datetime) -> None:
        """Keep an answer. Raises `AlreadyKept` when a concurrent call was first."""

    def forget(self, until: datetime) -> int:
        """Delete the answers kept until an instant; how many."""


class AlreadyKept(Exception):
    """Another call with the same idempotency key was committed first."""


class Transaction(Protocol):
    """One unit of work."""

    debates: Debates
    posts: Posts
    votes: Votes
    people: People
    organisations: Organisations
    journal: Journal
    replays: Replays
    ids: IdSource
    now: Clock


class UnitOfWork(Protocol):
    """Runs commands, each in a transaction of its own."""

    def perform(self, command: Callable[[Transaction], Result | Refused]) -> Result | Refused:
        """Run a command and commit, or roll back when it refuses or raises.

        A command that meets a serialisation failure, a deadlock or a lost connection before
        the commit is run again, so it must not touch anything but its transaction.
        Raises `Busy` when the database does not come free in time.
        """


class Busy(Exception):
    """The database did not come free in time; nothing was written."""
