"""Where people arrive: every debate by its phase, and those of one organisation."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.pagination import encode_cursor, window
from consultation.api.problems import TransportCode
from consultation.application.policies import SEARCHES
from consultation.application.ports import Account
from consultation.application.readers import Document, Snapshot, Window
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Period, Phase
from consultation.web.left import left_at
from consultation.web.page import Page, PageDep
from consultation.web.requests import PageRoute

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_FIRST: Final = 10
"""Debates of each phase that are shown at once."""
_PAGE: Final = 20

Words = Annotated[str, Query(max_length=200, description="Words of title or description.")]
Cursor = Annotated[str | None, Query(description="Where the page before ended.")]


@router.get("/", **declare(Access.ANYONE, TransportCode.CURSOR_INVALID, answer=None, limits=(SEARCHES,)))
async def get_home(
    page: PageDep, q: Words = "", phase: Phase | None = None, cursor: Cursor = None
) -> Response:
    """All debates: what is open now comes first."""

    def read(snapshot: Snapshot, _: Account | None) -> Mapping[str, Any]:
        return {"organisation": None, **_debates(snapshot, page, None, q, phase, cursor)}

    return await page.of_site("home.html", read)


@router.get(
    "/{organisation:organisation}",
    **declare(
        Access.ANYONE,
        RefusalCode.ORGANISATION_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=None,
        limits=(SEARCHES,),
    ),
)
async def get_organisation(
    page: PageDep, organisation: str, q: Words = "", phase: Phase | None = None, cursor: Cursor = None
) -> Response:
    """The debates of one organisation."""

    def read(snapshot: Snapshot, _: Account | None) -> Mapping[str, Any] | Refused:
        found = snapshot.organisation(organisation)
        if found is None:
            return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
        return {"organisation": found, **_debates(snapshot, page, organisation, q, phase, cursor)}

    return await page.of_site("home.html", read)


def _debates(
    snapshot: Snapshot, page: Page, organisation: str | None, q: str, phase: Phase | None, cursor: str | None
) -> dict[str, Any]:
    """One list when something particular is asked for, else the first of each phase."""
    now = page.call.kit.clock()
    words = q.strip() or None
    if words is None and phase is None:
        groups = []
        for each in (Phase.OPEN, Phase.UPCOMING, Phase.CLOSED):
            found = snapshot.debates(Window(_FIRST), now, organisation, each)
            groups.append((each, _with_left(found.items, page), found.position is not None))
        return {"groups": groups, "found": None, "q": "", "phase": None, "next": None}
    found = snapshot.debates(window(cursor, _PAGE, "debates", UUID), now, organisation, phase, words)
    following = None if found.position is None else encode_cursor("debates", found.position)
    return {
        "groups": [],
        "found": _with_left(found.items, page),
        "q": q.strip(),
        "phase": phase,
        "next": following,
    }


def _with_left(debates: list[Document], page: Page) -> list[Document]:
    now = page.call.kit.clock()
    return [
        debate | {"left": left_at(Period(debate["opens_at"], debate["closes_at"]), now)} for debate in debates
    ]
