"""Endpoints of an organisation: made, listed, rotated, removed; what was sent, and sending it again."""

import base64
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from consultation.application.callers import staff_actor
from consultation.application.ports import (
    JobKind,
    NewDelivery,
    NewJob,
    Organisation,
    Sealer,
    Staff,
    Transaction,
    Webhook,
)
from consultation.application.readers import Page, Snapshot, Window
from consultation.application.staff import permitted
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import Canonical
from consultation.domain.permissions import Act, check_permission
from consultation.domain.webhooks import PING, WEBHOOKS_PER_ORGANISATION, Reach, check_url

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the part of a secret that is none


@dataclass(frozen=True, slots=True)
class Told:
    """An endpoint with its secret, which is told this once."""

    webhook: Webhook
    secret: str


def purpose(uid: UUID) -> str:
    """For what the secret of an endpoint is sealed: for it alone."""
    return f"webhook {uid}"


def lane(webhook_key: int) -> str:
    """The lane of what is sent to an endpoint: it holds up nobody but itself."""
    return f"webhook {webhook_key}"


def _administered(tx: Transaction, slug: str, caller: Staff) -> Organisation | Refused:
    organisation = tx.organisations.lock(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    decision = check_permission(Act.MANAGE_WEBHOOKS, staff_actor(tx, caller, organisation.key))
    return decision if isinstance(decision, Refused) else organisation


def _held(tx: Transaction, slug: str, caller: Staff, uid: UUID) -> Webhook | Refused:
    organisation = _administered(tx, slug, caller)
    if isinstance(organisation, Refused):
        return organisation
    return tx.webhooks.lock(organisation.key, uid) or Refused(RefusalCode.WEBHOOK_NOT_FOUND)


def _new_secret(tx: Transaction) -> str:
    # The token is 256 random bits as base64 for addresses; the specification wants the plain alphabet.
    token = tx.ids.token()
    octets = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    return SECRET_PREFIX + base64.b64encode(octets).decode()


def add_webhook(
    tx: Transaction,
    sealer: Sealer,
    slug: str,
    caller: Staff,
    url: str,
    events: frozenset[str],
    reach: Reach,
) -> Told | Refused:
    """Make an endpoint. Empty `events` stand for all, those to come among them."""
    organisation = _administered(tx, slug, caller)
    if isinstance(organisation, Refused):
        return organisation
    decision = check_url(url, reach)
    if isinstance(decision, Refused):
        return decision
    if len(tx.webhooks.of(organisation.key)) >= WEBHOOKS_PER_ORGANISATION:
        return Refused(RefusalCode.TOO_MANY_WEBHOOKS, {"limit": WEBHOOKS_PER_ORGANISATION})
    uid, secret = tx.ids.uid(), _new_secret(tx)
    webhook = Webhook(0, uid, url, events, tx.now(), sealer.seal(purpose(uid), secret))
    tx.webhooks.add(organisation.key, webhook)
    return Told(webhook, secret)


def rotate_webhook(
    tx: Transaction, sealer: Sealer, slug: str, caller: Staff, uid: UUID, overlap: timedelta
) -> Told | Refused:
    """Give an endpoint a new secret. For the overlap what is sent bears both signatures."""
    webhook = _held(tx, slug, caller, uid)
    if isinstance(webhook, Refused):
        return webhook
    now, secret = tx.now(), _new_secret(tx)
    overlaps = overlap > timedelta()
    rotated = replace(
        webhook,
        sealed_secret=sealer.seal(purpose(uid), secret),
        sealed_former=webhook.sealed_secret if overlaps else None,
        former_until=now + overlap if overlaps else None,
        rotated_at=now,
    )
    tx.webhooks.rotate(rotated)
    return Told(rotated, secret)


def remove_webhook(tx: Transaction, slug: str, caller: Staff, uid: UUID) -> list[Webhook] | Refused:
    """Take an endpoint away, with the log of what it was sent; those that are left."""
    organisation = _administered(tx, slug, caller)
    if isinstance(organisation, Refused):
        return organisation
    listed = tx.webhooks.of(organisation.key)
    leaving = next((one for one in listed if one.uid == uid), None)
    if leaving is None:
        return Refused(RefusalCode.WEBHOOK_NOT_FOUND)
    tx.webhooks.remove(leaving.key)
    return [one for one in listed if one.uid != uid]


def ping_webhook(tx: Transaction, slug: str, caller: Staff, uid: UUID) -> UUID | Refused:
    """Have an endpoint called to see whether it works, also one that was given up; the delivery's id."""
    webhook = _held(tx, slug, caller, uid)
    if isinstance(webhook, Refused):
        return webhook
    delivery = NewDelivery(tx.ids.uid(), webhook.key, PING, tx.now())
    tx.webhooks.deliver(delivery)
    _send(tx, webhook, delivery.uid)
    return delivery.uid


def redeliver(tx: Transaction, slug: str, caller: Staff, uid: UUID, delivery: UUID) -> UUID | Refused:
    """Send an event once more under its id, also to an endpoint that was given up."""
    webhook = _held(tx, slug, caller, uid)
    if isinstance(webhook, Refused):
        return webhook
    if not tx.webhooks.again(webhook.key, delivery):
        return Refused(RefusalCode.DELIVERY_NOT_FOUND)
    _send(tx, webhook, delivery)
    return delivery


def _send(tx: Transaction, webhook: Webhook, delivery: UUID) -> None:
    payload: dict[str, Canonical] = {"delivery": str(delivery), "asked": True}
    job = NewJob(JobKind.WEBHOOK, payload, tx.now(), lane=lane(webhook.key))
    tx.jobs.add(tx.ids.uid(), job, tx.now())


def read_webhooks(snapshot: Snapshot, slug: str, caller: Staff) -> list[Webhook] | Refused:
    """The endpoints of an organisation, without their secrets."""
    found = permitted(snapshot, slug, caller, Act.MANAGE_WEBHOOKS)
    return found if isinstance(found, Refused) else snapshot.webhooks(found)


def read_deliveries(
    snapshot: Snapshot, slug: str, caller: Staff, uid: UUID, window: Window
) -> Page | Refused:
    """What was sent to an endpoint, the newest first."""
    found = permitted(snapshot, slug, caller, Act.MANAGE_WEBHOOKS)
    if isinstance(found, Refused):
        return found
    return snapshot.deliveries(found, uid, window) or Refused(RefusalCode.WEBHOOK_NOT_FOUND)
