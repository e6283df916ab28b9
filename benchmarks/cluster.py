"""A PostgreSQL server whose data stay in a folder from one run to the next."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import postgres


@contextmanager
def kept_postgres(folder: Path) -> Iterator[str]:
    """Run a durable server on a folder, made when missing, and yield the URL of its `postgres` database.

    The folder must be open to the server's user, as whom root starts it: see `tests.postgres`.
    """
    base = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        base.chmod(0o711)
        binaries = postgres._readable_binaries(base)  # noqa: SLF001 - the same server as that of the tests
        as_user: dict[str, Any] = {"cwd": "/"}
        sockets = base / "s"
        sockets.mkdir()
        is_new = not folder.exists()
        if is_new:
            folder.mkdir()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            as_user |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            for one in (sockets, folder):
                os.chown(one, nobody.pw_uid, nobody.pw_gid)
        if is_new:
            postgres._initialise(binaries, folder, as_user)  # noqa: SLF001 - as above
        (folder / "postmaster.pid").unlink(missing_ok=True)  # of a run that was killed
        settings = postgres._SERVER_SETTINGS.items()  # noqa: SLF001 - as above
        options = [word for name, value in settings for word in ("-c", f"{name}={value}")]
        log_path = base / "log"
        with log_path.open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", folder, "-k", sockets, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=postgres._die_with(os.getpid()),  # noqa: PLW1509, SLF001 - the child must ask the kernel
                **as_user,
            )
        try:
            postgres._await(server, sockets, log_path)  # noqa: SLF001 - as above
            yield f"postgresql+psycopg://postgres@/postgres?host={sockets}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
    finally:
        shutil.rmtree(base, ignore_errors=True)
