"""Notices to oneself, and marking them as read."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.pagination import encode_cursor, window
from consultation.api.problems import TransportCode
from consultation.application.notices.keeping import mark_read
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.web.fields import uid_in
from consultation.web.forms import Fault, FormCall, read_form
from consultation.web.page import PageDep
from consultation.web.persons import Own, of_person, person_sheet
from consultation.web.requests import PageRoute
from consultation.web.routes.account import PAGE_SIZE, Cursor
from consultation.web.sending import blank, faulty, gone_to, send

router = APIRouter(prefix="/account/notices", include_in_schema=False, route_class=PageRoute)

_NAME: Final = "notifications"
_NOTICES: Final = "account/notices.html"


def _own(cursor: str | None = None) -> Own:
    wanted = window(cursor, PAGE_SIZE, _NAME, UUID)

    def reading(snapshot: Snapshot, account: Account) -> Mapping[str, Any]:
        found = snapshot.notifications(account.key, wanted, unread=False)
        following = None if found.position is None else encode_cursor(_NAME, found.position)
        unread = [str(item["id"]) for item in found.items if item["read_at"] is None]
        return {"items": found.items, "next": following, "is_first": cursor is None, "unread": unread}

    return reading


@router.get("", **declare(Access.ANYONE, TransportCode.CURSOR_INVALID, answer=None))
async def get_notices(page: PageDep, cursor: Cursor = None) -> Response:
    """What became of one's posts, reports and appeals, and which debates close soon."""
    return await of_person(page, _NOTICES, _own(cursor), more={"form": blank(page)})


@router.post("", **declare(Access.PERSON, answer=None, writes=True))
async def post_notices(page: PageDep) -> Response:
    """Mark what a page of notices showed as read; what is not one's own is passed over."""
    sent = await read_form(page.request)
    named = [uid_in(written) for written in sent.text("notices").split(",")[:PAGE_SIZE]]
    uids = [uid for uid in named if uid is not None]
    shown = person_sheet(page, _NOTICES, _own())
    if not uids:
        return await faulty(page, sent, shown, Fault(key="form.choose"))

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: mark_read(tx, account, uids),
            lambda _: gone_to(page, "/account/notices?done=notices"),
        )

    return await send(page, sent, act, shown)
