"""The desk of an organisation: the sites that may show its debates and read its answers."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.application.documents import origin_document
from consultation.application.origins import add_origin, read_origins, remove_origin
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act
from consultation.web.desk import Counter, Desk, carry_out, sent_by, shown_to
from consultation.web.fields import uid_or_nothing
from consultation.web.forms import read_form
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute

router = APIRouter(
    prefix="/desk/{organisation:organisation}/origins", include_in_schema=False, route_class=PageRoute
)

_ACT: Final = Act.MANAGE_ORIGINS


def _counter(organisation: str) -> Counter:
    def read(snapshot: Snapshot, account: Account, _: Desk) -> Mapping[str, Any] | Refused:
        found = read_origins(snapshot, organisation, account)
        return found if isinstance(found, Refused) else {"origins": [origin_document(one) for one in found]}

    return Counter(organisation, _ACT, "desk/origins.html", read)


@router.get("", **shown_to(_ACT))
async def get_origins(page: PageDep, organisation: str) -> Response:
    """The sites in the list."""
    return await _counter(organisation).show(page)


@router.post("/new", **sent_by(_ACT, RefusalCode.ORIGIN_INVALID, RefusalCode.TOO_MANY_ORIGINS))
async def post_origin(page: PageDep, organisation: str) -> Response:
    """Let a site in."""
    sent, kit = await read_form(page.request), page.call.kit
    origin = sent.text("origin").strip()
    response = await carry_out(
        page,
        _counter(organisation),
        sent,
        lambda tx, account: add_origin(
            tx, organisation, account, origin, loopback=kit.allows_loopback_origins
        ),
        f"/desk/{organisation}/origins",
        ("origin",),
    )
    kit.origins.forget()
    return response


@router.post("/remove", **sent_by(_ACT, RefusalCode.ORIGIN_NOT_FOUND))
async def post_remove(page: PageDep, organisation: str) -> Response:
    """Let a site in no more."""
    sent = await read_form(page.request)
    origin = uid_or_nothing(sent.text("id"))
    response = await carry_out(
        page,
        _counter(organisation),
        sent,
        lambda tx, account: remove_origin(tx, organisation, account, origin),
        f"/desk/{organisation}/origins",
    )
    page.call.kit.origins.forget()
    return response
