"""What the loader and the replays need to know of each database, without SQLAlchemy."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol

import psycopg
from sqlalchemy import make_url

Row = Sequence[Any]
EPOCH = 1_577_966_400
"""2020-01-02T12:00:00Z: a day after the debates of the data opened."""


class Dialect(Protocol):
    """SQL expressions over an integer expression, and bulk loading."""

    def series(self, count: int) -> str:
        """A table `series` with a column `n` from 0."""

    def instant(self, seconds: str) -> str:
        """The instant so many seconds after EPOCH."""

    def octets(self, number: str, length: int) -> str:
        """A value of so many octets that tells the number."""

    def uid(self, number: str) -> str:
        """A UUID that tells the number."""

    mark: str
    """The placeholder of a parameter."""

    def execute(self, statement: str) -> None:
        """Run a statement."""

    def executemany(self, statement: str, rows: Sequence[Row]) -> None:
        """Run a statement for each row."""

    def finish(self) -> None:
        """Build the indexes, make everything durable and let the database rest."""


class Sqlite:
    """Loads a SQLite file: no journal and no index while it lasts."""

    mark = "?"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        for pragma in (
            "foreign_keys = OFF",
            "synchronous = OFF",
            "journal_mode = OFF",
            "cache_size = -256000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        found = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        )
        self._indexes = dict(found.fetchall())
        for name in self._indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute("BEGIN")

    def series(self, count: int) -> str:
        rows = f"SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n < {count - 1}"  # noqa: S608 - a number
        return f"WITH RECURSIVE series(n) AS ({rows})"

    def instant(self, seconds: str) -> str:
        return f"strftime('%Y-%m-%dT%H:%M:%S.000000Z', {EPOCH} + {seconds}, 'unixepoch')"

    def octets(self, number: str, length: int) -> str:
        return f"CAST(printf('%0{length}d', {number}) AS BLOB)"

    def uid(self, number: str) -> str:
        return f"printf('%032x', {number})"

    def execute(self, statement: str) -> None:
        self._connection.execute(statement)

    def executemany(self, statement: str, rows: Sequence[Row]) -> None:
        self._connection.executemany(statement, rows)

    def finish(self) -> None:
        for statement in self._indexes.values():
            self._connection.execute(statement)
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA journal_mode = WAL")


class Postgres:
    """Loads a PostgreSQL database: no foreign key and no index while it lasts."""

    mark = "%s"

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("SET synchronous_commit = off")
        found = connection.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            "JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS "
            "(SELECT FROM pg_constraint WHERE conindid = indexrelid)"
        )
        self._indexes = {str(name): str(statement) for name, statement in found.fetchall()}
        for name in self._indexes:
            connection.execute(f"DROP INDEX {name}".encode())

    def series(self, count: int) -> str:
        return f"WITH series(n) AS (SELECT generate_series(0::bigint, {count - 1}))"

    def instant(self, seconds: str) -> str:
        return f"to_timestamp({EPOCH}::bigint + {seconds})"

    def octets(self, number: str, length: int) -> str:
        return f"convert_to(lpad(({number})::text, {length}, '0'), 'UTF8')"

    def uid(self, number: str) -> str:
        return f"lpad(to_hex({number}), 32, '0')::uuid"

    def execute(self, statement: str) -> None:
        self._connection.execute(statement.encode())

    def executemany(self, statement: str, rows: Sequence[Row]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(statement.encode(), rows)

    def finish(self) -> None:
        for statement in self._indexes.values():
            self._connection.execute(statement.encode())
        self._connection.execute("VACUUM (ANALYZE)")
        self._connection.execute("CHECKPOINT")


def driver(url: str) -> Any:  # noqa: ANN401 - a connection of either driver
    """A connection of the bare driver, every statement its own transaction unless one is begun.

    A SQLite connection is set as the service sets its own.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        conninfo = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(conninfo, autocommit=True)
    connection = sqlite3.connect(str(parsed.database), isolation_level=None, check_same_thread=False)
    for pragma in (
        "busy_timeout = 10000",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "cache_size = -16000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def loading(url: str) -> Iterator[Dialect]:
    """The loader of a migrated, empty database."""
    with closing(driver(url)) as connection:
        dialect: Dialect = (
            Sqlite(connection) if isinstance(connection, sqlite3.Connection) else Postgres(connection)
        )
        yield dialect
        dialect.finish()
