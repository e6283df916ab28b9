"""Several hands that carry jobs out side by side, so that who is slow holds up nobody else."""

import threading
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from consultation.application.ports import Job

HANDS: Final = 16
"""Threads that carry jobs out. They wait for the network more than they work."""
SLOW_HANDS: Final = HANDS // 2
"""At most so many are busy in lanes that are known to be slow."""
HANDS_OF_LANE: Final = 4
"""At most so many are busy in one lane; one, when it is slow."""
SLOW_SECONDS: Final = 1.0
"""A lane is slow whose last job took longer."""


@dataclass(slots=True)
class _Lane:
    """The jobs of one lane that are here, each with the latest beginning by the crew's ticks."""

    waiting: deque[tuple[Job, float]] = field(default_factory=deque)
    busy: int = 0


class Crew:
    """Hands that share the jobs which a worker took.

    Lanes take turns, so that a long queue before one receiver is nobody else's. `carry` carries a
    job out, and deals with what goes wrong in it; `give_back` leaves jobs to others; `ticks` is a
    clock in seconds; `on_free` is called when a hand became free and its lane has nothing more here.
    """

    def __init__(
        self,
        carry: Callable[[Job], object],
        give_back: Callable[[Collection[Job]], None],
        ticks: Callable[[], float],
        on_free: Callable[[], None] = lambda: None,
    ) -> None:
        self._carry = carry
        self._give_back = give_back
        self._ticks = ticks
        self._on_free = on_free
        self._changed = threading.Condition()
        self._lanes: dict[str, _Lane] = {}
        self._slow: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._closing = False

    def free(self) -> int:
        """How many jobs could be begun at once."""
        with self._changed:
            begun_soon = sum(
                len(lane.waiting) for name, lane in self._lanes.items() if not self._is_full(name)
            )
            return max(0, HANDS - self._busy() - begun_soon)

    def full(self) -> list[str]:
        """Lanes of which no more jobs should be taken for now: some of theirs wait here already."""
        with self._changed:
            return [name for name, lane in self._lanes.items() if lane.waiting or self._is_full(name)]

    def hand_out(self, jobs: Collection[Job], last_start: float) -> None:
        """Let jobs be carried out; those not begun by an instant of the ticks are given back."""
        with self._changed:
            for job in jobs:
                self._lanes.setdefault(job.lane, _Lane()).waiting.append((job, last_start))
            # Of an earlier call, too, some may wait: a hand that was begun for them has taken none yet.
            waiting = sum(len(lane.waiting) for lane in self._lanes.values())
            while len(self._threads) < min(HANDS, self._busy() + waiting):
                # Daemons, so that a job that does not end cannot keep the process.
                hand = threading.Thread(target=self._work, name=f"hand_{len(self._threads)}", daemon=True)
                self._threads.append(hand)
                hand.start()
            self._changed.notify_all()

    def close(self) -> None:
        """Begin nothing more, give back what waits, and wait for the jobs under way."""
        with self._changed:
            self._closing = True
            left = [job for lane in self._lanes.values() for job, _ in lane.waiting]
            self._lanes.clear()
            self._changed.notify_all()
        self._give_back(left)
        for thread in self._threads:
            thread.join()

    def _busy(self) -> int:
        return sum(lane.busy for lane in self._lanes.values())

    def _is_full(self, name: str) -> bool:
        busy = self._lanes[name].busy
        if name not in self._slow:
            return busy >= HANDS_OF_LANE
        slow = sum(lane.busy for other, lane in self._lanes.items() if other in self._slow)
        return busy > 0 or slow >= SLOW_HANDS

    def _work(self) -> None:
        while (taken := self._next()) is not None:
            job, last_start = taken
            begun = self._ticks()
            if begun > last_start:
                self._give_back([job])
            else:
                self._carry(job)
                self._timed(job.lane, self._ticks() - begun)
            if self._ended(job.lane):
                self._on_free()

    def _next(self) -> tuple[Job, float] | None:
        """Wait for a job and take it; None when there will be none."""
        with self._changed:
            while True:
                for name, lane in self._lanes.items():
                    if lane.waiting and not self._is_full(name):
                        # To the end of the row: the others come first now.
                        self._lanes[name] = self._lanes.pop(name)
                        lane.busy += 1
                        return lane.waiting.popleft()
                if self._closing:
                    return None
                self._changed.wait()

    def _timed(self, name: str, seconds: float) -> None:
        with self._changed:
            if seconds > SLOW_SECONDS:
                self._slow.add(name)
            else:
                self._slow.discard(name)

    def _ended(self, name: str) -> bool:
        """Note that a job ended; is there nothing more of its lane here?"""
        with self._changed:
            self._changed.notify_all()
            lane = self._lanes.get(name)
            if lane is None:  # the crew is closing
                return False
            lane.busy -= 1
            if not (lane.busy or lane.waiting):
                del self._lanes[name]
            return not lane.waiting
