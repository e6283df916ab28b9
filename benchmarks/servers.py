"""Starting the servers under test and talking to them."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
OURS: Final = "consultation.bootstrap:create_app"
FLOOR: Final = "benchmarks.floors:create_app"
_STOP_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers on a port of the loopback interface."""

    port: int
    pid: int

    def answer(self, path: str, headers: Mapping[str, str] | None = None) -> "Answer":
        """One GET, to warm the server up or to look at what it answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=dict(headers or {}))
        try:
            with urllib.request.urlopen(request, timeout=60) as got:  # noqa: S310 - our own loopback address
                return Answer(got.status, dict(got.headers), got.read())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, dict(refused.headers), refused.read())


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def memory_of(pid: int, measure: str) -> float:
    """Memory of a process in megabytes (of a million octets), 0 when it has gone.

    `measure` is one of /proc/PID/status: VmRSS what is resident, VmHWM the most that ever was.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = (line.split()[1] for line in status.splitlines() if line.startswith(f"{measure}:"))
    return int(next(found, "0")) * 1024 / 1e6


def environment(**settings: str) -> dict[str, str]:
    """The environment of a process: ours, and the service's settings by name."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONSULTATION_")}
    own = {f"CONSULTATION_{name.upper()}": value for name, value in settings.items()}
    return inherited | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"} | own


@contextmanager
def serving(factory: str, variables: Mapping[str, str]) -> Iterator[Server]:
    """A server process for the length of the block."""
    command = [sys.executable, "-m", "benchmarks.serve", factory, str(os.getpid())]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(variables), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Server(int(process.stdout.readline()), process.pid)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def ours(url: str, scratch: Path, **settings: str) -> Iterator[Server]:
    """The service on a database."""
    fixed = {
        "database_url": url,
        "mail_url": (scratch / "mail").as_uri(),
        "log_level": "WARNING",
        "rate_limits": "10000",  # counted as ever, and never reached
    }
    with serving(OURS, environment(**fixed, **settings)) as server:
        assert server.answer("/healthz").status == 200
        yield server


@contextmanager
def floor(plan: Path) -> Iterator[Server]:
    """A floor, as the plan says (see `benchmarks.floors`)."""
    with serving(FLOOR, environment() | {"FLOOR_PLAN": str(plan)}) as server:
        yield server


def request(path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> str:
    """A request as the load sends it; header names with underscores."""
    head = {"host": "127.0.0.1", "accept": "application/json", **headers}
    if body is not None:
        head |= {"content-type": "application/json", "content-length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {head[name]}" for name in head)]
    return "\r\n".join(lines) + "\r\n\r\n" + (body or b"").decode("latin-1")
