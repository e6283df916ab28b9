"""Erasure, archives, and people who are no longer seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from consultation.application.ports.people import Account
from consultation.application.ports.posts import Mark
from consultation.domain.erasure import ErasureMode
from consultation.domain.held import HeldPost
from consultation.domain.moderation import Case
from consultation.domain.posts import Post


@dataclass(frozen=True, slots=True)
class Parting:
    """An erasure under way."""

    person_key: int
    mode: ErasureMode


@dataclass(frozen=True, slots=True)
class Unlinked:
    """The counts of votes of erased people in a debate, and the SHA-256 (hex) of their lines."""

    votes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Erased:
    """An entry of the list of erasures: the keyed hash of a person's id, how, and when."""

    person_digest: bytes
    mode: ErasureMode
    erased_at: datetime


class Erasing(Protocol):
    """What erasing a person reads and writes."""

    def lock(self, person_key: int) -> Account | None:
        """The account, its row locked until the transaction ends; None when it is gone."""

    def by_uid(self, uid: UUID) -> Account | None:
        """The account with this public id."""

    def administered_alone(self, person_key: int) -> tuple[str, ...]:
        """What nobody else administers: slugs. Locks all that the person administers."""

    def identities(self, person_key: int) -> list[tuple[str, str]]:
        """By what else the person is known: issuers and subjects."""

    def hold_periods(self, person_key: int) -> None:
        """Keep the periods of debates with a vote of the person as they are until the transaction ends."""

    def last_close(self, person_key: int, now: datetime) -> datetime | None:
        """When the last debate closes that has a vote of the person and is not closed yet."""

    def begin(self, person_key: int, mode: ErasureMode) -> None:
        """Note that an erasure is under way, and delete by what the person is known and signed in."""

    def under_way(self) -> list[Parting]:
        """Erasures that are not finished, oldest account first."""

    def debates(self, person_key: int) -> list[UUID]:
        """Debates with a post or a vote of the person, in the one order in which they are locked."""

    def takes_part(self, debate_key: int, person_key: int) -> bool:
        """Has the person a post or a vote in a locked debate?"""

    def posts(self, debate_key: int, person_key: int, limit: int) -> list[Post]:
        """Some posts of the person in a locked debate, by number."""

    def held(self, debate_key: int, person_key: int) -> list[tuple[HeldPost, Case]]:
        """What the person sent into a locked debate and what was held of it, each with its case."""

    def erase_held(self, held: HeldPost, at: datetime, mark: Mark | None) -> None:
        """Write what is left of it; the salt of the text, and what was said of it, are gone."""

    def revisions(self, debate_key: int, post: Post) -> list[Post]:
        """The earlier revisions of a post, as the posts that they were."""

    def unsign(self, debate_key: int, post: Post, mark: Mark) -> None:
        """Write a post without a name, its digest now that of the mark."""

    def unsign_revision(self, debate_key: int, revision: Post, mark: Mark) -> None:
        """Write an earlier revision without a name, its digest now that of the mark."""

    def erase(self, debate_key: int, post: Post, mark: Mark) -> None:
        """Write an erased post; its earlier revisions and the salts of its texts are gone."""

    def unlink_votes(self, debate_key: int, person_key: int) -> Unlinked:
        """Turn the person's votes in a locked debate into counts; all such counts of the debate."""

    def forget_salts(self, debate_key: int) -> None:
        """Destroy the salts of earlier erasures in a debate: they would tell which counts grew."""

    def list_erasure(self, erased: Erased) -> None:
        """Note in the list of erasures."""

    def listed(self) -> Iterator[Erased]:
        """The list of erasures, oldest first."""

    def everybody(self) -> Iterator[tuple[int, UUID]]:
        """The keys and public ids of all people."""

    def note_departure(self, identity_digest: bytes, until: datetime) -> None:
        """Note that an identity has votes in debates that close by an instant."""

    def prolong_departures(self, debate_key: int, earlier: datetime, later: datetime) -> None:
        """A locked debate closes later than it would have: who left votes in it comes back later, too."""

    def departed_until(self, identity_digest: bytes) -> datetime | None:
        """Until when an identity has votes in open debates, if it was erased."""

    def remove(self, person_key: int) -> None:
        """Delete the account and all that still belongs to it, outside of debates."""

    def forget_erasures(self, until: datetime) -> int:
        """Delete list entries made until an instant; how many."""

    def forget_sessions_since(self, opened: datetime) -> int:
        """Delete sessions that were opened by an instant, whatever their end; how many."""

    def forget_departures(self, until: datetime) -> int:
        """Delete departures that ended by an instant; how many."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An archive that a person asked for. `finished_at` is None while it is being written."""

    key: int
    uid: UUID
    person_key: int
    language: str
    requested_at: datetime
    finished_at: datetime | None
    expires_at: datetime


class Archives(Protocol):
    """Archives that are written in the background."""

    def order(self, uid: UUID, person_key: int, language: str, now: datetime, until: datetime) -> Ordered:
        """The person's archive, ordered now unless there is one already."""

    def claim(self, now: datetime, abandoned: datetime) -> Ordered | None:
        """Take one that nobody writes, or whose writer began before `abandoned`; its parts are gone."""

    def add_part(self, archive_key: int, started_at: datetime, kind: str, part: int, content: bytes) -> bool:
        """Insert a part; False when the archive is no longer ours."""

    def give_back(self, archive_key: int, started_at: datetime) -> None:
        """Leave an archive that is still ours to whoever looks next."""

    def finish(self, archive_key: int, started_at: datetime, now: datetime) -> None:
        """Note that all parts are there."""

    def forget(self, until: datetime) -> int:
        """Delete archives that expired by an instant; how many."""


@dataclass(frozen=True, slots=True)
class Sleeper:
    """An account that nobody has used for long, and when its person was told."""

    account: Account
    warned_at: datetime | None


class Sleepers(Protocol):
    """Accounts that nobody uses."""

    def seen(self, person_key: int, day: date) -> None:
        """Note that a person signed in on a day; a warning is void."""

    def unwarned(self, last_seen: date, now: datetime, limit: int) -> list[Sleeper]:
        """Accounts last used on a day or before, whose people were not told; never staff."""

    def due(self, last_seen: date, warned_by: datetime, now: datetime, limit: int) -> list[Sleeper]:
        """Accounts last used on a day or before, whose people were told by an instant; never staff."""

    def warn(self, person_key: int, at: datetime | None, before: datetime | None) -> bool:
        """Note that a person was told, if what stands is still `before`; None takes it back."""
