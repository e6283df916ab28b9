"""What people follow, and what is new in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from consultation.application.ports.notices import AboutDebate, Recipient
from consultation.application.ports.worker import Happened
from consultation.domain.debates import Theme
from consultation.domain.notices import Frequency, NewsKind, Target
from consultation.domain.posts import PostKind


@dataclass(frozen=True, slots=True)
class Following:
    """A follow: whose, and how far its person was told, as a place in the journal."""

    uid: UUID
    person_key: int
    told: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a journal that a follower is to be told of: behind `after`, up to `until`."""

    follow: UUID
    after: int
    until: int


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One thing that happened. The texts are those of the post that it is about, if any."""

    sequence: int
    kind: NewsKind
    number: int | None = None
    title: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What happened in one debate, in order: the first of it, and how much there is in all."""

    debate: AboutDebate
    items: Sequence[NewsItem]
    total: int


@dataclass(frozen=True, slots=True)
class Followable:
    """A published debate, and what is wanted of it."""

    debate_key: int
    uid: UUID
    themes: tuple[Theme, ...]
    journal_length: int
    post_kind: PostKind | None


@dataclass(frozen=True, slots=True)
class Closing:
    """A close that followers are told of, in the order of their keys: behind `place`, 0 for nobody yet."""

    debate_key: int
    closes_at: datetime
    place: int


class Follows(Protocol):
    """Follows, and how far followers were told."""

    def followable(self, debate: UUID, number: int) -> Followable | None:
        """A published debate, and the kind of a post in it; None when there is no such debate."""

    def follow(self, uid: UUID, person_key: int, found: Followable, target: Target, at: datetime) -> None:
        """Follow something from the journal's present end on; nothing happens when it is followed."""

    def unfollow(self, person_key: int, debate_key: int, target: Target | None) -> int:
        """Follow something no longer, or anything in the debate; how many follows went."""

    def skip(self, person_key: int) -> None:
        """Nobody need tell the person of what happened until now."""

    def followers_at_once(self, entry: Happened) -> list[Following]:
        """Follows to which an entry is news, of people who want it at once and are reached; locked."""

    def followers(self, debate_key: int, after: int, limit: int) -> list[int]:
        """Keys of those who follow anything in a debate, in order, behind one of them."""

    def digests_due(self, until: datetime, limit: int) -> list[tuple[int, Frequency]]:
        """People whose digest is due and whose address takes mail, the longest due first, locked."""

    def behind(self, person_key: int) -> list[tuple[Following, int]]:
        """A person's follows in debates whose journal went on, each with its present end; locked."""

    def tell(self, stretches: Sequence[Stretch]) -> None:
        """Write up to where followers were told; their rows are locked."""

    def take_back(self, stretches: Sequence[Stretch]) -> None:
        """Have followers be told again of what did not reach them, and of all that came after it."""

    def plan_digest(self, person_key: int, due_at: datetime | None) -> None:
        """Write when a person's next digest is planned."""

    def follower(self, follows: Sequence[UUID]) -> Recipient | None:
        """Whose follows these are; None when all of them are gone."""

    def news(self, stretches: Sequence[Stretch], limit: int) -> list[News]:
        """What happened in stretches of one person's follows, debate by debate, each thing once.

        What is not visible, and what the person wrote, is left out.
        """

    def closing(self, now: datetime, until: datetime, limit: int) -> list[Closing]:
        """Open debates that close until an instant and of whose close not everybody was told, by key."""

    def note_closing(self, closing: Closing, place: int | None) -> None:
        """Note how far followers were told of a close: up to a person, or None for all of them."""
