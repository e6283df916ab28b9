"""Connections that stay open, ready for the next transaction.

A pool of SQLAlchemy makes an object for each use and resets the connection after it; that takes
some twenty-five microseconds, four times what SQLite needs to find a debate. Here the object is
kept, and only what has failed, has grown old or is one too many goes back to the pool.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


class Idle:
    """The idle connections of an engine, at most `most`, the one last used first.

    `recycle` is after how many seconds a connection is replaced, None for never: firewalls forget
    those that last. `ticks` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        engine: Engine,
        most: int,
        recycle: float | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._most = most
        self._recycle = recycle
        self._ticks = ticks
        # Appending and popping are atomic: threads share it without a lock.
        self._idle: list[tuple[Connection, float]] = []

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection of one's own; what it left uncommitted is rolled back."""
        connection, opened = self._take()
        try:
            yield connection
            if connection.in_transaction():
                connection.rollback()
        except BaseException:
            self._give_up(connection)
            raise
        if connection.closed or connection.invalidated or len(self._idle) >= self._most:
            connection.close()
        else:
            self._idle.append((connection, opened))

    def close(self) -> None:
        """Give every idle connection back to the pool."""
        while (kept := self._pop()) is not None:
            kept[0].close()

    def _take(self) -> tuple[Connection, float]:
        while (kept := self._pop()) is not None:
            if self._recycle is None or self._ticks() - kept[1] < self._recycle:
                return kept
            kept[0].close()
        return self._engine.connect(), self._ticks()

    def _pop(self) -> tuple[Connection, float] | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _give_up(self, connection: Connection) -> None:
        """After a fault the pool resets the connection; if it was lost, so are its neighbours."""
        if not connection.closed and connection.invalidated:
            while (kept := self._pop()) is not None:
                kept[0].invalidate()
                kept[0].close()
        connection.close()
