"""Rows 1 to 4: a thread again and again, with If-None-Match, built anew; a page built anew."""

from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks import servers
from benchmarks.bench import Bench
from benchmarks.data import SMALL, contribution, debate_uid
from benchmarks.floors import SameBytes, SameRows, write_plan
from benchmarks.record import recorded
from benchmarks.servers import Answer, Server, request
from benchmarks.table import Goal, Row, compared

CONNECTIONS: Final = (1, 16)
BASE: Final = f"/api/v1/debates/{debate_uid(1)}"
THREAD: Final = f"{BASE}/contributions/{contribution(SMALL.threads // 2)}"
PAGE: Final = f"{BASE}/contributions?limit=50"
_WARM: Final = Goal("≥", 0.5)
_COLD: Final = Goal("≥", 0.6)
# What the server adds to every answer by itself.
_OF_UVICORN: Final = frozenset({"date", "server", "connection"})


def thread(bench: Bench) -> Iterator[Row]:
    """Rows 1, 2 and 3."""
    for database in bench.databases.every():
        engine, url = database.engine, database.url
        bench.say(f"{engine}: the thread again and again")
        with servers.ours(url, bench.scratch) as server:
            answer = server.answer(THREAD)
            tag = answer.headers["etag"]
            unchanged = server.answer(THREAD, {"If-None-Match": tag})
            for name, plan, one in (
                ("1 thread, warm", _same(answer), request(THREAD)),
                ("2 thread, If-None-Match", _same(unchanged), request(THREAD, if_none_match=tag)),
            ):
                for connections in CONNECTIONS:
                    what = f"{name}; {engine}, {connections} conn."
                    yield _against(bench, server, plan, [one], connections, what, _WARM)
        yield from _anew(bench, engine, url, THREAD, "3 thread, cold")


def page(bench: Bench) -> Iterator[Row]:
    """Row 4."""
    for database in bench.databases.every():
        engine, url = database.engine, database.url
        yield from _anew(bench, engine, url, PAGE, "4 page of 50, cold")


def _anew(bench: Bench, engine: str, url: str, path: str, what: str) -> Iterator[Row]:
    bench.say(f"{engine}: {path.rpartition('/')[2]} built anew")
    statements = tuple(
        (statement.text, statement.parameters)
        for transaction in recorded(url, "GET", path)[0]
        for statement in transaction.statements
    )
    with servers.ours(url, bench.scratch, document_cache_megabytes="0") as server:
        for connections in CONNECTIONS:
            # Measured: on the event loop SQLite is read fastest, and PostgreSQL when there is
            # but one connection; with more, threads let its processes work side by side.
            threads = 4 if connections > 1 and engine == "postgresql" else 0
            plan = SameRows(url, statements, threads)
            named = f"{what}; {engine}, {connections} conn."
            yield _against(bench, server, plan, [request(path)], connections, named, _COLD)


def _same(answer: Answer) -> SameBytes:
    headers = tuple(
        (name.encode(), value.encode())
        for name, value in answer.headers.items()
        if name.lower() not in _OF_UVICORN
    )
    return SameBytes(answer.status, headers, answer.body)


def _against(
    bench: Bench,
    server: Server,
    plan: SameBytes | SameRows,
    requests: Sequence[str],
    connections: int,
    what: str,
    goal: Goal,
) -> Row:
    status = plan.status if isinstance(plan, SameBytes) else 200
    with (
        servers.floor(write_plan(plan, bench.scratch / "plan")) as floor,
        bench.load.group([server], requests, connections, status=status) as mine,
        bench.load.group([floor], requests, connections, status=status) as theirs,
    ):
        rounds = bench.rounds_of(mine.go, theirs.go)
    pairs = [(one.rate, other.rate) for one, other in rounds]
    return compared(what, "answers/s", goal, pairs)
