"""From journal entries, and from the passing of time, to deliveries."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from consultation.application.ports import Happened, JobKind, NewDelivery, NewJob, Transaction
from consultation.application.webhooks.keeping import lane
from consultation.domain.webhooks import Milestone, milestones

_AT_ONCE: Final = 50


def plan_entry(tx: Transaction, entry: Happened) -> Iterable[NewJob]:
    """One delivery to each endpoint that wants to know of the entry."""
    for key in tx.webhooks.subscribed(entry.debate_key, entry.kind):
        delivery = NewDelivery(
            uid=tx.ids.uid(),
            webhook_key=key,
            event=entry.kind,
            at=entry.at,
            debate_key=entry.debate_key,
            sequence=entry.sequence,
            number=entry.number,
        )
        yield _planned(tx, delivery)


def plan_milestones(tx: Transaction, since: datetime, until: datetime) -> Iterable[NewJob]:
    """Tell of debates that have opened or closed, whether by the clock or by an act.

    What was told of a debate last is compared with what holds, under the lock of the debate: so an
    extension that was under way counts, no close is told twice, and none is left out.
    """
    del since
    for uid in tx.webhooks.unannounced(until, _AT_ONCE):
        debate = tx.debates.lock(uid)
        if debate is None:
            continue
        phase = debate.phase_at(tx.now())
        came_from_elsewhere, told = tx.webhooks.announced(debate.key)
        if phase is told:
            continue
        tx.webhooks.announce(debate.key, phase)
        for milestone in () if came_from_elsewhere else milestones(told, phase):
            at = debate.period.opens_at if milestone is Milestone.OPENED else debate.period.closes_at
            for key in tx.webhooks.subscribed(debate.key, milestone):
                delivery = NewDelivery(tx.ids.uid(), key, milestone, at, debate.key)
                yield _planned(tx, delivery)


def _planned(tx: Transaction, delivery: NewDelivery) -> NewJob:
    tx.webhooks.deliver(delivery)
    return NewJob(
        kind=JobKind.WEBHOOK,
        payload={"delivery": str(delivery.uid)},
        due_at=tx.now(),
        debate_key=delivery.debate_key,
        sequence=delivery.sequence,
        lane=lane(delivery.webhook_key),
    )
