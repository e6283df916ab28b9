"""The shipped service in processes of its own, on loopback, ended with the tests that started them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic

import consultation
from tests.postgres import _die_with
from tests.races.wire import Interrupted, Request, Wire

PUBLIC_URL = "http://consultation.example"
START_SECONDS = 120
STOP_SECONDS = 15


class ServerFailed(RuntimeError):
    """The server did not start, or did not come to answer as it should; the text holds its log."""


class Server:
    """One process of `consultation serve` on a database, which can be killed and started again.

    Start it from a thread that lives as long as it shall: the kernel ends it with that thread.
    """

    def __init__(self, database_url: str, folder: Path, name: str = "server", **settings: str) -> None:
        self._log = folder / f"{name}.log"
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("CONSULTATION_")
        }
        self._environment |= {
            "PYTHONPATH": str(Path(consultation.__file__).parents[1]),
            "CONSULTATION_DATABASE_URL": database_url,
            "CONSULTATION_PUBLIC_URL": PUBLIC_URL,
            "CONSULTATION_MAIL_URL": (folder / "mail").as_uri(),
            "CONSULTATION_LOG_LEVEL": "WARNING",
            "CONSULTATION_RATE_LIMITS": "10000",  # a race is run at a speed that no person writes at
        }
        self._environment |= {f"CONSULTATION_{key.upper()}": value for key, value in settings.items()}
        self._process: subprocess.Popen[str] | None = None
        self.address = ""

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def start(self) -> None:
        """Start the process on a free port and learn its address; `await_ready` waits for it."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "consultation", "serve", "--port", "0"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - the child itself must ask the kernel
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("Listening on "):
                self.address = line.split()[2]
                return
        raise self._failed("ended before it listened")

    def await_ready(self) -> None:
        """Return when /readyz answers 200. Raises ServerFailed."""
        self.await_answer("/readyz", 200)

    def await_answer(self, path: str, status: int) -> None:
        """Ask until a path answers with a status. Raises ServerFailed after START_SECONDS."""
        until = monotonic() + START_SECONDS
        while monotonic() < until:
            with Wire(self.address) as wire, suppress(Interrupted):
                if wire.call(Request("GET", path)).status == status:
                    return
            assert self._process is not None
            try:
                # Waits a moment, and notices when there is nobody to wait for.
                self._process.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
            raise self._failed("ended")
        raise self._failed(f"did not answer {status} to {path}")

    def kill(self) -> None:
        """End the process as a power cut would: SIGKILL, nothing finished, nothing flushed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the process to end, and make sure that it does. Nothing happens when it has."""
        self._end(signal.SIGTERM)

    def _end(self, by: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(by)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()

    def _failed(self, what: str) -> ServerFailed:
        self.kill()
        return ServerFailed(f"the server {what}:\n{self._log.read_text(errors='replace')[-4000:]}")


@contextmanager
def serving(database_url: str, folder: Path, count: int, **settings: str) -> Iterator[list[Server]]:
    """Run server processes on one migrated database for the length of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        servers = [Server(database_url, folder, f"server{index}", **settings) for index in range(count)]
        for server in servers:
            stack.callback(server.stop)
            server.start()
        for server in servers:
            server.await_ready()
        yield servers
