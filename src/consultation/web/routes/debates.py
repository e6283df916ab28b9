"""The pages of one debate: its question and contributions, its figures, its history."""

from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.lists import Contributions
from consultation.api.pagination import Place
from consultation.api.problems import TransportCode
from consultation.application.policies import SEARCHES
from consultation.application.readers import ContributionSort, Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Phase
from consultation.web.page import Facts, PageDep
from consultation.web.requests import PageRoute

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}", include_in_schema=False, route_class=PageRoute
)

NOT_FOUND: Final = RefusalCode.DEBATE_NOT_FOUND
_PAGE: Final = 20


@router.get(
    "",
    **declare(Access.ANYONE, NOT_FOUND, TransportCode.CURSOR_INVALID, answer=None, limits=(SEARCHES,)),
)
async def get_debate(
    page: PageDep,
    organisation: str,
    debate: str,
    theme: Annotated[str, Query(pattern=r"^[^\x00]*$", max_length=80, description="Slug of a theme.")] = "",
    sort: Annotated[ContributionSort, Query(description="Order.")] = ContributionSort.NEWEST,
    q: Annotated[str, Query(max_length=200, description="Words of title or text.")] = "",
    seed: Annotated[int, Query(ge=0, le=2**31 - 1, description="Of the random order.")] = 0,
    cursor: Annotated[str | None, Query(description="Where the page before ended.")] = None,
) -> Response:
    """Question, period, themes, and the contributions, sorted, filtered and searched."""
    place = await page.located(organisation, debate)
    wanted = Contributions(sort, _PAGE, cursor, theme or None, q.strip() or None, seed)
    build = wanted.builder(Place("", ""))

    def read(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts | Refused:
        listed = build(snapshot, version, phase)
        if isinstance(listed, Refused):
            return listed
        items: list[dict[str, Any]] = listed.document["items"]
        values = {
            "debate": snapshot.debate(version, phase),
            "contributions": items,
            "next": listed.document["next_cursor"],
            "wanted": replace(wanted, cursor=None),
            "sorts": list(ContributionSort),
            "is_first": cursor is None,
        }
        return Facts(values, [item["number"] for item in items])

    return await page.of_debate(place, "debate.html", read)
