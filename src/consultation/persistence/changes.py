"""How a process learns that another one has written: see `docs/live.md`.

On PostgreSQL processes notify each other (`announcing`). SQLite knows no such thing; there one number
is looked at each second, which changes with every commit of another connection.
"""

import logging
import sqlite3
import threading
from typing import Final

import psycopg
from sqlalchemy import URL, make_url

from consultation.application.ports import Changes, Tell
from consultation.persistence.announcing import CHANNEL, Announcer, connected

_LOOK_SECONDS: Final = 0.5
_AGAIN_SECONDS: Final = 1.0
_POLL_SECONDS: Final = 1.0
_LAST_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


def changes_of(url: str) -> Changes:
    """What tells of the changes in the database of a SQLAlchemy URL."""
    parsed = make_url(url)
    return SqliteChanges(parsed) if parsed.get_backend_name() == "sqlite" else PostgresChanges(parsed)


class _Thread:
    """A thread that watches until it is closed, and begins again after a fault."""

    def __init__(self) -> None:
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_told = True

    def listen(self, tell: Tell) -> None:
        """Begin to tell, from a thread of its own. The first that is told is None."""
        self._thread = threading.Thread(target=self._run, args=(tell,), name="changes", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Tell no more. A thread that waits for a database that is away is not waited for."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(_LAST_SECONDS)

    def _run(self, tell: Tell) -> None:
        while not self._closed.is_set():
            try:
                self._watch(tell)
            except (psycopg.Error, sqlite3.Error, OSError) as error:
                # Nothing is lost: whoever listens looks at everything when we are back.
                if self._is_told:
                    _log.warning("changes are not told for a moment: %s", type(error).__name__)
                self._is_told = False
                self._closed.wait(_AGAIN_SECONDS)

    def _watch(self, tell: Tell) -> None:
        """Tell None, then what happens, until closed."""
        raise NotImplementedError


class PostgresChanges(_Thread):
    """Listens on one connection of its own and announces on another, without a pool between.

    What this process announces is not told to it: whoever acts here is told by the commit itself.
    """

    def __init__(self, url: URL) -> None:
        super().__init__()
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._announcer = Announcer(self._address)

    def announce(self, key: int) -> None:
        """Have other processes told."""
        self._announcer.announce(key)

    def start(self) -> None:
        """Begin to announce."""
        self._announcer.start()

    def close(self) -> None:
        """Announce what waits, and tell no more."""
        self._announcer.close()
        super().close()

    def _watch(self, tell: Tell) -> None:
        with connected(self._address, "consultation live") as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            tell(None)  # what was committed while nobody listened
            self._is_told = True
            while not self._closed.is_set():
                for notification in connection.notifies(timeout=_LOOK_SECONDS):
                    if notification.pid != self._announcer.backend:
                        told = notification.payload
                        tell(int(told) if told.isdecimal() else None)


class SqliteChanges(_Thread):
    """Looks each second whether another connection, of this process or of another, has committed."""

    def __init__(self, url: URL) -> None:
        super().__init__()
        self._path = url.database

    def announce(self, key: int) -> None:
        """Nothing: whoever listens sees the commit itself."""

    def start(self) -> None:
        """Nothing, as before."""

    def _watch(self, tell: Tell) -> None:
        if self._path in {None, "", ":memory:"}:
            self._closed.wait()  # nobody else can write there
            return
        connection = sqlite3.connect(str(self._path), isolation_level=None)
        try:
            seen = None
            while not self._closed.is_set():
                # https://www.sqlite.org/pragma.html#pragma_data_version
                (version,) = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    tell(None)
                    self._is_told = True
                self._closed.wait(_POLL_SECONDS)
        finally:
            connection.close()
