"""Acts with serial numbers: the same number is the same act, as a request and as statements."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import orjson

from benchmarks.client import Seen
from benchmarks.data import CALLERS, SIDE_THREADS, Size, contribution, debate_uid, digest_of, text_of, token
from benchmarks.databases import Filled
from benchmarks.record import Replay, recorded
from benchmarks.servers import request

PER_SECOND: Final = 2_500
"""More acts a second than a machine will do."""
# Its numbers are unlike each other and unlike 0 and 1, so that each can be told by its value.
_EXAMPLE: Final = 476


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody posts an argument or casts a vote."""

    method: str
    path: str
    body: dict[str, Any]
    caller: int
    number: int

    def as_sent(self) -> str:
        """The request."""
        bearer = f"Bearer {token(self.caller)}"
        return request(self.path, self.method, orjson.dumps(self.body), authorization=bearer)

    def values(self, size: Size) -> dict[str, Any]:
        """What tells this act from another of its kind in the parameters of statements."""
        return {
            "session": digest_of(self.caller),
            "person": size.people + self.caller + 1,
            "number": self.number,
            "body": self.body.get("body"),
        }


def argument(serial: int, size: Size) -> Act:
    """An argument in the large debate."""
    number = contribution(serial % size.threads)
    path = f"/api/v1/debates/{debate_uid(1)}/contributions/{number}/arguments"
    body = {"side": ("pro", "contra")[serial % 2], "body": text_of(serial)}
    return Act("POST", path, body, serial % CALLERS, number)


def vote(serial: int, size: Size, debate: int = 1) -> Act:
    """A vote; no two are of one person on one post, and neighbours are on different posts."""
    lap, caller = divmod(serial, CALLERS)
    threads = size.threads if debate == 1 else SIDE_THREADS
    number = contribution((caller + lap) % threads)
    path = f"/api/v1/debates/{debate_uid(debate)}/posts/{number}/vote"
    return Act("PUT", path, {"value": ("agree", "mixed", "disagree")[serial % 3]}, caller, number)


Make: TypeAlias = Callable[[int, Size], Act]
"""Makes the act with a serial number on data of a size."""


class Statements:
    """The floor of an act: its statements, committed by the driver one act after the other."""

    def __init__(self, database: Filled, connection: Any, make: Make, status: int, serials: range) -> None:  # noqa: ANN401 - of either driver
        self._size = database.size
        self._make = make
        example = make(serials[_EXAMPLE], database.size)
        self._old = example.values(self._size)
        headers = {"Authorization": f"Bearer {token(example.caller)}"}
        transactions, answer = recorded(
            database.url, example.method, example.path, status=status, json=example.body, headers=headers
        )
        given = answer["number"] if answer["number"] != example.number else None
        self._returned = (given, answer["receipt"]["sequence"])
        self._replay = Replay(connection, transactions)
        self._serials: Iterator[int] = iter(serials[_EXAMPLE + 1 :])

    def go(self, seconds: float) -> Seen:
        """Act for so long."""
        seen = Seen()
        start = before = time.perf_counter()
        while before < start + seconds:
            values = self._make(next(self._serials), self._size).values(self._size)
            fresh = {self._old[name]: value for name, value in values.items()}
            self._replay.send(fresh, self._returned)
            now = time.perf_counter()
            seen.latencies.append(now - before)
            before = now
        seen.count, seen.seconds = len(seen.latencies), before - start
        return seen
