"""Redeeming a participation code, where a debate asks for one."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.application.participation_codes import redeem_code
from consultation.domain.decisions import RefusalCode
from consultation.web.forms import FormCall, read_form
from consultation.web.grounds import debate_facts, sheet
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.sending import blank, gone_to, send

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}", include_in_schema=False, route_class=PageRoute
)

_CODE: Final = "part/code.html"
# What is wrong with a code is said at its field.
_ABOUT: Final[Mapping[str, str]] = {
    RefusalCode.PARTICIPATION_CODE_MISTYPED: "code",
    RefusalCode.PARTICIPATION_CODE_UNKNOWN: "code",
    RefusalCode.PARTICIPATION_CODE_SPENT: "code",
}


@router.get("/code", **declare(Access.ANYONE, RefusalCode.DEBATE_NOT_FOUND, answer=None))
async def get_code(page: PageDep, organisation: str, debate: str) -> Response:
    """Where a code is entered."""
    place = await page.located(organisation, debate)
    return await sheet(page, place, _CODE, debate_facts).show(blank(page), 200)


@router.post(
    "/code",
    **declare(
        Access.PERSON,
        RefusalCode.DEBATE_NOT_FOUND,
        RefusalCode.PERIOD_CLOSED,
        RefusalCode.PARTICIPATION_CODES_NOT_ASKED,
        RefusalCode.PARTICIPATION_CODE_MISTYPED,
        RefusalCode.PARTICIPATION_CODE_UNKNOWN,
        RefusalCode.PARTICIPATION_CODE_SPENT,
        RefusalCode.TOO_MANY_WRONG_CODES,
        answer=None,
        writes=True,
    ),
)
async def post_code(page: PageDep, organisation: str, debate: str) -> Response:
    """Redeem a code; which was whose is kept nowhere."""
    place = await page.located(organisation, debate)
    sent = await read_form(page.request)

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: redeem_code(tx, call.kit.digests, place.uid, account, sent.text("code")),
            lambda _: gone_to(page, f"/{organisation}/{debate}?done=code"),
            is_secret=True,
        )

    return await send(page, sent, act, sheet(page, place, _CODE, debate_facts, about=_ABOUT))
