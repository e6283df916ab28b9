"""The documents of posts: a thread, and the pages of its replies and of contributions.

Each says what is wanted and how it is built; the routes and the edge (`api/hot.py`) build alike.
"""

from dataclasses import dataclass
from typing import Final

from consultation.api.documents import Builder, Built
from consultation.api.pagination import LIMIT, Place, built_page, window
from consultation.api.problems import Problem, TransportCode
from consultation.application.posts import post_not_found
from consultation.application.readers import ContributionSort, ReplySort, Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import Refused
from consultation.domain.period import Phase
from consultation.domain.posts import Side

REPLIES_IN_THREAD: Final = 10
_BY_NUMBER: Final = frozenset(
    {ContributionSort.NEWEST, ContributionSort.OLDEST, ReplySort.NEWEST, ReplySort.OLDEST}
)


def thread_builder(number: int, *, with_html: bool = False) -> Builder:
    """Builds a contribution with its first replies of each kind."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built | Refused:
        thread = snapshot.thread(version, number, REPLIES_IN_THREAD)
        if thread is None:
            return post_not_found(number)
        revision = thread["contribution"].get("revision", 0)
        return Built(thread, revision, with_html=with_html)

    return build


@dataclass(frozen=True, slots=True)
class Contributions:
    """A page of a debate's contributions."""

    sort: ContributionSort = ContributionSort.NEWEST
    limit: int = LIMIT
    cursor: str | None = None
    theme: str | None = None
    q: str | None = None
    seed: int = 0

    @property
    def at_a_glance(self) -> bool:
        """May it be read so? A search and the random order ask more than once, themes and ranks change."""
        if self.q is not None or self.theme is not None:
            return False
        return self.sort in _BY_NUMBER or (self.cursor is None and self.sort is not ContributionSort.RANDOM)

    def builder(self, place: Place, *, with_html: bool = False) -> Builder:
        """How it is built for who asked at a place. Raises Problem(cursor_invalid)."""
        is_random = self.sort is ContributionSort.RANDOM
        name = f"{self.sort.value}:{self.seed}" if is_random else self.sort.value
        shape = {
            ContributionSort.NEWEST: (int,),
            ContributionSort.OLDEST: (int,),
            ContributionSort.RANDOM: (int, int, int),
        }.get(self.sort, (int, int))
        page = window(self.cursor, self.limit, name, *shape)
        if is_random and page.after is not None and page.after[0] not in {0, 1}:
            # The ring is walked once; a lap that somebody made up would be walked for ever.
            raise Problem(TransportCode.CURSOR_INVALID)

        def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built:
            found = snapshot.contributions(version, self.sort, page, self.theme, self.q, self.seed)
            return built_page(place, found, name, with_html=with_html)

        return build


@dataclass(frozen=True, slots=True)
class Arguments:
    """A page of a contribution's arguments."""

    number: int
    side: Side | None = None
    sort: ReplySort = ReplySort.OLDEST
    limit: int = LIMIT
    cursor: str | None = None

    @property
    def at_a_glance(self) -> bool:
        """May it be read so? After a rank, which support changes, it may not."""
        return self.cursor is None or self.sort in _BY_NUMBER

    def builder(self, place: Place, *, with_html: bool = False) -> Builder:
        """How it is built for who asked at a place. Raises Problem(cursor_invalid)."""
        name = f"arguments:{self.sort.value}"
        page = window(self.cursor, self.limit, name, *_shape(self.sort))

        def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built | Refused:
            found = snapshot.arguments(version, self.number, self.side, self.sort, page)
            if found is None:
                return post_not_found(self.number)
            return built_page(place, found, name, with_html=with_html)

        return build


@dataclass(frozen=True, slots=True)
class Sources:
    """A page of a contribution's sources."""

    number: int
    sort: ReplySort = ReplySort.OLDEST
    limit: int = LIMIT
    cursor: str | None = None

    @property
    def at_a_glance(self) -> bool:
        """May it be read so? After a rank, which support changes, it may not."""
        return self.cursor is None or self.sort in _BY_NUMBER

    def builder(self, place: Place, *, with_html: bool = False) -> Builder:
        """How it is built for who asked at a place. Raises Problem(cursor_invalid)."""
        name = f"sources:{self.sort.value}"
        page = window(self.cursor, self.limit, name, *_shape(self.sort))

        def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built | Refused:
            found = snapshot.sources(version, self.number, self.sort, page)
            if found is None:
                return post_not_found(self.number)
            return built_page(place, found, name, with_html=with_html)

        return build


def _shape(sort: ReplySort) -> tuple[type[int], ...]:
    return (int, int) if sort is ReplySort.MOST_SUPPORTED else (int,)
