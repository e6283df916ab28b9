"""The desk of an organisation: endpoints that events are sent to, and what became of each."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.pagination import Place, built_page, window
from consultation.api.problems import TransportCode
from consultation.api.routes.webhooks import webhook_document
from consultation.application.ports import Account, Transaction
from consultation.application.readers import Snapshot
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
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act
from consultation.domain.webhooks import EVENTS
from consultation.web.desk import Counter, Desk, carry_out, sent_by, shown_to
from consultation.web.fields import uid_or_nothing
from consultation.web.forms import FormCall, Sent, read_form
from consultation.web.page import Page, PageDep
from consultation.web.requests import PageRoute
from consultation.web.sending import send
from consultation.web.telling import told

router = APIRouter(
    prefix="/desk/{organisation:organisation}/webhooks", include_in_schema=False, route_class=PageRoute
)

_ACT: Final = Act.MANAGE_WEBHOOKS
_FIELDS: Final = ("url",)
_OVERLAP: Final = timedelta(hours=24)
"""How long the secret that a rotation replaces signs beside the new one."""
_PAGE: Final = 50
_NOT_FOUND: Final = RefusalCode.WEBHOOK_NOT_FOUND


def _counter(organisation: str) -> Counter:
    def read(snapshot: Snapshot, account: Account, _: Desk) -> Mapping[str, Any] | Refused:
        found = read_webhooks(snapshot, organisation, account)
        if isinstance(found, Refused):
            return found
        return {"webhooks": [webhook_document(one) for one in found], "events": EVENTS}

    return Counter(organisation, _ACT, "desk/webhooks.html", read)


def _secret_of(made: Told) -> str:
    return made.secret


def _telling(organisation: str) -> Counter:
    return Counter(organisation, _ACT, "desk/secret.html")


@router.get("", **shown_to(_ACT))
async def get_webhooks(page: PageDep, organisation: str) -> Response:
    """The endpoints, and how each is doing."""
    return await _counter(organisation).show(page)


@router.post(
    "/new",
    **sent_by(
        _ACT,
        RefusalCode.WEBHOOK_URL_INVALID,
        RefusalCode.WEBHOOK_HOST_PRIVATE,
        RefusalCode.TOO_MANY_WEBHOOKS,
    ),
)
async def post_webhook(page: PageDep, organisation: str) -> Response:
    """Have events sent to an address; the secret is on the page that follows and nowhere else."""
    sent, counter = await read_form(page.request), _counter(organisation)
    events = frozenset(event for event in EVENTS if sent.text(f"event-{event}"))
    url, kit = sent.text("url").strip(), page.call.kit

    def make(tx: Transaction, account: Account) -> Told | Refused:
        sealer = kit.federation.sealer
        return add_webhook(tx, sealer, organisation, account, url, events, kit.webhook_reach)

    async def act(call: FormCall) -> Response:
        address = f"/desk/{organisation}/webhooks"
        return await told(page, call, _telling(organisation), make, _secret_of, address)

    return await send(page, sent, act, counter.sheet(page, _FIELDS))


@router.post("/rotate", **sent_by(_ACT, _NOT_FOUND))
async def post_rotate(page: PageDep, organisation: str) -> Response:
    """Give an endpoint a new secret; for a day everything bears both signatures."""
    sent, counter = await read_form(page.request), _counter(organisation)
    webhook = uid_or_nothing(sent.text("id"))

    async def act(call: FormCall) -> Response:
        return await told(
            page,
            call,
            _telling(organisation),
            lambda tx, account: rotate_webhook(
                tx, call.kit.federation.sealer, organisation, account, webhook, _OVERLAP
            ),
            _secret_of,
            f"/desk/{organisation}/webhooks",
        )

    return await send(page, sent, act, counter.sheet(page))


@router.post("/ping", **sent_by(_ACT, _NOT_FOUND))
async def post_ping(page: PageDep, organisation: str) -> Response:
    """Send an event about nothing, to see whether the endpoint works."""
    sent = await read_form(page.request)
    webhook = uid_or_nothing(sent.text("id"))
    return await carry_out(
        page,
        _counter(organisation),
        sent,
        lambda tx, account: ping_webhook(tx, organisation, account, webhook),
        f"/desk/{organisation}/webhooks/{webhook}",
    )


@router.post("/remove", **sent_by(_ACT, _NOT_FOUND))
async def post_remove(page: PageDep, organisation: str) -> Response:
    """Send nothing more to an endpoint; its log goes with it."""
    sent = await read_form(page.request)
    webhook = uid_or_nothing(sent.text("id"))
    return await carry_out(
        page,
        _counter(organisation),
        sent,
        lambda tx, account: remove_webhook(tx, organisation, account, webhook),
        f"/desk/{organisation}/webhooks",
    )


def _log(organisation: str, webhook: UUID, cursor: str | None) -> Counter:
    wanted = window(cursor, _PAGE, "webhook-deliveries", UUID)

    def read(snapshot: Snapshot, account: Account, _: Desk) -> Mapping[str, Any] | Refused:
        found = read_deliveries(snapshot, organisation, account, webhook, wanted)
        if isinstance(found, Refused):
            return found
        built = built_page(Place("", ""), found, "webhook-deliveries").document
        return {"deliveries": built["items"], "next": built["next_cursor"], "webhook": webhook}

    return Counter(organisation, _ACT, "desk/deliveries.html", read)


@router.get("/{webhook:uuid}", **shown_to(_ACT, _NOT_FOUND, TransportCode.CURSOR_INVALID))
async def get_deliveries(
    page: PageDep, organisation: str, webhook: UUID, cursor: str | None = None
) -> Response:
    """What was sent to an endpoint in the last thirty days, and what became of it."""
    return await _log(organisation, webhook, cursor).show(page, is_first=cursor is None)


@router.post("/{webhook:uuid}", **sent_by(_ACT, _NOT_FOUND, RefusalCode.DELIVERY_NOT_FOUND))
async def post_redelivery(page: PageDep, organisation: str, webhook: UUID) -> Response:
    """Send an event once more, under the same id."""
    sent = await read_form(page.request)
    return await _redeliver(page, organisation, webhook, sent)


async def _redeliver(page: Page, organisation: str, webhook: UUID, sent: Sent) -> Response:
    delivery = uid_or_nothing(sent.text("id"))
    return await carry_out(
        page,
        _log(organisation, webhook, None),
        sent,
        lambda tx, account: redeliver(tx, organisation, account, webhook, delivery),
        f"/desk/{organisation}/webhooks/{webhook}",
        is_first=True,
    )
