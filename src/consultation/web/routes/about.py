"""What the service says of itself: how accessible it is, what it keeps of people, the rules."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute

router = APIRouter(include_in_schema=False, route_class=PageRoute)


def _nothing(_: Snapshot, __: Account | None) -> Mapping[str, Any]:
    return {}


@router.get("/accessibility", **declare(Access.ANYONE, answer=None))
async def get_accessibility(page: PageDep) -> Response:
    """How far everybody can use the service, and whom to tell when somebody cannot."""
    return await page.of_site("about/accessibility.html", _nothing)


@router.get("/privacy", **declare(Access.ANYONE, answer=None))
async def get_privacy(page: PageDep) -> Response:
    """What is kept of people, why, how long, and what they can do about it."""
    return await page.of_site("about/privacy.html", _nothing)


@router.get("/about/rules", **declare(Access.ANYONE, answer=None))
async def get_rules(page: PageDep) -> Response:
    """What may be posted, and what happens to what may not."""
    return await page.of_site("about/rules.html", _nothing)
