"""A whole debate on paper: every contribution with everything under it, in the order of the numbers."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.pagination import encode_cursor, window
from consultation.api.problems import TransportCode
from consultation.application.readers import ContributionSort, Document, Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode
from consultation.domain.period import Phase
from consultation.web.page import Facts, PageDep
from consultation.web.requests import PageRoute

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}", include_in_schema=False, route_class=PageRoute
)

_CONTRIBUTIONS: Final = 100
"""Contributions of one part, at most."""
_POSTS: Final = 1_000
"""Posts of one part, unless a single thread has more: browsers and printers give up on much more."""


@router.get(
    "/print",
    **declare(
        Access.ANYONE,
        RefusalCode.DEBATE_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=None,
    ),
)
async def get_print(
    page: PageDep,
    organisation: str,
    debate: str,
    cursor: Annotated[str | None, Query(description="Where the part before ended.")] = None,
) -> Response:
    """The debate for the council's file, in parts that can be printed."""
    place = await page.located(organisation, debate)
    wanted = window(cursor, _CONTRIBUTIONS, "print", int)

    def read(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts:
        found = snapshot.contributions(version, ContributionSort.OLDEST, wanted)
        part = _part(found.items)
        last = part[-1]["number"] if part else 0
        is_last = len(part) == len(found.items) and found.position is None
        replies = snapshot.replies_to(version, [one["number"] for one in part])
        values: dict[str, Any] = {
            "debate": snapshot.debate(version, phase),
            "threads": _threads(part, replies),
            "acts": snapshot.period_history(version) if cursor is None else [],
            "next": None if is_last else encode_cursor("print", (last,)),
            "is_first": cursor is None,
        }
        return Facts(values)

    return await page.of_debate(place, "print.html", read)


def _part(contributions: list[Document]) -> list[Document]:
    """As many contributions as make one part with what stands under them, and one at least."""
    size = 0
    for place, contribution in enumerate(contributions):
        size += 1 + sum(contribution["counts"].values())
        if size > _POSTS and place:
            return contributions[:place]
    return contributions


def _threads(contributions: list[Document], replies: list[Document]) -> list[Document]:
    """Each contribution with its replies by kind and side."""
    threads: dict[int, Document] = {
        one["number"]: {"contribution": one, "pro": [], "contra": [], "sources": []} for one in contributions
    }
    for reply in replies:
        threads[reply["contribution"]][reply.get("side") or "sources"].append(reply)
    return list(threads.values())
