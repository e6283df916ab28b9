"""One's own texts that wait to be published, and taking one back."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.pagination import encode_cursor, window
from consultation.api.problems import TransportCode
from consultation.application.holding import withdraw_held
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode
from consultation.web.fields import uid_in
from consultation.web.forms import Fault, FormCall, read_form
from consultation.web.page import PageDep
from consultation.web.persons import Own, of_person, person_sheet
from consultation.web.requests import PageRoute
from consultation.web.routes.account import PAGE_SIZE, Cursor
from consultation.web.sending import blank, faulty, gone_to, send

router = APIRouter(prefix="/account/held", include_in_schema=False, route_class=PageRoute)

_NAME: Final = "my-held"
_HELD: Final = "account/held.html"


def _own(cursor: str | None = None) -> Own:
    wanted = window(cursor, PAGE_SIZE, _NAME, UUID)

    def reading(snapshot: Snapshot, account: Account) -> Mapping[str, Any]:
        found = snapshot.own_held(account.key, wanted)
        following = None if found.position is None else encode_cursor(_NAME, found.position)
        return {"items": found.items, "next": following, "is_first": cursor is None}

    return reading


@router.get("", **declare(Access.ANYONE, TransportCode.CURSOR_INVALID, answer=None))
async def get_held(page: PageDep, cursor: Cursor = None) -> Response:
    """What waits, and what became of what waited."""
    return await of_person(page, _HELD, _own(cursor), more={"form": blank(page)})


@router.post(
    "",
    **declare(
        Access.PERSON,
        RefusalCode.HELD_POST_NOT_FOUND,
        RefusalCode.HELD_POST_DECIDED,
        answer=None,
        writes=True,
    ),
)
async def post_held(page: PageDep) -> Response:
    """Take back what waits."""
    sent = await read_form(page.request)
    shown = person_sheet(page, _HELD, _own())
    uid = uid_in(sent.text("held"))
    if uid is None:
        return await faulty(page, sent, shown, Fault(key="form.choose"))

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: withdraw_held(tx, uid, Person(account.key, account.name)),
            lambda _: gone_to(page, "/account/held?done=held_withdrawn"),
        )

    return await send(page, sent, act, shown)
