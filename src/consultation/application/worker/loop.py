"""The worker's loop: plan, take jobs, hand them out, and rest until something happens."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from consultation.application.ports import Busy, Job, JobKind, UnitOfWork
from consultation.application.worker.crew import Crew
from consultation.application.worker.pace import Pace
from consultation.application.worker.planning import (
    DUE_EVERY,
    Planner,
    TimedPlanner,
    debates_behind,
    plan_due,
    plan_entries,
)
from consultation.application.worker.running import LEASE, MARGIN, Burial, Carrier, Handler
from consultation.domain.decisions import Refused
from consultation.domain.journal import EntryKind

REST: Final = 1.0
"""Seconds between looks when nobody wakes the worker."""
BREATH: Final = 0.05
"""Seconds between steps while people act: they share a step, which leaves the database to them."""
LINGER: Final = 2.0
"""For so many seconds after people acted it looks as often: who is not woken is not late then."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duties:
    """What a worker plans, carries out and gives up, put together in the composition root."""

    planners: Mapping[EntryKind, Sequence[Planner]]
    timed: Sequence[TimedPlanner]
    handlers: Mapping[JobKind, Handler]
    burials: Mapping[JobKind, Burial] = field(default_factory=dict)


class Worker:
    """One worker. Several may run, in one process or in many: each entry is planned once."""

    def __init__(
        self,
        work: UnitOfWork,
        duties: Duties,
        is_fault: Callable[[Exception], bool],
        ticks: Callable[[], float] = time.monotonic,
        *,
        told: bool = False,
        rests: float = 0.0,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        """`is_fault` tells a fault of the database, which passes, from one of ours; `ticks` is in seconds.

        Who is `told` of what others do is woken by it, and need not look soon after somebody acted.
        `rests` is for which share of what it worked it rests, and `pause` how, until it is stopped.
        """
        self._work = work
        self._duties = duties
        self._is_fault = is_fault
        self._linger = 0.0 if told else LINGER
        self._ticks = ticks
        self._carrier = Carrier(work, duties.handlers, duties.burials)
        self._stopping = threading.Event()
        self._pace = Pace(rests, pause or self._stopping.wait, ticks)
        self._crew = Crew(self._carry, self._give_back, ticks, self._freed)
        self._may_have_left_some = False
        self._took_all_it_could = False
        self._awake = threading.Event()

    def step(self) -> int:
        """Plan, and carry out what is due, here and one after the other; how much that was.

        Zero says: nothing to do.
        """
        return self._plan() + self._plan_due() + self._carrier.run_due(self._stopping.is_set)

    def wake(self) -> None:
        """Something happened: look now."""
        self._awake.set()

    def stop(self) -> None:
        """End after the jobs under way. What was taken besides is left to other workers."""
        self._stopping.set()
        self._awake.set()

    def run(self) -> None:
        """Work until `stop`. Whatever goes wrong is logged, and tried again after a rest."""
        acted = looked_at_due = self._ticks() - LINGER
        while True:
            # What happens from here on wakes us again, also when this step sees it already.
            self._awake.clear()
            if self._stopping.is_set():
                break
            try:
                done = self._plan()
                if self._ticks() - looked_at_due >= DUE_EVERY.total_seconds():
                    looked_at_due = self._ticks()
                    with self._pace.at_work():
                        done += self._plan_due()
                with self._pace.at_work():
                    done += self._fill()
            except Exception as error:  # noqa: BLE001 - who works for everybody must not end by one fault
                self._fault(error)
                self._stopping.wait(REST)
                continue
            if done:
                acted = self._ticks()
            if not done:
                self._awake.wait(BREATH if self._ticks() - acted < self._linger else REST)
            else:
                self._pace.rest(0.0 if self._took_all_it_could else BREATH)
        self._crew.close()

    def _plan(self) -> int:
        planned = 0
        behind = self._work.perform(debates_behind)
        for key in [] if isinstance(behind, Refused) else behind:
            if planned:
                self._pace.rest()
            if self._stopping.is_set():
                break
            try:
                with self._pace.at_work():
                    planned += self._entries(key)
            except Exception as error:  # noqa: BLE001 - what cannot be planned holds up its own debate alone
                self._fault(error)
                if self._passes(error):
                    # Rolled back, and perhaps this debate's own. Of a database that does nothing for anybody
                    # this raises, and nobody waits for it once for each debate.
                    self._work.perform(debates_behind)
        return planned

    def _plan_due(self) -> int:
        due = self._work.perform(lambda tx: plan_due(tx, self._duties.timed))
        return 0 if isinstance(due, Refused) else due

    def _entries(self, debate_key: int) -> int:
        read = self._work.perform(lambda tx: plan_entries(tx, debate_key, self._duties.planners))
        return 0 if isinstance(read, Refused) else read

    def _fill(self) -> int:
        """Take as many jobs as there are free hands, and hand them out; how many."""
        last_start = self._ticks() + (LEASE - MARGIN).total_seconds()
        # Before the look: a hand that becomes free during it has us look again.
        self._may_have_left_some = True
        free, full = self._crew.free(), self._crew.full()
        jobs = self._carrier.claim(free, full).jobs if free else []
        self._took_all_it_could = bool(jobs) and len(jobs) == free
        self._may_have_left_some = bool(full) or len(jobs) == free or self._carrier.may_hold_up
        self._crew.hand_out(jobs, last_start)
        return len(jobs)

    def _freed(self) -> None:
        if self._may_have_left_some:
            self._awake.set()

    def _carry(self, job: Job) -> None:
        try:
            with self._pace.at_hand():
                self._carrier.carry(job)
        except Exception as error:  # noqa: BLE001 - as above; the job is done again after its lease
            self._fault(error)

    def _give_back(self, jobs: Collection[Job]) -> None:
        try:
            self._carrier.give_back(jobs)
        except Exception as error:  # noqa: BLE001 - as above; they are free after their lease
            self._fault(error)

    def _passes(self, error: Exception) -> bool:
        """Is it a fault of the database, which is the same for all that could be done now?"""
        return isinstance(error, Busy) or self._is_fault(error)

    def _fault(self, error: Exception) -> None:
        # The text of a fault may hold parameters, and so somebody's text or address.
        log = _log.warning if self._passes(error) else _log.error
        log("the worker rests: %s", type(error).__name__)
