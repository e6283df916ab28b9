"""Row 7: what rows 1 to 6 ask of a hundred times the data."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Final

from benchmarks import servers
from benchmarks.acts import PER_SECOND, Make, argument, vote
from benchmarks.bench import Bench
from benchmarks.client import Group
from benchmarks.data import Size, contribution, debate_uid
from benchmarks.databases import ENGINES, Filled
from benchmarks.servers import Server, request
from benchmarks.table import Goal, Row, compared

_CONNECTIONS: Final = 4
_PLACES: Final = 200
"""Threads that are read, spread over the whole debate."""
_GOALS: Final = ((50, Goal("≤", 1.3)), (99, Goal("≤", 1.5)))
_CONTRIBUTIONS: Final = f"/api/v1/debates/{debate_uid(1)}/contributions"
_SORTS: Final = ("newest", "oldest", "most_voted", "most_discussed", "random&seed=7")


def _threads(size: Size) -> list[str]:
    step = size.threads // _PLACES
    return [f"{_CONTRIBUTIONS}/{contribution(place * step)}" for place in range(_PLACES)]


@dataclass(frozen=True, slots=True)
class _Side:
    """One database with its two servers."""

    bench: Bench
    database: Filled
    warm: Server
    cold: Server

    def reads(self, server: Server, paths: Sequence[str]) -> AbstractContextManager[Group]:
        requests = [request(path) for path in paths]
        return self.bench.load.group([server], requests, _CONNECTIONS)

    def unchanged(self) -> AbstractContextManager[Group]:
        paths = _threads(self.database.size)
        tags = [self.warm.answer(path).headers["etag"] for path in paths]
        requests = [request(path, if_none_match=tag) for path, tag in zip(paths, tags, strict=True)]
        return self.bench.load.group([self.warm], requests, _CONNECTIONS, status=304)

    def writes(self, make: Make, status: int) -> AbstractContextManager[Group]:
        serials = self.database.take(int(PER_SECOND * self.bench.longest))
        requests = [make(serial, self.database.size).as_sent() for serial in serials]
        return self.bench.load.group([self.warm], requests, _CONNECTIONS, status=status, once=True)


_KINDS: Final[dict[str, Callable[[_Side], AbstractContextManager[Group]]]] = {
    "thread, warm": lambda side: side.reads(side.warm, _threads(side.database.size)),
    "thread, If-None-Match": lambda side: side.unchanged(),
    "thread, cold": lambda side: side.reads(side.cold, _threads(side.database.size)),
    "page of 50, cold": lambda side: side.reads(
        side.cold, [f"{_CONTRIBUTIONS}?limit=50&sort={sort}" for sort in _SORTS]
    ),
    "POST argument": lambda side: side.writes(argument, 201),
    "PUT vote": lambda side: side.writes(vote, 200),
}


def scale(bench: Bench) -> Iterator[Row]:
    """Row 7, the small data being the floor."""
    for engine in ENGINES:
        small = bench.databases.small(engine)
        with bench.databases.large(engine) as large, ExitStack() as stack:
            sides = [_side(bench, stack, database) for database in (large, small)]
            for name, kind in _KINDS.items():
                bench.say(f"{engine}: {name} at {large.size.posts:,} posts")
                with kind(sides[0]) as mine, kind(sides[1]) as theirs:
                    rounds = bench.rounds_of(mine.go, theirs.go)
                for part, goal in _GOALS:
                    pairs = [(a.percentile(part) * 1000, b.percentile(part) * 1000) for a, b in rounds]
                    what = f"7 {name}, {_in_words(large.size)}, p{part}; {engine}"
                    yield compared(what, "ms", goal, pairs)


def _side(bench: Bench, stack: ExitStack, database: Filled) -> _Side:
    warm = stack.enter_context(servers.ours(database.url, bench.scratch))
    cold = stack.enter_context(servers.ours(database.url, bench.scratch, document_cache_megabytes="0"))
    return _Side(bench, database, warm, cold)


def _in_words(size: Size) -> str:
    return f"{size.posts:,} posts and {size.votes:,} votes"
