"""The record of a debate: its figures with pictures, and what happened to its period."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.application.readers import ContributionSort, Snapshot, Window
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode
from consultation.domain.period import Phase
from consultation.domain.posts import PostState
from consultation.web.page import Facts, PageDep
from consultation.web.pictures import HEIGHT, columns, every_day
from consultation.web.requests import PageRoute

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}", include_in_schema=False, route_class=PageRoute
)

NOT_FOUND: Final = RefusalCode.DEBATE_NOT_FOUND
_VOTED_ON: Final = 20
"""Contributions whose votes are shown; the rest are in the list of contributions."""


@router.get("/statistics", **declare(Access.ANYONE, NOT_FOUND, answer=None))
async def get_statistics(page: PageDep, organisation: str, debate: str) -> Response:
    """Participation by day and hour, votes by contribution, sides by theme, and what moderation did."""
    place = await page.located(organisation, debate)

    def read(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts:
        figures = snapshot.statistics(version)
        voted = snapshot.contributions(version, ContributionSort.MOST_VOTED, Window(_VOTED_ON))
        by_hour = [(str(each["hour"]), each["posts"]) for each in figures["posts_by_hour"]]
        values: dict[str, Any] = {
            "debate": snapshot.debate(version, phase),
            "figures": figures,
            "reason_words": version.reasons,
            "reason_lang": version.owner_language,
            "by_day": columns(list(every_day(figures["posts_by_day"]))),
            "by_hour": columns(by_hour),
            "height": HEIGHT,
            "voted": [one for one in voted.items if one["state"] == PostState.VISIBLE and _votes(one)],
        }
        return Facts(values)

    return await page.of_debate(place, "statistics.html", read)


def _votes(contribution: dict[str, Any]) -> int:
    tally = contribution["tally"]
    return int(tally["agree"] + tally["mixed"] + tally["disagree"])


@router.get("/history", **declare(Access.ANYONE, NOT_FOUND, answer=None))
async def get_history(page: PageDep, organisation: str, debate: str) -> Response:
    """Planned, extended, closed early, reopened: in which role, when, why, from and to."""
    place = await page.located(organisation, debate)

    def read(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts:
        acts = snapshot.period_history(version)
        return Facts({"debate": snapshot.debate(version, phase), "acts": acts})

    return await page.of_debate(place, "history.html", read)
