"""Listening to what other processes announce on PostgreSQL."""

from typing import Final

import psycopg
from sqlalchemy import URL

from consultation.application.ports import Tell
from consultation.persistence.announcing import CHANNEL, Announcer, connected
from consultation.persistence.watching import Watching

_LOOK_SECONDS: Final = 0.5


class PostgresChanges(Watching):
    """Listens on one connection of its own and announces on another, without a pool between.

    What this process announces is not told to it: whoever acts here is told by the commit itself.
    """

    faults = (psycopg.Error, OSError)

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
