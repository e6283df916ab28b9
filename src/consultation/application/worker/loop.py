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
from consultation.application.worker.running import JOBS_AT_ONCE, Handler, run_due
from consultation.domain.decisions import Refused
from consultation.domain.journal import EntryKind

REST: Final = 1.0
"""Seconds between looks when nobody wakes the worker."""
BREATH: Final = 0.05
"""Seconds between steps while people act: they share a step, which leaves the database to them."""

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
        self._stopping = threading.Event()

    def step(self) -> int:
        """Plan and carry out what there is now; how much that was. Zero says: nothing to do."""
        return self._plan() + run_due(self._work, self._duties.handlers, self._stopping.is_set)

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
        """End after the job under way. What was taken besides is left to other workers."""
        self._stopping.set()
        self._awake.set()

    def run(self) -> None:
        """Work until `stop`. Whatever goes wrong is logged, and tried again after a rest."""
        while True:
            # What happens from here on wakes us again, also when this step sees it already.
            self._awake.clear()
            if self._stopping.is_set():
                return
            try:
                done = self.step()
            except Exception as error:  # noqa: BLE001 - who works for everybody must not end by one fault
                expected = isinstance(error, Busy) or self._is_fault(error)
                # The text of a fault may hold parameters, and so somebody's text or address.
                log = _log.warning if expected else _log.error
                log("the worker rests: %s", type(error).__name__)
                self._stopping.wait(REST)
                continue
            if done == 0:
                self._awake.wait(REST)
            elif done < JOBS_AT_ONCE:
                self._stopping.wait(BREATH)
