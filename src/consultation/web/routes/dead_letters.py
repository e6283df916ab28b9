"""What the worker has given up, for the administrators of the platform."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.pagination import Place, built_page, window
from consultation.api.problems import TransportCode
from consultation.application.dead_letters import read_dead_letters, replay_dead_letter
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act
from consultation.web.fields import uid_or_nothing
from consultation.web.forms import Form, FormCall, read_form
from consultation.web.page import Page, PageDep
from consultation.web.persons import of_person
from consultation.web.requests import PageRoute
from consultation.web.sending import Sheet, blank, gone_to, new_key, send

router = APIRouter(prefix="/dead-letters", include_in_schema=False, route_class=PageRoute)

_PAGE: Final = 50


async def _show(page: Page, form: Form, status: int, cursor: str | None) -> Response:
    wanted = window(cursor, _PAGE, "dead-letters", UUID)

    def read(snapshot: Snapshot, account: Account) -> Mapping[str, Any] | Refused:
        found = read_dead_letters(snapshot, account, wanted)
        if isinstance(found, Refused):
            return found
        built = built_page(Place("", ""), found, "dead-letters").document
        return {"letters": built["items"], "next": built["next_cursor"]}

    more = {"form": form, "fresh": partial(new_key, page), "is_first": cursor is None}
    return await of_person(page, "desk/dead_letters.html", read, status=status, more=more)


@router.get("", **declare(Access.STAFF, TransportCode.CURSOR_INVALID, answer=None, act=Act.MANAGE_JOBS))
async def get_dead_letters(page: PageDep, cursor: str | None = None) -> Response:
    """The newest first: what it was about, never to whom it goes."""
    return await _show(page, blank(page), 200, cursor)


@router.post(
    "",
    **declare(
        Access.STAFF,
        RefusalCode.DEAD_LETTER_NOT_FOUND,
        answer=None,
        act=Act.MANAGE_JOBS,
        writes=True,
    ),
)
async def post_replay(page: PageDep) -> Response:
    """Try a job again, under the same id."""
    sent = await read_form(page.request)
    job = uid_or_nothing(sent.text("id"))

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: replay_dead_letter(tx, account, job),
            lambda _: gone_to(page, "/dead-letters"),
        )

    async def show(form: Form, status: int) -> Response:
        return await _show(page, form, status, None)

    return await send(page, sent, act, Sheet(show))
