"""What all lanes share: how much to measure, the load, and the databases."""

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from benchmarks.client import Load, Seen, load_process
from benchmarks.databases import Databases

SLICE: Final = 0.25
"""Seconds for which one side works before it is the other's turn."""

Work = Callable[[float], Seen]
"""Works for so many seconds and says what was done."""


class Bench:
    """One run of the measurements.

    `seconds` is the length of one round of one side, `rounds` how many are taken.
    """

    def __init__(self, scratch: Path, stack: ExitStack, *, quick: bool, full: bool) -> None:
        self.scratch = scratch
        self.quick = quick
        self.rounds = 3
        self.seconds = 0.5 if quick else 1.0
        self.databases = Databases(scratch, stack, self.say, full)
        self._stack = stack
        self._started = time.monotonic()
        self._load: Load | None = None

    def say(self, text: str) -> None:
        """Tell on standard error what is going on."""
        print(f"[{time.monotonic() - self._started:5.0f} s] {text}", file=sys.stderr, flush=True)

    @property
    def load(self) -> Load:
        """The process that makes the load."""
        if self._load is None:
            self._load = self._stack.enter_context(load_process())
        return self._load

    @property
    def turns(self) -> int:
        """Slices of a side in one round."""
        return max(2, round(self.seconds / SLICE))

    @property
    def longest(self) -> float:
        """Seconds for which a side works in all rounds together, with some to spare."""
        return (self.rounds * self.turns + 1) * SLICE * 1.5

    def rounds_of(self, ours: Work, floor: Work) -> list[tuple[Seen, Seen]]:
        """Measure both sides in turn, in slices so short that a noisy neighbour disturbs both.

        Who goes first changes from slice to slice.
        """
        ours(SLICE)  # nobody is measured cold
        floor(SLICE)
        rounds = []
        for _ in range(self.rounds):
            mine, theirs = Seen(), Seen()
            for turn in range(self.turns):
                sides = ((mine, ours), (theirs, floor))
                for seen, work in sides if turn % 2 else reversed(sides):
                    seen.add(work(SLICE))
            rounds.append((mine, theirs))
        return rounds
