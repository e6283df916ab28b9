"""Notices to oneself."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.manner import Manner
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit
from consultation.api.schemas.notices import Notifications, Reading, Unread
from consultation.application.notices.keeping import mark_read

UnreadOnly = Annotated[bool, Query(description="Only those not marked as read.")]

router = APIRouter(prefix="/me/notifications", tags=["notices"], route_class=JsonRoute)


@router.get(
    "",
    operation_id="list_my_notifications",
    summary="Notices to oneself",
    **declare(Access.PERSON, TransportCode.CURSOR_INVALID, answer=Notifications),
)
async def get_notifications(
    request: Request,
    call: CallDep,
    unread: UnreadOnly = False,  # noqa: FBT002 - a query parameter
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """What became of one's posts, reports and appeals, and which debates that one follows close soon."""
    page = window(cursor, limit, "notifications", UUID)
    found = await call.read_as(
        lambda snapshot, account: snapshot.notifications(account.key, page, unread=unread), Manner.GLANCE
    )
    built = built_page(request, found, "notifications")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.post(
    "/read",
    operation_id="mark_notifications_read",
    summary="Mark notices as read",
    **declare(Access.PERSON, answer=Unread, writes=True),
)
async def post_read(call: CallDep, payload: Reading) -> Response:
    """As often as one likes; ids of notices that are not one's own are passed over."""
    return await call.perform(lambda tx, account: mark_read(tx, account, payload.ids), unread_answer)


def unread_answer(unread: int) -> Answer:
    """How many of the notices are left to read."""
    return Answer({"unread": unread})
