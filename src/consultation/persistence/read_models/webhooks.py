"""Webhooks, as an organisation sees them."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from consultation.application.ports import Webhook
from consultation.application.readers import Page, Window
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import Order, cut
from consultation.persistence.repositories.webhooks import SqlWebhooks
from consultation.persistence.tables import debates, webhook_deliveries, webhooks

# One row without a delivery for an endpoint that was sent nothing, no row for one that there is not.
_DELIVERIES: Final = (
    select(webhook_deliveries, debates.c.uid.label("debate_uid"))
    .select_from(
        webhooks.outerjoin(webhook_deliveries, webhook_deliveries.c.webhook_key == webhooks.c.key).outerjoin(
            debates, debates.c.key == webhook_deliveries.c.debate_key
        )
    )
    .where(webhooks.c.uid == bindparam("webhook"), webhooks.c.organisation_key == bindparam("organisation"))
)
_NEWEST: Final = Order((webhook_deliveries.c.uid,), descending=True)


class WebhookReads(Reads):
    """Reads about webhooks."""

    def webhooks(self, organisation_key: int) -> list[Webhook]:
        """The endpoints of an organisation, oldest first."""
        return SqlWebhooks(self._connection).of(organisation_key)

    def deliveries(self, organisation_key: int, webhook: UUID, window: Window) -> Page | None:
        """What was sent to an endpoint of the organisation, the newest first; None without an endpoint."""
        named = {"organisation": organisation_key, "webhook": webhook}
        rows, more = cut(self._connection.execute(_NEWEST.page(_DELIVERIES, window), named).all(), window)
        if not rows and window.after is None:
            return None
        items = [
            {
                "id": row.uid,
                "event": row.event,
                "at": row.at,
                "debate": row.debate_uid,
                "sequence": row.sequence,
                "number": row.number,
                "state": row.state,
                "attempts": row.attempts,
                "attempted_at": row.attempted_at,
                "status": row.status,
                "error": row.error,
            }
            for row in rows
            if row.uid is not None
        ]
        return Page(items, (rows[-1].uid,) if more else None)
