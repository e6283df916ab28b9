"""All replies to a contribution, page by page, and all revisions of any post."""

from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.documents import Builder
from consultation.api.lists import Arguments, Sources
from consultation.api.pagination import Place, encode_cursor, window
from consultation.api.problems import TransportCode
from consultation.api.routes.contributions import NOT_FOUND
from consultation.application.posts import post_not_found
from consultation.application.readers import Document, ReplySort, Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import Refused
from consultation.domain.period import Phase
from consultation.domain.posts import PostState, Side
from consultation.web.differences import compare
from consultation.web.page import Facts, PageDep, Reading
from consultation.web.requests import PageRoute

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}/{number:post}",
    include_in_schema=False,
    route_class=PageRoute,
)

_PAGE: Final = 20
_REVISIONS: Final = "revisions"
"""The name that the cursors of revisions bear."""
_ANY: Final = 2**31
"""More than a post has revisions."""
_NOWHERE: Final = Place("", "")
Sort = Annotated[ReplySort, Query(description="Order.")]
Cursor = Annotated[str | None, Query(description="Where the page before ended.")]


@router.get("/arguments", **declare(Access.ANYONE, *NOT_FOUND, TransportCode.CURSOR_INVALID, answer=None))
async def list_arguments(
    page: PageDep,
    organisation: str,
    debate: str,
    number: int,
    side: Annotated[Side | Literal[""], Query(description="Only this side.")] = "",
    sort: Sort = ReplySort.OLDEST,
    cursor: Cursor = None,
) -> Response:
    """For and against, tombstones in their places."""
    place = await page.located(organisation, debate)
    wanted = Arguments(number, side or None, sort, _PAGE, cursor)
    read = _listed(number, wanted.builder(_NOWHERE), wanted)
    return await page.of_debate(place, "replies.html", read)


@router.get("/sources", **declare(Access.ANYONE, *NOT_FOUND, TransportCode.CURSOR_INVALID, answer=None))
async def list_sources(
    page: PageDep,
    organisation: str,
    debate: str,
    number: int,
    sort: Sort = ReplySort.OLDEST,
    cursor: Cursor = None,
) -> Response:
    """Titled links, tombstones in their places."""
    place = await page.located(organisation, debate)
    wanted = Sources(number, sort, _PAGE, cursor)
    return await page.of_debate(place, "replies.html", _listed(number, wanted.builder(_NOWHERE), wanted))


def _listed(number: int, build: Builder, wanted: Arguments | Sources) -> Reading:
    def read(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts | Refused:
        listed = build(snapshot, version, phase)
        if isinstance(listed, Refused):
            return listed
        items: list[Document] = listed.document["items"]
        values: dict[str, Any] = {
            "debate": snapshot.debate(version, phase),
            "contribution": snapshot.post(version, number),
            "replies": items,
            "next": listed.document["next_cursor"],
            "is_first": wanted.cursor is None,
            "is_of_arguments": isinstance(wanted, Arguments),
            "side": wanted.side if isinstance(wanted, Arguments) else None,
            "sort": wanted.sort,
            "sorts": list(ReplySort),
            "marked": None,
        }
        return Facts(values, [item["number"] for item in items])

    return read


@router.get("/revisions", **declare(Access.ANYONE, *NOT_FOUND, TransportCode.CURSOR_INVALID, answer=None))
async def list_revisions(
    page: PageDep, organisation: str, debate: str, number: int, cursor: Cursor = None
) -> Response:
    """Every text that the post has had, with what each edit changed; the newest first."""
    position = window(cursor, _PAGE, _REVISIONS, int).after
    until = position[0] if position and isinstance(position[0], int) else _ANY
    place = await page.located(organisation, debate)

    def read(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts | Refused:
        post = snapshot.post(version, number)
        if post is None:
            return post_not_found(number)
        is_shown = post["state"] == PostState.VISIBLE
        # With one more than is shown: what the oldest edit of the page changed.
        revisions = snapshot.newest_revisions(version, post, until, _PAGE + 1) if is_shown else []
        has_more = len(revisions) > _PAGE
        values: dict[str, Any] = {
            "debate": snapshot.debate(version, phase),
            "post": post,
            "edits": [_edit(before, after) for after, before in pairwise(revisions)],
            "first": revisions[-1] if revisions and not has_more else None,
            "next": encode_cursor(_REVISIONS, (revisions[-1]["revision"],)) if has_more else None,
            "is_first": cursor is None,
        }
        return Facts(values, [number])

    return await page.of_debate(place, "revisions.html", read)


def _edit(before: Document, after: Document) -> Document:
    """A revision with what it changed; parts that stayed are left out."""
    changed = {
        part: compare(before[part] or "", after[part] or "")
        for part in ("title", "body", "link")
        if before[part] != after[part]
    }
    moved = (before["theme"], after["theme"]) if before["theme"] != after["theme"] else None
    return {**after, "changed": changed, "moved": moved}
