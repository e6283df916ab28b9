"""Telling other processes on PostgreSQL that debates have grown, after the commit and beside it.

A transaction that notifies holds a lock of the whole server from before its commit until it is on
disk, so that such commits queue behind each other. No act does: what it committed is announced from
here, by a thread and a connection of its own, a few debates or a thousand in one transaction that
waits for no disk.
"""

import logging
import threading
from typing import Final

import psycopg

CHANNEL: Final = "consultation_journal"
"""The name under which PostgreSQL notifies; the payload is the key of a debate."""

_MOST_WAITING: Final = 10_000
_PAUSE_SECONDS: Final = 0.02
_AGAIN_SECONDS: Final = 1.0
_LAST_SECONDS: Final = 1.0
_NOTIFY: Final = "SELECT pg_notify(%s, debate::text) FROM unnest(%s::bigint[]) AS debate"
_log = logging.getLogger(__name__)


def connected(address: str, name: str) -> psycopg.Connection:
    """A connection that is mostly silent, and finds within a minute that the other end has gone."""
    return psycopg.connect(
        address,
        autocommit=True,
        application_name=name,
        connect_timeout=3,
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
    )


class Announcer:
    """Sends notifications from a thread, at most fifty transactions a second.

    What cannot be sent waits, up to 10,000 debates; more are dropped. What is lost, here or with the
    process, is found by whoever listens when it next looks at everything.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._waiting: set[int] = set()
        self._rung = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._connection: psycopg.Connection | None = None
        self.backend: int | None = None
        """The server's process that sends, by which a listener knows its own process."""

    def announce(self, key: int) -> None:
        """Have it told, soon, that a debate has grown. Returns at once and never fails."""
        with self._lock:
            if len(self._waiting) < _MOST_WAITING:
                self._waiting.add(key)
        self._rung.set()

    def start(self) -> None:
        """Begin to send. Until then, what is announced waits."""
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Send what waits, with a second's patience, and end."""
        self._closing.set()
        self._rung.set()
        if self._thread is not None:
            self._thread.join(_LAST_SECONDS)
        elif self._waiting:
            self._run()

    def _run(self) -> None:
        is_told = True
        while True:
            self._rung.wait()
            self._rung.clear()
            keys = self._taken()
            try:
                if keys:
                    self._send(keys)
                is_told = True
            except (psycopg.Error, OSError) as error:
                if is_told:
                    _log.warning("acts are not announced for a moment: %s", type(error).__name__)
                is_told = False
                self._disconnect()
                for key in keys:
                    self.announce(key)
            if self._closing.is_set():
                break
            # What is announced meanwhile goes together.
            self._closing.wait(_PAUSE_SECONDS if is_told else _AGAIN_SECONDS)
        self._disconnect()

    def _taken(self) -> list[int]:
        with self._lock:
            keys, self._waiting = sorted(self._waiting), set()
        return keys

    def _send(self, keys: list[int]) -> None:
        if self._connection is not None:
            try:
                self._connection.execute(_NOTIFY, (CHANNEL, keys))
            except psycopg.OperationalError:  # lost while there was nothing to say
                self._disconnect()
            else:
                return
        self._connection = self._connected()
        self._connection.execute(_NOTIFY, (CHANNEL, keys))

    def _connected(self) -> psycopg.Connection:
        connection = connected(self._address, "consultation announcer")
        # A notification that is lost with the server has nobody left to hear it.
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET statement_timeout = '5s'")
        self.backend = connection.info.backend_pid
        return connection

    def _disconnect(self) -> None:
        connection, self._connection, self.backend = self._connection, None, None
        if connection is not None:
            connection.close()
