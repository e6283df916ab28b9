"""Workers that are killed, and what became of what they were to do."""

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random  # noqa: TID251 - seeded, so that a run can be repeated
from typing import Final

from tests.cli.processes import ROOT

ACTS: Final = 3
"""New entries before each kill."""
MOMENTS: Final = 90
"""Kills fall among so many moments: what three entries take, and some idle looks."""


class Nursery:
    """Starts workers, one after the other."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.mortal_worker"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(
        self,
        ledger: Path,
        moment: int = 0,
        hours: int = 0,
        how: str = "alone",
        *,
        deadly: int = 0,
        failing: int = 0,
    ) -> None:
        """Run a worker until it dies, at a moment or of a deadly number, or has nothing left to do."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{ledger} {moment} {hours} {how} {deadly} {failing}\n")
        self.process.stdin.flush()

    def ended(self) -> int:
        """How the worker that was started first ended."""
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def close(self) -> None:
        """End it, and a worker that it may have."""
        self.process.kill()
        self.process.communicate()


def effects(ledger: Path) -> list[tuple[str, int]]:
    """The id and the number of each effect."""
    lines = ledger.read_text().splitlines() if ledger.exists() else []
    return [(line.split()[0], int(line.split()[1])) for line in lines]


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of entries: numbers whose effect is missing, effects in all, how many ids each had."""

    lost: list[int]
    effects: int
    ids_each: set[int]


def lost_by_random_kills(
    nursery: Nursery,
    ledger: Path,
    act: Callable[[], int],
    times: int,
    say: Callable[[int], None] = lambda _: None,
) -> Fates:
    """Kill a worker with a crew at a random moment, each time with new entries; then finish.

    `act` makes an entry and gives its number. Each worker lives an hour after the one before, when
    no lease of that one holds. The moments are the same in each run.
    """
    random, numbers = Random(2026), []  # noqa: S311 - no secret is drawn
    for turn in range(1, times + 1):
        numbers += [act() for _ in range(ACTS)]
        nursery.start(ledger, random.randint(1, MOMENTS), turn, "crew")
        assert nursery.ended() == -signal.SIGKILL
        say(turn)
    nursery.start(ledger, 0, times + 1)
    assert nursery.ended() == 0
    done = effects(ledger)
    ids = {number: {uid for uid, of in done if of == number} for number in numbers}
    return Fates(
        [number for number in numbers if not ids[number]], len(done), {len(found) for found in ids.values()}
    )
