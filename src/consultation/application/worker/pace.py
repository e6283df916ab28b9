"""How a worker that shares its process leaves it to the people who act: it rests as long as it worked."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

LONGEST_REST: Final = 0.1
"""Seconds. With the breath between two steps, what happens meanwhile is still told in time."""


class Pace:
    """Adds up what the loop and its hands work, and rests for a share of it.

    `share` is 1 for as long, 0 for not at all: a worker in a process of its own keeps nobody waiting.
    `pause` waits for some seconds, or less when the worker is to end; `ticks` is a clock in seconds,
    `effort` the same for the time that the calling thread has the processor: hands wait for the
    network more than they work.
    """

    def __init__(
        self,
        share: float,
        pause: Callable[[float], object],
        ticks: Callable[[], float] = time.monotonic,
        effort: Callable[[], float] = time.thread_time,
    ) -> None:
        self._share = share
        self._pause = pause
        self._ticks = ticks
        self._effort = effort
        self._lock = threading.Lock()
        self._worked = 0.0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The block is work, with what it waits for: it may hold the only lock that writers have."""
        began = self._ticks()
        try:
            yield
        finally:
            self._add(self._ticks() - began)

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """The block is the work of a hand, which others do beside it."""
        began = self._effort()
        try:
            yield
        finally:
            self._add(self._effort() - began)

    def rest(self, at_least: float = 0.0) -> None:
        """Rest for what was worked since the last time, for at least so many seconds."""
        with self._lock:
            worked, self._worked = self._worked, 0.0
        seconds = max(at_least, min(worked * self._share, LONGEST_REST))
        if seconds > 0:
            self._pause(seconds)

    def _add(self, seconds: float) -> None:
        with self._lock:
            self._worked += seconds
