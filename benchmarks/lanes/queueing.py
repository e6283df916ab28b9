"""Section C: a page of the moderation queue among 100,000 cases, built anew for each call."""

from collections.abc import Iterator
from typing import Any, Final

from benchmarks import servers
from benchmarks.bench import Bench
from benchmarks.data import make, token
from benchmarks.databases import ENGINES
from benchmarks.dialects import loading
from benchmarks.floors import SameRows, write_plan
from benchmarks.record import recorded
from benchmarks.servers import request
from benchmarks.table import Goal, Row, compared

CASES: Final = 100_000
CONNECTIONS: Final = (1, 16)
_OPEN_EVERY: Final = 40
"""One case in so many is open: what a queue is for."""
_QUEUE: Final = "/api/v1/organisations/ville-exemple/moderation/cases?limit=50"
_PAGES: Final = {"all cases": _QUEUE, "open cases": f"{_QUEUE}&state=open"}
_COLD: Final = Goal("≥", 0.6)


def queue(bench: Bench) -> Iterator[Row]:
    """The page of all cases and that of the open ones, on each database."""
    bearer = {"Authorization": f"Bearer {token(0)}"}
    for engine in ENGINES:
        small = bench.databases.small(engine)
        url = bench.databases.copy(engine, small.url, "queue")
        bench.say(f"{engine}: {CASES:,} cases")
        _load(url, small.size.threads * 21, small.size.people)
        for name, path in _PAGES.items():
            statements = tuple(
                (statement.text, _kept(statement.parameters))
                for transaction in recorded(url, "GET", path, headers=bearer)[0]
                for statement in transaction.statements
            )
            for connections in CONNECTIONS:
                threads = 4 if connections > 1 and engine == "postgresql" else 0
                plan = write_plan(SameRows(url, statements, threads), bench.scratch / "plan")
                one = request(path, authorization=bearer["Authorization"])
                with (
                    servers.ours(url, bench.scratch) as server,
                    servers.floor(plan) as floor,
                    bench.load.group([server], [one], connections) as mine,
                    bench.load.group([floor], [one], connections) as theirs,
                ):
                    rounds = bench.rounds_of(mine.go, theirs.go)
                pairs = [(first.rate, second.rate) for first, second in rounds]
                what = f"C queue, {name} of {CASES:,}; {engine}, {connections} conn."
                yield compared(what, "answers/s", _COLD, pairs)


def _kept(parameters: Any) -> Any:  # noqa: ANN401 - positional or by name
    """The parameters, as they can be written down for the floor: views become what they show."""
    if isinstance(parameters, dict):
        return {name: _octets(value) for name, value in parameters.items()}
    return tuple(map(_octets, parameters))


def _octets(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _load(url: str, posts: int, people: int) -> None:
    """Cases of all posts in turn, each with one report; the last of them open, most of them final."""
    is_open = f"n >= {CASES - posts} AND n % {_OPEN_EVERY} = 0"
    with loading(url) as dialect:
        membership = {
            "organisation_key": "1",
            "person_key": str(people + 1),
            "role": "'moderator'",
            "created_at": dialect.instant("0"),
        }
        case = {
            "key": "n + 1",
            "uid": dialect.uid("n + 1"),
            "debate_key": "1",
            "number": f"1 + n % {posts}",
            "state": f"CASE WHEN {is_open} THEN 'open' ELSE 'final' END",
            "opened_at": dialect.instant("n"),
            "reports": "1",
            "grounds": "1",
            "measure": f"CASE WHEN {is_open} THEN NULL ELSE 'keep' END",
            "decided_at": f"CASE WHEN {is_open} THEN NULL ELSE {dialect.instant('n + 60')} END",
            "closed_at": f"CASE WHEN {is_open} THEN NULL ELSE {dialect.instant('n + 60')} END",
        }
        report = {
            "key": "n + 1",
            "uid": dialect.uid("n + 1"),
            "case_key": "n + 1",
            "debate_key": "1",
            "number": f"1 + n % {posts}",
            "ground": "'charter'",
            "text": "'Ce texte insulte une personne.'",
            "created_at": dialect.instant("n"),
            "sequence": "1",
        }
        make(dialect, "memberships", 1, membership)
        make(dialect, "cases", CASES, case)
        make(dialect, "reports", CASES, report)
