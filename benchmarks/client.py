"""Giving orders to the process that makes the load (see `benchmarks.load`)."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from benchmarks.servers import ROOT, Server, environment


@dataclass(slots=True)
class Seen:
    """What was done in a time; several slices add up. Seconds."""

    count: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """So many a second."""
        return self.count / self.seconds

    def percentile(self, part: float) -> float:
        """The latency that so many of a hundred stay below."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part / 100))]

    def add(self, other: "Seen") -> None:
        """Take in another slice."""
        self.count += other.count
        self.seconds += other.seconds
        self.latencies += other.latencies


class Load:
    """The process, and the groups of connections that it holds."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._names = 0

    @contextmanager
    def group(
        self,
        servers: Sequence[Server],
        requests: Sequence[str],
        connections: int,
        *,
        status: int = 200,
        once: bool = False,
    ) -> Iterator["Group"]:
        """Connections to servers, which they share out evenly.

        With `once` each request is sent at most once, else they go round. Every answer must
        have the status.
        """
        self._names += 1
        name = str(self._names)
        ports = [server.port for server in servers]
        self.order("prepare", name, ports=ports, requests=requests, connections=connections, once=once)
        yield Group(self, name, str(status))
        self.order("close", name)

    def order(self, order: str, name: str, **details: Any) -> Any:  # noqa: ANN401 - JSON both ways
        """Give an order and wait for its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = orjson.dumps({"order": order, "name": name, **details}, option=orjson.OPT_APPEND_NEWLINE)
        self._process.stdin.write(line)
        self._process.stdin.flush()
        return orjson.loads(self._process.stdout.readline() or b'"the load has stopped"')


@dataclass(frozen=True, slots=True)
class Group:
    """Connections ready to go."""

    load: Load
    name: str
    status: str

    def go(self, seconds: float) -> Seen:
        """Keep the connections busy for so long."""
        seen = self.load.order("go", self.name, seconds=seconds)
        assert set(seen["statuses"]) == {self.status}, f"expected {self.status}, got {seen['statuses']}"
        return Seen(len(seen["latencies"]), seen["seconds"], seen["latencies"])


@contextmanager
def load_process() -> Iterator[Load]:
    """A load process for the length of the block."""
    command = [sys.executable, "-m", "benchmarks.load"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdin=pipe, stdout=pipe)
    try:
        yield Load(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
