"""Row 10: from exec to the first answer, and the memory of an idle process."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from benchmarks.bench import Bench
from benchmarks.databases import ENGINES
from benchmarks.servers import Server, environment, free_port, memory_of
from benchmarks.table import Goal, Row, Spread

_STARTS: Final = 5
_STEP: Final = 0.005
_PATIENCE: Final = 60.0


def start(bench: Bench) -> Iterator[Row]:
    """Row 10, as `./run serve` starts it, on a database that is up to date."""
    for engine in ENGINES:
        bench.say(f"{engine}: starting {_STARTS} times")
        url = bench.databases.small(engine).url
        seen = [_start(url, bench.scratch) for _ in range(_STARTS)]
        seconds, memory = zip(*seen, strict=True)
        yield Row(f"10 serve, exec to first answer; {engine}", "s", Spread.of(seconds), Goal("≤", 1.5))
        yield Row(f"10 memory of an idle process; {engine}", "MB", Spread.of(memory), Goal("≤", 150))


def _start(url: str, scratch: Path) -> tuple[float, float]:
    port = free_port()
    command = [sys.executable, "-m", "consultation", "serve", "--port", str(port)]
    variables = environment(database_url=url, mail_url=(scratch / "mail").as_uri())
    quiet = subprocess.DEVNULL
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=scratch, env=variables, stdout=quiet, stderr=quiet)
    try:
        server = Server(port, process.pid)
        while True:
            with suppress(OSError):
                assert server.answer("/api/v1/debates").status == 200
                took = time.perf_counter() - began
                return took, memory_of(process.pid, "VmRSS")
            assert process.poll() is None, "serve has stopped"
            assert time.perf_counter() - began < _PATIENCE, "serve does not answer"
            time.sleep(_STEP)
    finally:
        process.terminate()
        process.wait()
