"""What follows from an act: how soon a webhook's request arrives at its receiver."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import orjson
from pydantic import SecretStr

from benchmarks.acts import vote
from benchmarks.bench import Bench
from benchmarks.data import token
from benchmarks.databases import ENGINES, Filled
from benchmarks.servers import ROOT, Server, environment, ours
from benchmarks.table import Goal, Row, Spread
from consultation.application.ports import Transaction, Webhook
from consultation.application.webhooks.keeping import purpose
from consultation.bootstrap import Services, build
from consultation.settings import Settings

_PER_SECOND: Final = 50
_SECONDS: Final = 5
_PATIENCE: Final = 60.0
_ORGANISATION: Final = "ville-exemple"
_SECRET: Final = "whsec_" + "A" * 32


def follow(bench: Bench) -> Iterator[Row]:
    """Section C: from an act to the webhook, with the worker inside what serves, and apart."""
    for engine in ENGINES:
        yield _row(bench, engine, "inside")
    yield _row(bench, "postgresql", "apart")


def _row(bench: Bench, engine: str, place: str) -> Row:
    database = bench.databases.small(engine)
    bench.say(f"{engine}: {_PER_SECOND * _SECONDS * bench.rounds} acts, worker {place}")
    services = build(Settings(database_url=SecretStr(database.url)))
    with ExitStack() as stack:
        stack.callback(services.database.dispose)
        ear = stack.enter_context(_hearing())
        extra = {"worker": place, "private_hosts": f'["{ear.host}"]'}
        server = stack.enter_context(ours(database.url, bench.scratch, **extra))
        if place == "apart":
            stack.enter_context(_worker(database, ear.host))
        stack.enter_context(_endpoint(services, ear.url))
        _p99(server, database, ear, 1)  # nobody is measured cold: the first call loads HTTP and TLS
        p99 = [_p99(server, database, ear, _SECONDS) for _ in range(bench.rounds)]
    what = f"C act until its webhook's request, p99, {_PER_SECOND} acts/s; worker {place}; {engine}"
    return Row(what, "ms", Spread.of(p99), Goal("≤", 250))


class _Ear:
    """A receiver that notes how many seconds after each entry its request came."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.url = f"http://{self.host}/"
        self.heard: dict[int, float] = {}
        self._came = threading.Condition()

    def note(self, body: bytes, now: float) -> None:
        """Keep the first request for an entry, whose instant it bears."""
        event = orjson.loads(body)
        at = datetime.fromisoformat(event["timestamp"]).timestamp()
        with self._came:
            self.heard.setdefault(event["data"]["sequence"], now - at)
            self._came.notify_all()

    def wait(self, sequences: list[int]) -> bool:
        """Wait for the requests for some entries."""
        with self._came:
            return self._came.wait_for(lambda: self.heard.keys() >= set(sequences), _PATIENCE)


@contextmanager
def _hearing() -> Iterator[_Ear]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            ear.note(body, time.time())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ear = _Ear(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield ear
    server.shutdown()
    server.server_close()


@contextmanager
def _worker(database: Filled, host: str) -> Iterator[None]:
    variables = environment(database_url=database.url, private_hosts=f'["{host}"]', log_level="WARNING")
    command = [sys.executable, "-m", "consultation", "worker"]
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.terminate()


@contextmanager
def _endpoint(services: Services, url: str) -> Iterator[None]:
    uid = services.ids.uid()
    sealed = services.federation.sealer.seal(purpose(uid), _SECRET)

    def add(tx: Transaction) -> None:
        owner = tx.organisations.lock(_ORGANISATION)
        assert owner is not None
        tx.webhooks.add(owner.key, Webhook(0, uid, url, frozenset({"vote_cast"}), tx.now(), sealed))

    def remove(tx: Transaction) -> None:
        owner = tx.organisations.lock(_ORGANISATION)
        assert owner is not None
        for webhook in tx.webhooks.of(owner.key):
            tx.webhooks.remove(webhook.key)

    services.work.perform(add)
    yield
    services.work.perform(remove)


def _p99(server: Server, database: Filled, ear: _Ear, seconds: int) -> float:
    """Milliseconds that 99 of 100 requests came within after the instant of their entries."""
    sequences = []
    connection = HTTPConnection("127.0.0.1", server.port)
    began = time.perf_counter()
    for turn, serial in enumerate(database.take(_PER_SECOND * seconds)):
        time.sleep(max(0.0, began + turn / _PER_SECOND - time.perf_counter()))
        act = vote(serial, database.size)
        headers = {"authorization": f"Bearer {token(act.caller)}", "content-type": "application/json"}
        connection.request(act.method, act.path, orjson.dumps(act.body), headers)
        answer = connection.getresponse()
        document = orjson.loads(answer.read())
        assert answer.status == 200, document
        sequences.append(document["receipt"]["sequence"])
    assert ear.wait(sequences), "requests are missing"
    waits = sorted(ear.heard[sequence] for sequence in sequences)
    return waits[len(waits) * 99 // 100] * 1000
