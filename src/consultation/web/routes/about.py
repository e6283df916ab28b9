"""What the service says of itself: how accessible it is, what it keeps of people, the rules."""

import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.notice import privacy_notice
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_DURATION: Final = re.compile(r"P(?:(\d+)M|(\d+)D|T(\d+)H)")


def _nothing(_: Snapshot, __: Account | None) -> Mapping[str, Any]:
    return {}


@router.get("/accessibility", **declare(Access.ANYONE, answer=None))
async def get_accessibility(page: PageDep) -> Response:
    """How far everybody can use the service, and whom to tell when somebody cannot."""
    return await page.of_site("about/accessibility.html", _nothing)


@router.get("/privacy", **declare(Access.ANYONE, answer=None))
async def get_privacy(page: PageDep) -> Response:
    """What is kept of people, why, how long, and what they can do about it."""
    kit = page.call.kit
    notice = privacy_notice(kit.service_name, kit.keeper.retention)

    def read(_: Snapshot, __: Account | None) -> Mapping[str, Any]:
        return {
            "classes": [{**each, "kept": _kept(each["kept_for"])} for each in notice["classes"]],
            "rights": notice["rights"],
        }

    return await page.of_site("about/privacy.html", read)


def _kept(duration: str | None) -> tuple[str, int] | None:
    """Unit and number of a duration (ISO 8601) of the notice; None for what stays with its debate."""
    found = None if duration is None else _DURATION.fullmatch(duration)
    if found is None:
        return None
    months, days, hours = found.groups()
    return ("months", int(months)) if months else ("days", int(days)) if days else ("hours", int(hours))


@router.get("/about/rules", **declare(Access.ANYONE, answer=None))
async def get_rules(page: PageDep) -> Response:
    """What may be posted, and what happens to what may not."""
    return await page.of_site("about/rules.html", _nothing)
