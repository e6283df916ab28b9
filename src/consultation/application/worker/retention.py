"""Forgetting what has run out, once an hour for the whole instance."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from consultation.application.ports import Job, JobKind, NewJob, Transaction
from consultation.application.retention import Keeper
from consultation.application.worker.running import Done, Handler, Outcome

_HOUR: Final = timedelta(hours=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def plan_retention(tx: Transaction, since: datetime, until: datetime) -> Iterable[NewJob]:
    """One job when an hour begins inside the interval, however many begin: it catches up on all."""
    # Floors towards the past: the first beginning of an hour that is not before the instant.
    del tx
    first = _EPOCH - (_EPOCH - since) // _HOUR * _HOUR
    if first < until:
        yield NewJob(JobKind.RETENTION, {}, until)


def forgetting(keeper: Keeper) -> Handler:
    """What carries such a job out."""

    def forget(job: Job) -> Outcome:
        del job
        keeper.sweep()
        return Done()

    return forget
