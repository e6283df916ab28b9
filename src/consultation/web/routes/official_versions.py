"""Every version of what the organiser said officially, with what each changed; the newest first."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.routes.contributions import NOT_FOUND
from consultation.application.posts import post_not_found
from consultation.application.readers import Document, Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Phase
from consultation.web.differences import compare
from consultation.web.page import Facts, PageDep
from consultation.web.requests import PageRoute

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}", include_in_schema=False, route_class=PageRoute
)

_TEMPLATE: Final = "official_versions.html"


def _facts(debate: Document, versions: Sequence[Document], number: int | None) -> Facts:
    values: dict[str, Any] = {
        "debate": debate,
        "answered": number,
        "edits": [
            {**after, "changed": compare(before["body"], after["body"])}
            for before, after in pairwise(versions)
        ][::-1],
        "first": versions[0] if versions else None,
    }
    return Facts(values)


@router.get("/{number:post}/response", **declare(Access.ANYONE, *NOT_FOUND, answer=None))
async def get_response_versions(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """What was answered to a contribution."""
    place = await page.located(organisation, debate)

    def read(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts | Refused:
        if snapshot.post(version, number) is None:
            return post_not_found(number)
        return _facts(snapshot.debate(version, phase), snapshot.response_versions(version, number), number)

    return await page.of_debate(place, _TEMPLATE, read)


@router.get("/outcome", **declare(Access.ANYONE, RefusalCode.DEBATE_NOT_FOUND, answer=None))
async def get_outcome_versions(page: PageDep, organisation: str, debate: str) -> Response:
    """What was said of what became of the debate."""
    place = await page.located(organisation, debate)

    def read(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Facts:
        return _facts(snapshot.debate(version, phase), snapshot.outcome_versions(version), None)

    return await page.of_debate(place, _TEMPLATE, read)
