"""Carrying jobs out, at least once each."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

from consultation.application.ports import Job, JobKind, Transaction, UnitOfWork
from consultation.application.worker.backoff import MOST_ATTEMPTS, delay
from consultation.domain.decisions import Refused

LEASE: Final = timedelta(minutes=5)
"""How long a job is ours. A worker that dies leaves it to others after that."""
MARGIN: Final = timedelta(minutes=1)
"""No job is begun when less than this is left of its lease: another worker might begin it, too."""
JOBS_AT_ONCE: Final = 20
_BYTE: Final = 256


@dataclass(frozen=True, slots=True)
class Done:
    """It is done, or there is nothing left to do."""


@dataclass(frozen=True, slots=True)
class Later:
    """It failed and may work later. `error` names no person and no address."""

    error: str


@dataclass(frozen=True, slots=True)
class Never:
    """It failed and will not work later."""

    error: str


Outcome: TypeAlias = Done | Later | Never
Handler: TypeAlias = Callable[[Job], Outcome]
"""Carries a job out, outside any transaction. What it raises counts as `Later`."""

_log = logging.getLogger(__name__)


def run_due(
    work: UnitOfWork,
    handlers: Mapping[JobKind, Handler],
    is_stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Carry out jobs that are due, one after the other; how many were begun.

    What was taken and cannot be begun, because the worker stops or the time of the lease is
    nearly over, is left to the next who looks.
    """
    claimed = work.perform(_claim)
    if isinstance(claimed, Refused):
        return 0
    now, jobs = claimed
    last_start = now + LEASE - MARGIN
    for index, job in enumerate(jobs):
        if is_stopping() or now > last_start:
            work.perform(partial(_give_back, jobs=jobs[index:]))
            return index
        settled = work.perform(partial(_settle, job=job, outcome=_carried_out(job, handlers)))
        now = now if isinstance(settled, Refused) else settled
    return len(jobs)


def _claim(tx: Transaction) -> tuple[datetime, list[Job]]:
    now = tx.now()
    return now, tx.jobs.claim(now, now + LEASE, JOBS_AT_ONCE)


def _give_back(tx: Transaction, jobs: list[Job]) -> None:
    tx.jobs.give_back([job.key for job in jobs])


def _carried_out(job: Job, handlers: Mapping[JobKind, Handler]) -> Outcome:
    handler = handlers.get(job.kind)
    if handler is None:
        return Never("nobody here carries out such jobs")
    try:
        return handler(job)
    except Exception as error:  # noqa: BLE001 - one job's fault must not stop the others
        # Its text may hold an address or a text of somebody: only the class is kept.
        _log.warning("job %s of the kind %s failed: %s", job.uid, job.kind, type(error).__name__)
        return Later(type(error).__name__)


def _settle(tx: Transaction, job: Job, outcome: Outcome) -> datetime:
    """Write how a job ended; when that was."""
    now = tx.now()
    match outcome:
        case Done():
            tx.jobs.finish(job.key)
        case Later(error) if job.attempts < MOST_ATTEMPTS:
            chance = tx.ids.salt()[0] / _BYTE
            tx.jobs.retry(job.key, now + delay(job.attempts, chance), error)
        case Later(error) | Never(error):
            tx.jobs.bury(job.key, error)
    return now
