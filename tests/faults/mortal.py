"""A PostgreSQL server that keeps its promises on disk; it can be shut down at once and started again."""

import os
import pwd
import select
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.postgres import STOP_SECONDS, _await, _die_with, postgres


class MortalPostgres:
    """A running server; `url` is that of its maintenance database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._data = Path(str(make_url(url).query["host"]))
        self._restarted: subprocess.Popen[bytes] | None = None

    def shut_down_at_once(self) -> None:
        """End every session and stop without a checkpoint, as PostgreSQL's immediate shutdown does."""
        postmaster = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        watch = os.pidfd_open(postmaster)
        try:
            os.kill(postmaster, signal.SIGQUIT)
            ended, _, _ = select.select([watch], [], [], STOP_SECONDS)
        finally:
            os.close(watch)
        assert ended, "the server did not shut down"
        if self._restarted is not None:
            self._restarted.wait()

    def start_again(self) -> None:
        """Start it as it was started, let it recover, and wait until it answers."""
        command = shlex.split((self._data / "postmaster.opts").read_text())
        as_user: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            as_user |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        log_path = self._data.parent / "log"
        with log_path.open("ab") as log:
            self._restarted = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - the child itself must ask the kernel
                **as_user,
            )
        _await(self._restarted, self._data, log_path)


@contextmanager
def mortal_postgres() -> Iterator[MortalPostgres]:
    """Run such a server for the length of the block."""
    with postgres(durable=True) as url:
        server = MortalPostgres(url)
        try:
            yield server
        finally:
            if server._restarted is not None:
                server._restarted.send_signal(signal.SIGINT)
                server._restarted.wait(STOP_SECONDS)
