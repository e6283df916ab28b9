"""Webhooks of organisations: endpoints, secrets, what was sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import NOT_FOUND, Cursor, Limit, OrganisationSlug
from consultation.api.schemas.webhooks import (
    NewWebhook,
    Overlap,
    Sent,
    ToldWebhook,
    WebhookDeliveryPage,
    WebhookList,
)
from consultation.application.ports import Webhook
from consultation.application.webhooks.keeping import (
    Told,
    add_webhook,
    ping_webhook,
    read_deliveries,
    read_webhooks,
    redeliver,
    remove_webhook,
    rotate_webhook,
)
from consultation.domain.decisions import RefusalCode
from consultation.domain.permissions import Act

router = APIRouter(prefix="/organisations/{slug}/webhooks", tags=["webhooks"], route_class=JsonRoute)


def webhook_document(webhook: Webhook) -> dict[str, Any]:
    """An endpoint as its organisation sees it."""
    health = webhook.health
    state = "working" if health.failing_since is None else "failing"
    return {
        "id": webhook.uid,
        "url": webhook.url,
        "events": sorted(webhook.events),
        "state": state if health.disabled_at is None else "disabled",
        "created_at": webhook.created_at,
        "rotated_at": webhook.rotated_at,
        "former_until": webhook.former_until,
        "failing_since": health.failing_since,
        "disabled_at": health.disabled_at,
        "ending": health.ending,
    }


def _told(told: Told) -> Answer:
    document = webhook_document(told.webhook)
    without = document | {"secret": None}  # nosec B105 - that it is not there
    return Answer(document | {"secret": told.secret}, 201, kept=without)


def _listed(webhooks: list[Webhook]) -> Answer:
    return Answer({"items": [webhook_document(one) for one in webhooks], "next_cursor": None})


def _sent(uid: UUID) -> Answer:
    return Answer({"id": uid}, 202)


@router.get(
    "",
    operation_id="list_webhooks",
    summary="Endpoints of an organisation",
    **declare(Access.STAFF, NOT_FOUND, answer=WebhookList, act=Act.MANAGE_WEBHOOKS, keys=True),
)
async def get_webhooks(call: CallDep, slug: OrganisationSlug) -> Response:
    """Oldest first, without their secrets. One that was given up says since when, and why."""
    return respond(
        _listed(await call.read_as_staff(lambda snapshot, caller: read_webhooks(snapshot, slug, caller)))
    )


@router.post(
    "",
    operation_id="add_webhook",
    summary="Have events sent to an endpoint",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.WEBHOOK_URL_INVALID,
        RefusalCode.WEBHOOK_HOST_PRIVATE,
        RefusalCode.TOO_MANY_WEBHOOKS,
        answer=ToldWebhook,
        act=Act.MANAGE_WEBHOOKS,
        status=201,
        writes=True,
        keys=True,
    ),
)
async def post_webhook(call: CallDep, slug: OrganisationSlug, payload: NewWebhook) -> Response:
    """The secret is in the answer and nowhere else. What happened before is not sent."""
    kit = call.kit
    return await call.perform_as_staff(
        lambda tx, caller: add_webhook(
            tx,
            kit.federation.sealer,
            slug,
            caller,
            payload.url,
            frozenset(payload.events),
            kit.webhook_reach,
        ),
        _told,
    )


@router.post(
    "/{webhook}/rotation",
    operation_id="rotate_webhook",
    summary="Give an endpoint a new secret",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.WEBHOOK_NOT_FOUND,
        answer=ToldWebhook,
        act=Act.MANAGE_WEBHOOKS,
        status=201,
        writes=True,
        keys=True,
    ),
)
async def post_webhook_rotation(
    call: CallDep, slug: OrganisationSlug, webhook: UUID, payload: Overlap | None = None
) -> Response:
    """For the overlap everything bears both signatures; receivers accept either."""
    overlap = timedelta(hours=(payload or Overlap()).overlap_hours)
    return await call.perform_as_staff(
        lambda tx, caller: rotate_webhook(tx, call.kit.federation.sealer, slug, caller, webhook, overlap),
        _told,
    )


@router.delete(
    "/{webhook}",
    operation_id="remove_webhook",
    summary="Send nothing more to an endpoint",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.WEBHOOK_NOT_FOUND,
        answer=WebhookList,
        act=Act.MANAGE_WEBHOOKS,
        writes=True,
        takes_body=False,
        keys=True,
    ),
)
async def delete_webhook(call: CallDep, slug: OrganisationSlug, webhook: UUID) -> Response:
    """It goes with the log of what it was sent. Answers with the endpoints that are left."""
    return await call.perform_as_staff(lambda tx, caller: remove_webhook(tx, slug, caller, webhook), _listed)


@router.post(
    "/{webhook}/ping",
    operation_id="ping_webhook",
    summary="See whether an endpoint works",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.WEBHOOK_NOT_FOUND,
        answer=Sent,
        act=Act.MANAGE_WEBHOOKS,
        status=202,
        writes=True,
        takes_body=False,
        keys=True,
    ),
)
async def post_ping(call: CallDep, slug: OrganisationSlug, webhook: UUID) -> Response:
    """Sends an event `ping` about nothing, once. One that was given up and takes it works again."""
    return await call.perform_as_staff(lambda tx, caller: ping_webhook(tx, slug, caller, webhook), _sent)


@router.get(
    "/{webhook}/deliveries",
    operation_id="list_webhook_deliveries",
    summary="What was sent to an endpoint",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.WEBHOOK_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=WebhookDeliveryPage,
        act=Act.MANAGE_WEBHOOKS,
        keys=True,
    ),
)
async def get_deliveries(
    request: Request,
    call: CallDep,
    slug: OrganisationSlug,
    webhook: UUID,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """Newest first, for 30 days: what happened, what became of it, and no bodies."""
    page = window(cursor, limit, "webhook-deliveries", UUID)
    found = await call.read_as_staff(
        lambda snapshot, caller: read_deliveries(snapshot, slug, caller, webhook, page)
    )
    built = built_page(request, found, "webhook-deliveries")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.post(
    "/{webhook}/deliveries/{delivery}/redelivery",
    operation_id="redeliver_webhook",
    summary="Send an event once more",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.WEBHOOK_NOT_FOUND,
        RefusalCode.DELIVERY_NOT_FOUND,
        answer=Sent,
        act=Act.MANAGE_WEBHOOKS,
        status=202,
        writes=True,
        takes_body=False,
        keys=True,
    ),
)
async def post_redelivery(call: CallDep, slug: OrganisationSlug, webhook: UUID, delivery: UUID) -> Response:
    """Under the same `webhook-id`, so that a receiver that has it already can tell."""
    return await call.perform_as_staff(
        lambda tx, caller: redeliver(tx, slug, caller, webhook, delivery), _sent
    )
