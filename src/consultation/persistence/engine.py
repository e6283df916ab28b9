"""Engines: how connections to SQLite and PostgreSQL are opened, kept and begun."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.pool import PoolProxiedConnection

from consultation.application.ports import Busy
from consultation.persistence.idle import Idle

_log = logging.getLogger(__name__)
_BUSY_MILLISECONDS = 10_000
_RECYCLE_SECONDS: Final = 1800
_BEGIN: Final = "begin"
_HASTY: Final = "begin without waiting"
_HASTY_MILLISECONDS: Final = 10
_SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_TIDY_MILLISECONDS = 500
_TIDY_TIMES: Final = 3
_LONGEST_WAL_PAGES: Final = 40_000


class Database:
    """One database: connections for writing transactions and for consistent reads.

    On SQLite a writing transaction starts with BEGIN IMMEDIATE, behind one lock per process:
    waiting in line is fairer, and with 16 writers ten times faster at the 99th percentile,
    than polling the file's lock. On PostgreSQL a read is one REPEATABLE READ snapshot.
    `threads` is the number of threads that use it at once; the pools are sized to it.

    The drivers never open a transaction by themselves: what begins one is sent here.
    """

    def __init__(self, url: str, *, threads: int = 4, synchronous: str = "NORMAL") -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._writing = threading.Lock()
        self._checkpointing = threading.Lock()
        """Of two who copy the `-wal` file at once SQLite turns one away, and does not have it wait."""
        self._copying = False
        if self.is_sqlite:
            self._writer = _sqlite_engine(parsed, threads, synchronous)
            self._reader = _sqlite_engine(parsed, threads, synchronous)
        else:
            self._writer = self._reader = _postgresql_engine(parsed, threads)
        recycle = None if self.is_sqlite else _RECYCLE_SECONDS
        self._idle_writers = Idle(self._writer, threads, recycle)
        self._idle_readers = Idle(self._reader, threads, recycle) if self.is_sqlite else self._idle_writers

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations."""
        return self._writer

    @contextmanager
    def writing(self, *, hasty: bool = False) -> Iterator[Connection]:
        """A connection for one writing transaction. Raises Busy when writers queue too long.

        On SQLite who is `hasty` waits for other writers 10 ms at most, not ten seconds, and not at
        all for the disk. What was not committed when the context ends is rolled back.
        """
        if not self.is_sqlite:
            with self._idle_writers.connection() as connection:
                connection.info[_BEGIN] = "BEGIN"
                yield connection
            return
        patience = _HASTY_MILLISECONDS if hasty else _BUSY_MILLISECONDS
        # While the disk is made to keep the `-wal` file, writing to it takes as long.
        if (hasty and self._copying) or not self._writing.acquire(timeout=patience / 1000):
            raise Busy
        try:
            with self._idle_writers.connection() as connection:
                connection.info[_BEGIN] = _HASTY if hasty else "BEGIN IMMEDIATE"
                yield connection
        finally:
            self._writing.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection on which everything read belongs to one snapshot.

        It ends with a COMMIT: at a ROLLBACK psycopg forgets the statements that the server has
        prepared, and PostgreSQL would plan each of them anew, which takes ten times as long.
        """
        with self._idle_readers.connection() as connection:
            connection.info[_BEGIN] = "BEGIN" if self.is_sqlite else _SNAPSHOT
            with connection.begin():
                yield connection

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """A connection on which each statement is a snapshot of its own.

        On PostgreSQL nothing is begun or ended, which saves two trips to the server. On SQLite,
        where that costs nothing, all of them are one snapshot.
        """
        with self._idle_readers.connection() as connection:
            connection.info[_BEGIN] = None
            if self.is_sqlite:
                # By the driver, who does it in a fourth of the time; what SQLAlchemy begins then is nothing.
                driver: Any = connection.connection.driver_connection
                driver.execute("BEGIN")
                yield connection
                driver.execute("COMMIT")
            else:
                with connection.begin():
                    yield connection

    def checkpoint(self) -> None:
        """Copy what was committed from SQLite's `-wal` file into the database, beside the writers.

        SQLite has the writer do it whose commit makes the file long: its act, and all that wait
        behind it, then last as long as the disk takes. Who calls this each second spares them.
        Waits for nobody longer than 10 ms; what a reader still needs, or a full disk has no room
        for, is left for the next time. Nobody who is hasty writes meanwhile.
        """
        if not self.is_sqlite:
            return
        with self._checkpointing:
            self._checkpoint()

    def _checkpoint(self) -> None:
        connection = self._writer.raw_connection()
        self._copying = True
        if self._writing.acquire(timeout=_HASTY_MILLISECONDS / 1000):
            self._writing.release()  # the hasty act that may have been under way has ended
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.OperationalError as error:
            _log.warning("the -wal file is copied later: %s", error)
        finally:
            self._copying = False
            connection.close()

    def tidy(self) -> None:
        """Let go of what was deleted, as far as nobody is in the way; nothing is lost if somebody is.

        On SQLite, words that were deleted stand in the search index until its segments are merged,
        and the pages as they were before in the `-wal` file until it is begun anew. PostgreSQL
        does it by itself, with autovacuum.
        """
        if not self.is_sqlite:
            return
        for _ in range(_TIDY_TIMES):
            with self._checkpointing, self._writing:
                if self._tidied():
                    return

    def _tidied(self) -> bool:
        connection = self._writer.raw_connection()
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout = {_TIDY_MILLISECONDS}")
            cursor.execute("INSERT INTO post_search(post_search) VALUES ('optimize')")
            ((is_busy, _, _),) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.OperationalError as error:  # another process writes, or the disk is full
            _log.warning("what was deleted is let go of later: %s", error)
            return False
        else:
            if is_busy:  # which is no error: somebody reads what was before, or another process copies
                _log.warning("what was deleted is let go of later: it is still read")
            return not is_busy
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
            connection.close()

    def dispose(self) -> None:
        """Close every connection that is not in use."""
        for idle in (self._idle_writers, self._idle_readers):
            idle.close()
        self._writer.dispose()
        self._reader.dispose()


def _begin_by_hand(engine: Engine) -> None:
    """Send what the connection's `info` says when a transaction begins, nothing when it is None."""

    def do_begin(connection: PoolProxiedConnection) -> None:
        statement = connection.info.get(_BEGIN, "BEGIN")
        if statement is None:
            return
        driver: Any = connection.driver_connection
        if statement is _HASTY:
            _begin_hastily(driver)
        else:
            driver.execute(statement)

    # Not an event: executing a statement for SQLAlchemy takes longer than the rest of a short read.
    engine.dialect.do_begin = do_begin  # type: ignore[method-assign,assignment]  # its hook for this


def _begin_hastily(driver: sqlite3.Connection) -> None:
    """BEGIN IMMEDIATE that waits a moment at most for writers of other processes."""
    driver.execute(f"PRAGMA busy_timeout = {_HASTY_MILLISECONDS}")
    try:
        driver.execute("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")


def _sqlite_engine(url: URL, threads: int, synchronous: str) -> Engine:
    engine = create_engine(
        url, pool_size=threads, max_overflow=threads, connect_args={"check_same_thread": False}
    )
    _begin_by_hand(engine)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not open transactions by itself: BEGIN is ours, above.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {_BUSY_MILLISECONDS}",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            "foreign_keys = ON",
            # Without it INSERT OR REPLACE removes a row behind the back of its triggers.
            "recursive_triggers = ON",
            # What is deleted is overwritten: an erased text is not left in the file's free pages.
            "secure_delete = ON",
            "cache_size = -16000",
            # `checkpoint` is called long before, unless the process is a short one.
            f"wal_autocheckpoint = {_LONGEST_WAL_PAGES}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    known = engine.dialect.is_disconnect

    def is_disconnect(error: Any, connection: Any, cursor: Any) -> bool:  # noqa: ANN401 - the driver's own
        # A connection that found the file read-only, or that outlived a file since replaced,
        # never learns that it may write again: it is given up like a lost one.
        return "readonly" in str(error) or known(error, connection, cursor)

    engine.dialect.is_disconnect = is_disconnect  # type: ignore[assignment,method-assign]  # bound already; events do not reach every path
    return engine


def _postgresql_engine(url: URL, threads: int) -> Engine:
    options = (
        "-c statement_timeout=15s -c lock_timeout=10s "
        "-c idle_in_transaction_session_timeout=30s -c timezone=UTC"
    )
    connect_args: dict[str, Any] = {
        "options": options,
        "application_name": "consultation",
        # The driver must not open transactions by itself: BEGIN is ours, above.
        "autocommit": True,
    }
    engine = create_engine(
        url,
        pool_size=threads,
        max_overflow=threads,
        pool_recycle=_RECYCLE_SECONDS,
        connect_args=connect_args,
    )
    _begin_by_hand(engine)
    return engine
