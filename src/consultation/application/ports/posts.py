"""The posts of a debate and the votes on them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from consultation.domain.participation import SpeaksAs
from consultation.domain.posts import Post, PostHead, PostKind, PostText, Side
from consultation.domain.repetition import Earlier
from consultation.domain.voting import TallyChange, Vote


@dataclass(frozen=True, slots=True)
class Mark:
    """Where in the journal something stands, and the salt of its digest."""

    sequence: int
    salt: bytes


class Signed(Protocol):
    """A text, with the name and the capacity under which it was signed."""

    @property
    def text(self) -> PostText:
        """As written."""

    @property
    def author_name(self) -> str | None:
        """None where nobody may know it any more."""

    @property
    def capacity(self) -> SpeaksAs | None:
        """As what its author speaks, if they said so."""


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


@dataclass(frozen=True, slots=True)
class Background:
    """What posting depends on, besides the debate.

    `head` is the post that the new one shall hang on. `earlier` are the person's last visible posts of the
    kind and side, newest first. `oldest_counted` is when the person's last post but so many was
    posted, None without a cap or when there are fewer.
    """

    head: PostHead | None
    earlier: tuple[Earlier, ...]
    oldest_counted: datetime | None


class Posts(Protocol):
    """The posts of a locked debate."""

    def find(self, debate_key: int, number: int) -> tuple[Post, Counters] | None:
        """A post with its text and counters."""

    def background(
        self,
        debate_key: int,
        number: int | None,
        person_key: int,
        kind: PostKind,
        side: Side | None,
        cap: int | None,
        *,
        waits: bool,
    ) -> Background:
        """All that a person's new post depends on; `number` is what it shall hang on.

        Where the post `waits` to be read, what the person has waiting counts as posted.
        """

    def add(self, debate_key: int, post: Post, mark: Mark, search_terms: str) -> None:
        """Insert a post."""

    def add_reply(self, debate_key: int, post: Post, mark: Mark, search_terms: str, field: str) -> PostHead:
        """Insert a reply, add one to `pro`, `contra` or `sources` of its contribution, and return that."""

    def revise(
        self,
        debate_key: int,
        number: int,
        signed: Signed,
        at: datetime,
        mark: Mark,
        terms: str,
        *,
        masks_earlier: bool = False,
    ) -> Post:
        """Keep the text that stands as an earlier revision, write another, and return the post with it.

        Every standing vote now counts as cast on an earlier revision. With `masks_earlier`, no earlier
        revision is shown to the public any more: a passage in them is masked.
        """

    def earlier_text(self, debate_key: int, number: int, revision: int) -> PostText | None:
        """The text of an earlier revision of a post; None where it was erased."""

    def set_state(self, debate_key: int, post: PostHead, mark: Mark) -> None:
        """Write the state of a post."""

    def set_reply_state(self, debate_key: int, reply: PostHead, mark: Mark, field: str, change: int) -> None:
        """Write the state of a reply, and add to `pro`, `contra` or `sources` of its contribution."""

    def count_reply(self, debate_key: int, contribution: int, field: str, change: int) -> PostHead:
        """Add to `pro`, `contra` or `sources` of a contribution, and return it."""


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
