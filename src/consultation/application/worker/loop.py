"""The worker's loop: plan, carry out, and rest until something happens."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from consultation.application.ports import Busy, JobKind, UnitOfWork
from consultation.application.worker.planning import (
    Planner,
    TimedPlanner,
    debates_behind,
    plan_due,
    plan_entries,
)
from consultation.application.worker.running import Handler, run_due
from consultation.domain.decisions import Refused
from consultation.domain.journal import EntryKind

REST: Final = 1.0
"""Seconds between looks when nobody wakes the worker."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duties:
    """What a worker plans and carries out, put together in the composition root."""

    planners: Mapping[EntryKind, Sequence[Planner]]
    timed: Sequence[TimedPlanner]
    handlers: Mapping[JobKind, Handler]


class Worker:
    """One worker. Several may run, in one process or in many: each entry is planned once."""

    def __init__(self, work: UnitOfWork, duties: Duties, is_fault: Callable[[Exception], bool]) -> None:
        """`is_fault` tells a fault of the database, which passes, from one of ours."""
        self._work = work
        self._duties = duties
        self._is_fault = is_fault
        self._awake = threading.Event()
        self._stopping = False

    def step(self) -> int:
        """Plan and carry out what there is now; how much that was. Zero says: nothing to do."""
        return self._plan() + run_due(self._work, self._duties.handlers)

    def _plan(self) -> int:
        planned = 0
        behind = self._work.perform(debates_behind)
        for key in [] if isinstance(behind, Refused) else behind:
            planned += self._entries(key)
        due = self._work.perform(lambda tx: plan_due(tx, self._duties.timed))
        return planned + (0 if isinstance(due, Refused) else due)

    def _entries(self, debate_key: int) -> int:
        read = self._work.perform(lambda tx: plan_entries(tx, debate_key, self._duties.planners))
        return 0 if isinstance(read, Refused) else read

    def wake(self) -> None:
        """Something happened: look now."""
        self._awake.set()

    def stop(self) -> None:
        """End after the step under way."""
        self._stopping = True
        self._awake.set()

    def run(self) -> None:
        """Work until `stop`. A database that does not answer is asked again after a rest."""
        while not self._stopping:
            try:
                busy = self.step() > 0
            except Exception as error:
                if not (isinstance(error, Busy) or self._is_fault(error)):
                    raise
                _log.warning("the worker rests: %s", type(error).__name__)
                busy = False
            if not busy:
                self._awake.wait(REST)
            self._awake.clear()
