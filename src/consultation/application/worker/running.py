"""Carrying jobs out, at least once each."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, TypeAlias

from consultation.application.ports import Job, JobKind, Transaction, UnitOfWork
from consultation.application.worker.backoff import MOST_ATTEMPTS, delay
from consultation.domain.decisions import Refused

LEASE: Final = timedelta(minutes=5)
"""How long a job is ours. A worker that dies leaves it to others after that."""
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


def run_due(work: UnitOfWork, handlers: Mapping[JobKind, Handler]) -> int:
    """Carry out jobs that are due, one after the other; how many were taken."""
    claimed = work.perform(_claim)
    if isinstance(claimed, Refused):
        return 0
    for job in claimed:
        work.perform(partial(_settle, job=job, outcome=_carried_out(job, handlers)))
    return len(claimed)


def _claim(tx: Transaction) -> list[Job]:
    now = tx.now()
    return tx.jobs.claim(now, now + LEASE, JOBS_AT_ONCE)


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


def _settle(tx: Transaction, job: Job, outcome: Outcome) -> bool:
    match outcome:
        case Done():
            tx.jobs.finish(job.key)
        case Later(error) if job.attempts < MOST_ATTEMPTS:
            chance = tx.ids.salt()[0] / _BYTE
            tx.jobs.retry(job.key, tx.now() + delay(job.attempts, chance), error)
        case Later(error) | Never(error):
            tx.jobs.bury(job.key, error)
    return True
