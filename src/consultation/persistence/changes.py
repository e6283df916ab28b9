"""How a process learns that another one has written: see `docs/live.md`.

On PostgreSQL processes notify each other (`announcing`, `listening`). SQLite knows no such thing; there
one number is looked at each second, which changes with every commit of another connection.
"""

import sqlite3
from typing import Final

from sqlalchemy import URL, make_url

from consultation.application.ports import Changes, Tell
from consultation.persistence.watching import Watching

_POLL_SECONDS: Final = 1.0


def changes_of(url: str) -> Changes:
    """What tells of the changes in the database of a SQLAlchemy URL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteChanges(parsed)
    # Its driver takes a tenth of a second, which nobody on SQLite should wait for.
    from consultation.persistence.listening import PostgresChanges  # noqa: PLC0415 - see above

    return PostgresChanges(parsed)


class SqliteChanges(Watching):
    """Looks each second whether another connection, of this process or of another, has committed."""

    faults = (sqlite3.Error, OSError)

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
