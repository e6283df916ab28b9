"""Sending events as the Standard Webhooks specification 1.0 says: signed, under one id, tried again."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from consultation.application.documents import Links
from consultation.application.ports import (
    Attempted,
    Dispatch,
    Job,
    Sealer,
    Sender,
    Transaction,
    UnitOfWork,
    Unsealable,
    Unsent,
)
from consultation.application.webhooks.keeping import SECRET_PREFIX, purpose
from consultation.application.worker.backoff import MOST_ATTEMPTS
from consultation.application.worker.running import Done, Handler, Later, Never, Outcome
from consultation.domain.decisions import Refused
from consultation.domain.journal import format_instant
from consultation.domain.webhooks import PING, after_failure, after_success

_GONE: Final = 410
_GOOD: Final = range(200, 300)
_PENDING, _DELIVERED, _FAILED = "pending", "delivered", "failed"


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over id, timestamp and body, under a secret `whsec_...`.

    Raises ValueError for a secret that is empty or no base64.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    if not key:
        message = "an empty secret signs nothing"
        raise ValueError(message)
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_of(message_id: str, secrets: Sequence[str], now: datetime, body: bytes) -> Mapping[str, str]:
    """The headers of one attempt; one signature for each secret, the present one's first."""
    timestamp = int(now.timestamp())
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(one, message_id, timestamp, body) for one in secrets),
    }


def body_of(dispatch: Dispatch, links: Links) -> bytes:
    """What is sent: what happened, when and where; no text, no name. The same in every attempt."""
    data: dict[str, Any] = {}
    if dispatch.debate is not None:
        data = {
            "debate": str(dispatch.debate),
            "sequence": dispatch.sequence,
            "number": dispatch.number,
            "url": f"{links.public_url}{dispatch.page}",
            "api": links.api(dispatch.debate),
        }
    document = {"type": dispatch.event, "timestamp": format_instant(dispatch.at), "data": data}
    return json.dumps(document, separators=(",", ":")).encode()


def give_up(tx: Transaction, job: Job, error: str) -> None:
    """Say in the log of an endpoint that a delivery failed, where nobody was left to say it."""
    tx.webhooks.give_up(UUID(str(job.payload["delivery"])), tx.now(), error)


class Courier:
    """Carries webhook jobs out."""

    def __init__(self, work: UnitOfWork, sealer: Sealer, sender: Sender, links: Links) -> None:
        self._work = work
        self._sealer = sealer
        self._sender = sender
        self._links = links

    def handler(self) -> Handler:
        """What the worker calls."""
        return self._send

    def _send(self, job: Job) -> Outcome:
        uid = UUID(str(job.payload["delivery"]))
        found = self._work.perform(lambda tx: (tx.now(), tx.webhooks.dispatch(uid)))
        if isinstance(found, Refused):
            return Done()
        now, dispatch = found
        if dispatch is None:
            return Done()  # the endpoint was taken away meanwhile
        if dispatch.webhook.health.disabled_at is not None and not job.payload.get("asked"):
            return self._noted(dispatch, _FAILED, None, "the endpoint was given up", Done())
        body = body_of(dispatch, self._links)
        try:
            headers = headers_of(str(uid), self._secrets(dispatch, now), now, body)
            status = self._sender.send(dispatch.webhook.url, headers, body)
        except Unsealable:
            return self._noted(dispatch, _FAILED, None, "the secret cannot be read", Never("Unsealable"))
        except Unsent as error:
            return self._later(job, dispatch, None, str(error))
        if status in _GOOD:
            return self._noted(dispatch, _DELIVERED, status, None, Done())
        if status == _GONE:
            return self._noted(dispatch, _FAILED, status, "gone", Done())
        return self._later(job, dispatch, status, f"status {status}")

    def _secrets(self, dispatch: Dispatch, now: datetime) -> list[str]:
        webhook = dispatch.webhook
        sealed = [webhook.sealed_secret]
        if webhook.sealed_former is not None and webhook.former_until is not None:
            sealed += [webhook.sealed_former] if now < webhook.former_until else []
        return [self._sealer.unseal(purpose(webhook.uid), one) for one in sealed]

    def _later(self, job: Job, dispatch: Dispatch, status: int | None, error: str) -> Outcome:
        if dispatch.event == PING:
            return self._noted(dispatch, _FAILED, status, error, Done())
        state = _FAILED if job.tries >= MOST_ATTEMPTS else _PENDING
        return self._noted(dispatch, state, status, error, Later(error))

    def _noted(
        self, dispatch: Dispatch, state: str, status: int | None, error: str | None, outcome: Outcome
    ) -> Outcome:
        def note(tx: Transaction) -> None:
            fresh: Dispatch | None = dispatch
            if state != _DELIVERED or dispatch.webhook.health != after_success():
                # Read again: other deliveries to the same endpoint may have ended meanwhile.
                fresh = tx.webhooks.dispatch(dispatch.uid, locked=True)
            if fresh is None:
                return
            now, health = tx.now(), fresh.webhook.health
            if state == _DELIVERED:
                health = after_success()
            elif error is not None:
                health = after_failure(health, now, gone=status == _GONE)
            tx.webhooks.note(fresh, Attempted(now, state, status, error), health)

        return replace(outcome, note=note)
