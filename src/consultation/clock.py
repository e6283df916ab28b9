"""The clock: the only place that reads the system's time."""

import threading
from datetime import UTC, datetime


class SystemClock:
    """The system's time in UTC, which never goes back within a process.

    When the system's clock is set back, the last instant is repeated until the clock has
    caught up: what was closed stays closed, and the journal's order holds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present instant, aware, in UTC."""
        now = datetime.now(UTC)
        with self._lock:
            self._last = max(self._last, now)
            return self._last
