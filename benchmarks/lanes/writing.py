"""Rows 5 and 6: arguments posted and votes cast into one debate; votes into many."""

from collections.abc import Iterator
from contextlib import closing
from typing import Final

from benchmarks import servers
from benchmarks.acts import PER_SECOND, Make, Statements, argument, vote
from benchmarks.bench import Bench
from benchmarks.data import SIDE_DEBATES
from benchmarks.databases import Filled
from benchmarks.dialects import driver
from benchmarks.table import Goal, Row, compared

CONNECTIONS: Final = 16
_GOAL: Final = Goal("≥", 0.35)
_SPREAD: Final = Goal("≥", 1.5)


def post(bench: Bench) -> Iterator[Row]:
    """Row 5."""
    for database in bench.databases.every():
        bench.say(f"{database.engine}: posting arguments")
        yield _against_statements(bench, database, f"5 POST argument; {database.engine}", argument, 201)


def votes(bench: Bench) -> Iterator[Row]:
    """Row 6."""
    for database in bench.databases.every():
        bench.say(f"{database.engine}: voting")
        yield _against_statements(bench, database, f"6 PUT vote; {database.engine}", vote, 200)
    yield _spread(bench, bench.databases.small("postgresql"))


def _against_statements(bench: Bench, database: Filled, what: str, make: Make, status: int) -> Row:
    count = int(PER_SECOND * bench.longest)
    requests = [make(serial, database.size).as_sent() for serial in database.take(count)]
    with servers.ours(database.url, bench.scratch) as server, closing(driver(database.url)) as connection:
        floor = Statements(database, connection, make, status, database.take(4 * count))
        with bench.load.group([server], requests, CONNECTIONS, status=status, once=True) as group:
            rounds = bench.rounds_of(group.go, floor.go)
    pairs = [(one.rate, other.rate) for one, other in rounds]
    return compared(f"{what}, {CONNECTIONS} conn.", "acts/s", _GOAL, pairs)


def _spread(bench: Bench, database: Filled) -> Row:
    bench.say(f"{database.engine}: voting in {SIDE_DEBATES} debates and in one, two server processes")
    count = int(PER_SECOND * bench.longest)
    one = [vote(serial, database.size).as_sent() for serial in database.take(count)]
    many = [
        vote(serial, database.size, 2 + serial % SIDE_DEBATES).as_sent() for serial in database.take(count)
    ]
    with (
        servers.ours(database.url, bench.scratch) as first,
        servers.ours(database.url, bench.scratch) as second,
        bench.load.group([first, second], many, CONNECTIONS, once=True) as spread,
        bench.load.group([first, second], one, CONNECTIONS, once=True) as single,
    ):
        rounds = bench.rounds_of(spread.go, single.go)
    pairs = [(mine.rate, theirs.rate) for mine, theirs in rounds]
    what = f"6 PUT vote into {SIDE_DEBATES} debates against one; {database.engine}, 2 processes"
    return compared(what, "acts/s", _SPREAD, pairs)
