"""Carrying a job out, at least once, and writing how it ended."""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final, TypeAlias

from consultation.application.ports import Job, JobKind, Transaction, UnitOfWork
from consultation.application.worker.backoff import MOST_ATTEMPTS, delay
from consultation.domain.decisions import Refused

LEASE: Final = timedelta(minutes=5)
"""How long a job is ours. A worker that dies leaves it to others after that."""
MARGIN: Final = timedelta(minutes=1)
"""No job is begun when less than this is left of its lease: another worker might begin it, too."""
JOBS_AT_ONCE: Final = 20
MOST_DEATHS: Final = 3
"""A job is given up when so many workers died under it.

Each takes along all that its process does. One may be somebody's `kill -9`, and one of another job that
was under way beside: two chances are not enough to give up what an administrator must then find. Since
orphans are kept apart from each other, a third is hardly one.
"""
DEADLY: Final = "its worker died or hung, time after time"
"""Why such a job is given up."""
_BYTE: Final = 256

Note: TypeAlias = Callable[[Transaction], None]
"""What else is written when a job ends, in the same transaction."""


def _nothing(tx: Transaction) -> None:
    del tx


@dataclass(frozen=True, slots=True)
class Done:
    """It is done, or there is nothing left to do."""

    note: Note = field(default=_nothing, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Later:
    """It failed and may work later. `error` names no person and no address."""

    error: str
    note: Note = field(default=_nothing, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Never:
    """It failed and will not work later."""

    error: str
    note: Note = field(default=_nothing, compare=False, kw_only=True)


Outcome: TypeAlias = Done | Later | Never
Handler: TypeAlias = Callable[[Job], Outcome]
"""Carries a job out, outside any transaction. What it raises counts as `Later`."""
Burial: TypeAlias = Callable[[Transaction, Job, str], object]
"""Writes what else there is to write of a job that is given up, and why it is."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Jobs that were taken, and when."""

    at: datetime
    jobs: list[Job]


class Carrier:
    """Takes jobs, hands each to the handler of its kind, and settles it. Threads may share one."""

    def __init__(
        self,
        work: UnitOfWork,
        handlers: Mapping[JobKind, Handler],
        burials: Mapping[JobKind, Burial] = MappingProxyType({}),
    ) -> None:
        self._work = work
        self._handlers = handlers
        self._burials = burials
        self._orphans: dict[int, datetime] = {}
        """Those under way here, and until when they are ours."""

    def claim(self, limit: int = JOBS_AT_ONCE, besides: Collection[str] = ()) -> Claimed:
        """Take jobs that are due, of all lanes but some: they are ours for the time of the lease.

        That of which as many workers died as may be is given up here: it would go on to kill others.
        What was under way beside it is an orphan as well, and is not to be given up with it: one
        orphan at a time is under way here, so that none dies of another.
        """
        given_up: list[Job] = []

        def claiming(tx: Transaction) -> Claimed:
            given_up.clear()
            now = tx.now()
            while True:
                tends_one = any(now < until for until in list(self._orphans.values()))
                jobs = tx.jobs.claim(now, now + LEASE, limit, besides, orphans=not tends_one)
                spent = [job for job in jobs if job.deaths >= MOST_DEATHS]
                if not spent:
                    return Claimed(now, jobs)
                tx.jobs.give_back([job.key for job in jobs])
                for job in spent:
                    self._bury(tx, job, DEADLY)
                given_up.extend(spent)

        claimed = self._work.perform(claiming)
        assert not isinstance(claimed, Refused)  # noqa: S101 - taking jobs is never refused
        for job in given_up:
            _log.warning("job %s of the kind %s is given up: %s", job.uid, job.kind, DEADLY)
        self._orphans.update({job.key: claimed.at + LEASE for job in claimed.jobs if job.deaths})
        return claimed

    @property
    def may_hold_up(self) -> bool:
        """Is an orphan under way here, for the end of which others may wait?"""
        return bool(self._orphans)

    def carry(self, job: Job) -> datetime:
        """Carry a job out and write how it ended; when that was."""
        try:
            settled = self._work.perform(partial(self._settle, job=job, outcome=self._outcome(job)))
        finally:
            self._orphans.pop(job.key, None)
        assert not isinstance(settled, Refused)  # noqa: S101 - noting is never refused
        return settled

    def give_back(self, jobs: Collection[Job]) -> None:
        """Leave jobs that were taken and not begun to the next who looks."""
        keys = [job.key for job in jobs]
        for key in keys:
            self._orphans.pop(key, None)
        if keys:
            self._work.perform(lambda tx: tx.jobs.give_back(keys))

    def run_due(self, is_stopping: Callable[[], bool]) -> int:
        """Carry out what is due in this thread, one after the other; how many were begun.

        What was taken and cannot be begun, because the worker stops or the time of the lease is
        nearly over, is given back.
        """
        claimed = self.claim()
        now, last_start = claimed.at, claimed.at + LEASE - MARGIN
        for index, job in enumerate(claimed.jobs):
            if is_stopping() or now > last_start:
                self.give_back(claimed.jobs[index:])
                return index
            now = self.carry(job)
        return len(claimed.jobs)

    def _outcome(self, job: Job) -> Outcome:
        handler = self._handlers.get(job.kind)
        if handler is None:
            return Never("nobody here carries out such jobs")
        try:
            return handler(job)
        except Exception as error:  # noqa: BLE001 - one job's fault must not stop the others
            # Its text may hold an address or a text of somebody: only the class is kept.
            _log.warning("job %s of the kind %s failed: %s", job.uid, job.kind, type(error).__name__)
            return Later(type(error).__name__)

    def _settle(self, tx: Transaction, job: Job, outcome: Outcome) -> datetime:
        now = tx.now()
        outcome.note(tx)
        match outcome:
            case Done():
                tx.jobs.finish(job.key)
            case Later(error) if job.tries < MOST_ATTEMPTS:
                chance = tx.ids.salt()[0] / _BYTE
                tx.jobs.retry(job.key, now + delay(job.tries, chance), error)
            case Later(error) | Never(error):
                self._bury(tx, job, error)
        return now

    def _bury(self, tx: Transaction, job: Job, error: str) -> None:
        tx.jobs.bury(job.key, error)
        burial = self._burials.get(job.kind)
        if burial is not None:
            burial(tx, job, error)
