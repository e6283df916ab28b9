"""Webhooks: endpoints, deliveries, and the phases of debates that were told of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, case, delete, insert, literal, or_, select, update

from consultation.application.ports import Attempted, Dispatch, NewDelivery, Webhook
from consultation.domain.period import Phase
from consultation.domain.webhooks import Ending, Health
from consultation.persistence.periods import in_phase
from consultation.persistence.tables import (
    announced_phases,
    debates,
    organisations,
    webhook_deliveries,
    webhooks,
)
from consultation.persistence.types import AnyRow

ELSEWHERE: Final = "elsewhere"
"""In place of a phase: the debate came from elsewhere, and nothing was told of it here."""
_CANDIDATES: Final = (
    select(webhooks.c.key, webhooks.c.events)
    .join(debates, debates.c.organisation_key == webhooks.c.organisation_key)
    .where(debates.c.key == bindparam("debate"), webhooks.c.disabled_at.is_(None))
    .order_by(webhooks.c.key)
)
_DISPATCH: Final = (
    select(
        webhooks,
        *(webhook_deliveries.c[name] for name in ("event", "at", "sequence", "number", "attempts")),
        debates.c.uid.label("debate_uid"),
        debates.c.slug.label("debate_slug"),
        organisations.c.slug.label("organisation_slug"),
    )
    .select_from(webhook_deliveries)
    .join(webhooks, webhooks.c.key == webhook_deliveries.c.webhook_key)
    .join(organisations, organisations.c.key == webhooks.c.organisation_key)
    .outerjoin(debates, debates.c.key == webhook_deliveries.c.debate_key)
    .where(webhook_deliveries.c.uid == bindparam("delivery"))
)
_LOCKED_DISPATCH: Final = _DISPATCH.with_for_update(of=webhooks)


def webhook_of(row: AnyRow) -> Webhook:
    """The endpoint of a row of its table."""
    return Webhook(
        key=row.key,
        uid=row.uid,
        url=row.url,
        events=frozenset(row.events),
        created_at=row.created_at,
        sealed_secret=row.sealed_secret,
        health=Health(row.failing_since, row.disabled_at, None if row.ending is None else Ending(row.ending)),
        rotated_at=row.rotated_at,
        former_until=row.former_until,
        sealed_former=row.sealed_former,
    )


class SqlWebhooks:
    """The webhooks port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # Asked for each of the entries that one transaction plans.
        self._candidates: dict[int, list[tuple[int, frozenset[str]]]] = {}

    def add(self, organisation_key: int, webhook: Webhook) -> None:
        """Insert an endpoint."""
        self._connection.execute(
            insert(webhooks).values(
                uid=webhook.uid,
                organisation_key=organisation_key,
                url=webhook.url,
                events=sorted(webhook.events),
                sealed_secret=webhook.sealed_secret,
                created_at=webhook.created_at,
            )
        )

    def of(self, organisation_key: int) -> list[Webhook]:
        """The endpoints of an organisation, oldest first."""
        mine = select(webhooks).where(webhooks.c.organisation_key == organisation_key)
        return [webhook_of(row) for row in self._connection.execute(mine.order_by(webhooks.c.uid))]

    def lock(self, organisation_key: int, uid: UUID) -> Webhook | None:
        """An endpoint of the organisation, locked until the transaction ends."""
        one = select(webhooks).where(webhooks.c.organisation_key == organisation_key, webhooks.c.uid == uid)
        row = self._connection.execute(one.with_for_update()).one_or_none()
        return None if row is None else webhook_of(row)

    def rotate(self, webhook: Webhook) -> None:
        """Write the secrets of an endpoint and until when the former one signs."""
        self._connection.execute(
            update(webhooks)
            .where(webhooks.c.key == webhook.key)
            .values(
                sealed_secret=webhook.sealed_secret,
                sealed_former=webhook.sealed_former,
                former_until=webhook.former_until,
                rotated_at=webhook.rotated_at,
            )
        )

    def remove(self, key: int) -> None:
        """Delete an endpoint and what was sent to it."""
        sent = webhook_deliveries.c.webhook_key == key
        self._connection.execute(delete(webhook_deliveries).where(sent))
        self._connection.execute(delete(webhooks).where(webhooks.c.key == key))

    def subscribed(self, debate_key: int, event: str) -> Sequence[int]:
        """Keys of the endpoints of a debate's organisation that want an event and work."""
        if debate_key not in self._candidates:
            self._candidates[debate_key] = [
                (row.key, frozenset(row.events))
                for row in self._connection.execute(_CANDIDATES, {"debate": debate_key})
            ]
        return [key for key, events in self._candidates[debate_key] if not events or event in events]

    def deliver(self, delivery: NewDelivery) -> None:
        """Insert something to send."""
        self._connection.execute(
            insert(webhook_deliveries).values(
                uid=delivery.uid,
                webhook_key=delivery.webhook_key,
                event=delivery.event,
                at=delivery.at,
                debate_key=delivery.debate_key,
                sequence=delivery.sequence,
                number=delivery.number,
                state="pending",
                attempts=0,
            )
        )

    def dispatch(self, uid: UUID, *, locked: bool = False) -> Dispatch | None:
        """What is to be sent, if its endpoint is still there; `locked` keeps the endpoint as it is."""
        statement = _LOCKED_DISPATCH if locked else _DISPATCH
        row = self._connection.execute(statement, {"delivery": uid}).one_or_none()
        if row is None:
            return None
        page = None if row.debate_uid is None else f"/{row.organisation_slug}/{row.debate_slug}"
        if page is not None and row.number is not None:
            page = f"{page}/{row.number}"
        return Dispatch(
            webhook=webhook_of(row),
            uid=uid,
            event=row.event,
            at=row.at,
            debate=row.debate_uid,
            page=page,
            sequence=row.sequence,
            number=row.number,
            attempts=row.attempts,
        )

    def note(self, dispatch: Dispatch, attempted: Attempted, health: Health) -> None:
        """Write how an attempt went, and how the endpoint does after it."""
        self._connection.execute(
            update(webhook_deliveries)
            .where(webhook_deliveries.c.uid == dispatch.uid)
            .values(
                state=attempted.state,
                attempts=webhook_deliveries.c.attempts + 1,
                attempted_at=attempted.at,
                status=attempted.status,
                error=attempted.error,
            )
        )
        if health != dispatch.webhook.health:
            self._connection.execute(
                update(webhooks)
                .where(webhooks.c.key == dispatch.webhook.key)
                .values(
                    failing_since=health.failing_since,
                    disabled_at=health.disabled_at,
                    ending=None if health.ending is None else health.ending.value,
                )
            )

    def give_up(self, uid: UUID, at: datetime, error: str) -> None:
        """Write that a delivery failed, if it is pending."""
        self._connection.execute(
            update(webhook_deliveries)
            .where(webhook_deliveries.c.uid == uid, webhook_deliveries.c.state == "pending")
            .values(state="failed", attempted_at=at, status=None, error=error)
        )

    def again(self, webhook_key: int, uid: UUID) -> bool:
        """Make a delivery to this endpoint pending; false when there is none."""
        changed = self._connection.execute(
            update(webhook_deliveries)
            .where(webhook_deliveries.c.webhook_key == webhook_key, webhook_deliveries.c.uid == uid)
            .values(state="pending")
        )
        return changed.rowcount == 1

    def forget(self, until: datetime) -> int:
        """Delete the deliveries of what happened until an instant; how many."""
        old = delete(webhook_deliveries).where(webhook_deliveries.c.at <= until)
        return self._connection.execute(old).rowcount

    def unannounced(self, now: datetime, limit: int) -> list[UUID]:
        """Published debates that are in another phase than the one last told of."""
        phase = case(
            *((in_phase(one, now), literal(one.value)) for one in (Phase.UPCOMING, Phase.OPEN)),
            else_=literal(Phase.CLOSED.value),
        )
        told = announced_phases.c.phase
        rows = self._connection.execute(
            select(debates.c.uid)
            .outerjoin(announced_phases, announced_phases.c.debate_key == debates.c.key)
            .where(debates.c.published_at.is_not(None), or_(told.is_(None), told != phase))
            .order_by(debates.c.key)
            .limit(limit)
        )
        return list(rows.scalars())

    def announced(self, debate_key: int) -> tuple[bool, Phase | None]:
        """Did the debate come from elsewhere, untold of here? And the phase last told of."""
        told = self._connection.execute(
            select(announced_phases.c.phase).where(announced_phases.c.debate_key == debate_key)
        ).scalar()
        if told == ELSEWHERE:
            return True, None
        return False, None if told is None else Phase(told)

    def announce(self, debate_key: int, phase: Phase) -> None:
        """Write which phase of a debate was told of; its row is locked."""
        mine = announced_phases.c.debate_key == debate_key
        changed = self._connection.execute(update(announced_phases).where(mine).values(phase=phase.value))
        if changed.rowcount == 0:
            values = {"debate_key": debate_key, "phase": phase.value}
            self._connection.execute(insert(announced_phases).values(values))
