"""The load: a process of its own that keeps connections busy and times every answer.

It takes orders from standard input and answers on standard output, one JSON object a line (see
`benchmarks.client`). HTTP/1.1 with keep-alive, one request at a time on each connection, bytes
straight from and to the socket: less work for each request than the barest server has, so that the
server is what gets measured.
"""

import asyncio
import gc
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import orjson
import uvloop

_WITHOUT_CONTENT: Final = frozenset({b"204", b"304"})


class _Group:
    """Connections that work together, and what they saw."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.connections: list[_Connection] = []
        self.until = 0.0
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()

    async def go(self, seconds: float) -> dict[str, Any]:
        """Ask for so long, and wait for the last answers."""
        self.latencies, self.statuses = [], Counter()
        start = time.perf_counter()
        self.until = start + seconds
        await asyncio.gather(*(connection.go() for connection in self.connections))
        took = time.perf_counter() - start
        return {"seconds": took, "latencies": self.latencies, "statuses": self.statuses}


class _Connection(asyncio.Protocol):
    def __init__(self, group: _Group) -> None:
        self._group = group
        self._received = b""
        self._sent_at = 0.0
        self._done: asyncio.Future[None] | None = None
        group.connections.append(self)

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - uvloop's own class
        self.transport = transport

    def go(self) -> asyncio.Future[None]:
        self._done = asyncio.get_running_loop().create_future()
        self._send()
        return self._done

    def _send(self) -> None:
        request = next(self._group.requests, None)
        if request is None:
            self._finish(RuntimeError("too few requests for a machine as fast as this"))
            return
        self._sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        end = received.find(b"\r\n\r\n")
        if end < 0:
            self._received = received
            return
        status = received[9:12]
        if status not in _WITHOUT_CONTENT:
            at = received.index(b"content-length: ", 0, end) + 16
            if len(received) < end + 4 + int(received[at : received.index(b"\r", at)]):
                self._received = received
                return
        self._received = b""
        now = time.perf_counter()
        group = self._group
        group.latencies.append(now - self._sent_at)
        group.statuses[status.decode()] += 1
        if now < group.until:
            self._send()
        else:
            self._finish(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._finish(exc or ConnectionError("the server hung up"))

    def _finish(self, error: Exception | None) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_result(None) if error is None else self._done.set_exception(error)


async def _prepare(order: dict[str, Any]) -> _Group:
    requests = [request.encode("latin-1") for request in order["requests"]]
    group = _Group(iter(requests) if order["once"] else itertools.cycle(requests))
    loop = asyncio.get_running_loop()
    for port in itertools.islice(itertools.cycle(order["ports"]), order["connections"]):
        await loop.create_connection(lambda: _Connection(group), "127.0.0.1", port)
    return group


async def _obey() -> None:
    loop = asyncio.get_running_loop()
    groups: dict[str, _Group] = {}
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        order = orjson.loads(line)
        answer: dict[str, Any] = {}
        match order.pop("order"):
            case "prepare":
                groups[order["name"]] = await _prepare(order)
            case "go":
                answer = await groups[order["name"]].go(order["seconds"])
            case _:
                for connection in groups.pop(order["name"]).connections:
                    connection.transport.close()
        sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    gc.disable()
    uvloop.run(_obey())
