"""Listeners: what thousands of them cost, and how soon they are told."""

import resource
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from typing import Final

import orjson

from benchmarks.acts import vote
from benchmarks.bench import Bench
from benchmarks.data import debate_uid, token
from benchmarks.databases import ENGINES, Filled
from benchmarks.servers import Server, memory_of, ours
from benchmarks.table import Goal, Row, Spread

_LISTENERS: Final = 5_000
_PER_SECOND: Final = 50
_SECONDS: Final = 6
_EARS: Final = 100
"""Listeners to the debate in which something happens; the others listen to another one."""
_PATIENCE: Final = 60.0


def listeners(bench: Bench) -> Iterator[Row]:
    """Section C: idle listeners of one process, and how soon an act is told to some of them."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for engine in ENGINES:
        database = bench.databases.small(engine)
        bench.say(f"{engine}: {_LISTENERS:,} listeners")
        with ours(database.url, bench.scratch, event_listeners=str(6 * _LISTENERS)) as server:
            before = memory_of(server.pid, "VmRSS")
            idle = [_listen(server, 2) for _ in range(_LISTENERS)]
            each = (memory_of(server.pid, "VmRSS") - before) * 1000 / _LISTENERS
            yield Row(f"C {_LISTENERS:,} idle listeners; {engine}", "kB each", _one(each), Goal("≤", 60))
            ears = [_listen(server, 1) for _ in range(_EARS)]
            late = _latencies(server, database, ears)
            p99 = sorted(late)[int(len(late) * 0.99)] * 1000
            what = f"C answer to an act until told, p99, {_PER_SECOND} acts/s; {engine}"
            yield Row(what, "ms", _one(p99), Goal("≤", 250))
            for listening in (*idle, *ears):
                listening.close()


def _one(value: float) -> Spread:
    return Spread.of([value])


def _listen(server: Server, debate: int) -> socket.socket:
    """A connection whose first events have come."""
    listening = socket.create_connection(("127.0.0.1", server.port), _PATIENCE)
    path = f"/api/v1/debates/{debate_uid(debate)}/events"
    listening.sendall(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
    heard = b""
    while b"event: phase" not in heard:
        heard += listening.recv(4096)
        assert heard.startswith(b"HTTP/1.1 200"), heard
    return listening


def _latencies(server: Server, database: Filled, ears: list[socket.socket]) -> list[float]:
    """Seconds between an act's answer and its arrival at each ear; what comes before it counts as 0."""
    answered: dict[int, float] = {}
    heard: list[tuple[int, float]] = []
    over = threading.Event()
    listening = threading.Thread(target=_hear, args=(ears, heard, over))
    listening.start()
    connection = HTTPConnection("127.0.0.1", server.port)
    began = time.perf_counter()
    for turn, serial in enumerate(database.take(_PER_SECOND * _SECONDS)):
        time.sleep(max(0.0, began + turn / _PER_SECOND - time.perf_counter()))
        act = vote(serial, database.size)
        headers = {"authorization": f"Bearer {token(act.caller)}", "content-type": "application/json"}
        connection.request(act.method, act.path, orjson.dumps(act.body), headers)
        answer = connection.getresponse()
        document = orjson.loads(answer.read())
        assert answer.status == 200, document
        answered[document["receipt"]["sequence"]] = time.perf_counter()
    time.sleep(2)
    over.set()
    listening.join()
    found = [max(0.0, at - answered[sequence]) for sequence, at in heard if sequence in answered]
    assert len(found) == len(answered) * len(ears), "events are missing"
    return found


def _hear(ears: list[socket.socket], heard: list[tuple[int, float]], over: threading.Event) -> None:
    with selectors.DefaultSelector() as selector:
        for ear in ears:
            ear.settimeout(0)
            selector.register(ear, selectors.EVENT_READ)
        while not over.is_set():
            for key, _ in selector.select(0.2):
                with suppress(BlockingIOError):
                    received = key.fileobj.recv(65536)  # type: ignore[union-attr]  # they are sockets
                    now = time.perf_counter()
                    heard += [
                        (int(line[4:]), now) for line in received.split(b"\n") if line.startswith(b"id: ")
                    ]
