"""Listeners: what thousands of them cost, and how soon they are told."""

import re
import resource
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Final, cast

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
_ROUNDS: Final = 3
_AT: Final = re.compile(rb'data: \{"sequence":[0-9]+,"at":"([^"]+)"')


def listeners(bench: Bench) -> Iterator[Row]:
    """Section C: idle listeners of one process, and how soon an act is told, here and elsewhere."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for engine in ENGINES:
        database = bench.databases.small(engine)
        bench.say(f"{engine}: {_LISTENERS:,} listeners")
        with ExitStack() as stack:
            server = _serving(bench, database, stack)
            before = memory_of(server.pid, "VmRSS")
            _listen(server, 2, stack, _LISTENERS)
            each = (memory_of(server.pid, "VmRSS") - before) * 1000 / _LISTENERS
            yield Row(
                f"C {_LISTENERS:,} idle listeners; {engine}", "kB each", Spread.of([each]), Goal("≤", 60)
            )
            yield _told(bench, database, server, server, stack, engine)
    with ExitStack() as stack:
        database = bench.databases.small("postgresql")
        acting, telling = (_serving(bench, database, stack) for _ in range(2))
        where = "postgresql, from one process to another"
        yield _told(bench, database, acting, telling, stack, where)


def _serving(bench: Bench, database: Filled, stack: ExitStack) -> Server:
    return stack.enter_context(ours(database.url, bench.scratch, event_listeners=str(6 * _LISTENERS)))


def _listen(server: Server, debate: int, stack: ExitStack, count: int) -> list[socket.socket]:
    """So many connections whose first events have come."""
    return [stack.enter_context(_listener(server, debate)) for _ in range(count)]


def _told(
    bench: Bench, database: Filled, acting: Server, telling: Server, stack: ExitStack, where: str
) -> Row:
    """How late the events of acts at a server come to listeners at the same one or another."""
    seconds = 1 if bench.quick else _SECONDS
    # The data ends with votes that have no entries: listeners begin at one that is there.
    _act(acting, database, 1)
    ears = _listen(telling, 1, stack, _EARS)
    found = []
    for _ in range(_ROUNDS):
        late = sorted(_latencies(acting, database, ears, _PER_SECOND * seconds))
        found.append(late[int(len(late) * 0.99)] * 1000)
    what = f"C act until told to {_EARS} listeners, p99, {_PER_SECOND} acts/s; {where}"
    return Row(what, "ms", Spread.of(found), Goal("≤", 250))


def _listener(server: Server, debate: int) -> socket.socket:
    """A connection whose first events have come."""
    listening = socket.create_connection(("127.0.0.1", server.port), _PATIENCE)
    path = f"/api/v1/debates/{debate_uid(debate)}/events"
    listening.sendall(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
    heard = b""
    while b"event: phase" not in heard:
        heard += listening.recv(4096)
        assert heard.startswith(b"HTTP/1.1 200"), heard
    return listening


def _latencies(server: Server, database: Filled, ears: list[socket.socket], acts: int) -> list[float]:
    """Seconds from the instant of an act, which the journal took before its commit, to each ear."""
    heard: list[float] = []
    over = threading.Event()
    listening = threading.Thread(target=_hear, args=(ears, heard, over))
    listening.start()
    _act(server, database, acts)
    time.sleep(2)
    over.set()
    listening.join()
    assert len(heard) == acts * len(ears), f"{len(heard)} events instead of {acts * len(ears)}"
    return heard


def _act(server: Server, database: Filled, count: int) -> None:
    """So many votes, at their pace."""
    connection = HTTPConnection("127.0.0.1", server.port)
    began = time.perf_counter()
    for turn, serial in enumerate(database.take(count)):
        time.sleep(max(0.0, began + turn / _PER_SECOND - time.perf_counter()))
        act = vote(serial, database.size)
        headers = {"authorization": f"Bearer {token(act.caller)}", "content-type": "application/json"}
        connection.request(act.method, act.path, orjson.dumps(act.body), headers)
        answer = connection.getresponse()
        document = answer.read()
        assert answer.status == 200, document
    connection.close()


def _hear(ears: list[socket.socket], heard: list[float], over: threading.Event) -> None:
    rests = dict.fromkeys(ears, b"")
    with selectors.DefaultSelector() as selector:
        for ear in ears:
            ear.settimeout(0)
            selector.register(ear, selectors.EVENT_READ)
        while not over.is_set():
            for key, _ in selector.select(0.2):
                ear = cast("socket.socket", key.fileobj)
                with suppress(BlockingIOError):
                    received = rests[ear] + ear.recv(65536)
                    now = datetime.now(UTC)
                    whole, _, rests[ear] = received.rpartition(b"\n\n")
                    heard += [
                        (now - datetime.fromisoformat(at.decode())) / timedelta(seconds=1)
                        for at in _AT.findall(whole)
                    ]
