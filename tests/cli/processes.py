"""Real processes of the command line: started, waited for, and always ended."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
_ADDRESS: Final = re.compile(r"http://[^\s]+")
_SECONDS: Final = 120


def plain_environment(**settings: str) -> dict[str, str]:
    """What a process needs to run, without any setting of the service but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONSULTATION_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # what the first process compiles, the others load
    return kept | {"PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8"} | settings


def command(*arguments: str) -> list[str]:
    """The command line of a process."""
    return [sys.executable, "-m", "consultation", *arguments]


class Serving:
    """A service that runs. Its address is what it printed."""

    def __init__(self, process: "subprocess.Popen[str]", said: str, log: Path) -> None:
        self.process = process
        self.said = said
        self.log = log
        found = _ADDRESS.search(said)
        assert found is not None, said + log.read_text("utf-8")
        self.address = found[0]

    def get(self, path: str) -> Any:
        """The JSON that a path answers."""
        return self.call(path)

    def call(self, path: str, payload: Any = None, token: str | None = None) -> Any:
        """The JSON that a call answers; with a payload it is a POST."""
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        data = None if payload is None else json.dumps(payload).encode()
        request = urllib.request.Request(f"{self.address}{path}", data, headers)  # noqa: S310 - our own server
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - our own server
            return json.loads(answer.read() or b"null")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return how the process ended."""
        self.process.send_signal(number)
        return self.process.wait(_SECONDS)


@contextmanager
def serving(
    folder: Path, environment: Mapping[str, str], *arguments: str, until: str = "Listening"
) -> Iterator[Serving]:
    """Run a serving command until the block ends. `until` begins the last line to wait for."""
    log = folder / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command(*arguments),
            cwd=folder,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            # A group of its own, so that workers end with it, whatever a test did to their parent.
            start_new_session=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            said = ""
            for line in process.stdout:
                said += line
                if line.startswith(until):
                    break
            yield Serving(process, said, log)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def is_refused(address: str) -> bool:
    """Does nobody listen there any more?"""
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=_SECONDS).close()  # noqa: S310 - our own server
    except urllib.error.URLError as error:
        # A connection that a process cuts as it ends says nothing of the others that listen there.
        return isinstance(error.reason, ConnectionRefusedError)
    except OSError:
        return False
    return False
