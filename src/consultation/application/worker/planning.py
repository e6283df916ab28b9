"""From journal entries, and from the passing of time, to jobs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from consultation.application.ports import Happened, NewJob, Transaction
from consultation.domain.journal import EntryKind

Planner: TypeAlias = Callable[[Transaction, Happened], Iterable[NewJob]]
"""What follows from an entry. Reads only, in the transaction that plans it."""
TimedPlanner: TypeAlias = Callable[[Transaction, datetime, datetime], Iterable[NewJob]]
"""What falls due in the half-open interval from the first instant to the second."""

DUE_EVERY: Final = timedelta(seconds=1)
"""All workers together look for what has fallen due this often; it also shows that they live."""
ENTRIES_AT_ONCE: Final = 200
DEBATES_AT_ONCE: Final = 50


def debates_behind(tx: Transaction) -> list[int]:
    """Debates whose journals have entries that nothing was planned for."""
    return tx.outbox.behind(DEBATES_AT_ONCE)


def plan_entries(tx: Transaction, debate_key: int, planners: Mapping[EntryKind, Sequence[Planner]]) -> int:
    """Plan what follows from the next entries of one debate; how many entries were read.

    Zero when another worker is at it.
    """
    position = tx.outbox.lock_position(debate_key)
    if position is None:
        return 0
    entries = tx.outbox.entries(debate_key, position, ENTRIES_AT_ONCE)
    for entry in entries:
        for planner in planners.get(entry.kind, ()):
            _add(tx, planner(tx, entry))
    if entries:
        tx.outbox.advance(debate_key, entries[-1].sequence)
    return len(entries)


def plan_due(tx: Transaction, planners: Sequence[TimedPlanner]) -> int:
    """Plan what has fallen due since the last time; how many jobs.

    Intervals follow on each other without gap or overlap, whatever stood still in between.
    """
    now = tx.now()
    since = tx.outbox.lock_instant(now)
    if since is None or now < since + DUE_EVERY:
        return 0
    planned = sum(_add(tx, planner(tx, since, now)) for planner in planners)
    tx.outbox.advance_instant(now)
    return planned


def _add(tx: Transaction, jobs: Iterable[NewJob]) -> int:
    added = 0
    for job in jobs:
        tx.jobs.add(tx.ids.uid(), job, tx.now())
        added += 1
    return added
