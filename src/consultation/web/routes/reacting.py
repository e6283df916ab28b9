"""Voting, supporting and reporting: what people do with the posts of others."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.routes.contributions import ASKED, PARTICIPATION, TOMBSTONES
from consultation.api.routes.posts import OWN_ACT
from consultation.application.moderation.reporting import report_post
from consultation.application.voting import cast_vote, take_back_vote
from consultation.domain.decisions import RefusalCode
from consultation.domain.moderation import Ground
from consultation.domain.voting import VoteValue
from consultation.web.forms import Fault, FormCall, form_of, read_form
from consultation.web.grounds import post_facts, sheet
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.sending import blank, faulty, gone_to, new_key, send, wants_editing
from consultation.web.texts import NO_VOTE

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}/{number:post}",
    include_in_schema=False,
    route_class=PageRoute,
)

NOT_FOUND: Final = (RefusalCode.DEBATE_NOT_FOUND, RefusalCode.POST_NOT_FOUND)
_VOTE: Final = "part/vote.html"
_REPORT: Final = "part/report.html"
TEXTS: Final = (RefusalCode.TEXT_TOO_SHORT, RefusalCode.TEXT_TOO_LONG, RefusalCode.TEXT_NOT_ALLOWED)


@router.get("/vote", **declare(Access.ANYONE, *NOT_FOUND, answer=None))
async def get_vote(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """The answers to choose from, on a page of their own."""
    place = await page.located(organisation, debate)
    return await sheet(page, place, _VOTE, post_facts(number)).show(blank(page), 200)


@router.post(
    "/vote",
    **declare(
        Access.PERSON,
        *OWN_ACT,
        *PARTICIPATION,
        *ASKED,
        RefusalCode.VOTE_VALUE_UNKNOWN,
        answer=None,
        writes=True,
    ),
)
async def post_vote(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """Vote in place of an earlier vote, or take it back."""
    place = await page.located(organisation, debate)
    sent = await read_form(page.request)
    shown = sheet(page, place, _VOTE, post_facts(number))
    chosen = sent.text("value")
    if chosen != NO_VOTE and chosen not in set(VoteValue):
        return await faulty(page, sent, shown, Fault("value", key="form.choose"))
    back = f"/{organisation}/{debate}/{number}?done={{}}#post-{number}"

    async def act(call: FormCall) -> Response:
        if chosen == NO_VOTE:
            return await call.participate(
                lambda tx, actor: take_back_vote(tx, place.uid, number, actor),
                lambda _: gone_to(page, back.format("vote_back")),
            )
        return await call.participate(
            lambda tx, actor: cast_vote(tx, place.uid, number, actor, VoteValue(chosen)),
            lambda _: gone_to(page, back.format("vote")),
        )

    return await send(page, sent, act, shown)


@router.get("/report", **declare(Access.ANYONE, *NOT_FOUND, answer=None))
async def get_report(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """On what a report rests, and room to say more."""
    place = await page.located(organisation, debate)
    return await sheet(page, place, _REPORT, post_facts(number), more={"draft": page.path}).show(
        blank(page), 200
    )


@router.post(
    "/report",
    **declare(
        Access.PERSON,
        *NOT_FOUND,
        *TOMBSTONES,
        *TEXTS,
        RefusalCode.OWN_POST,
        RefusalCode.ALREADY_REPORTED,
        answer=None,
        writes=True,
    ),
)
async def post_report(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """Open a case, or join the one that is open."""
    place = await page.located(organisation, debate)
    sent = await read_form(page.request)
    shown = sheet(page, place, _REPORT, post_facts(number), more={"draft": page.path})
    if wants_editing(sent):
        return await shown.show(form_of(page.request.scope["path"], sent, new_key(page)), 200)
    if sent.text("reason") not in set(Ground):
        return await faulty(page, sent, shown, Fault("reason", key="form.choose"))
    ground, words = Ground(sent.text("reason")), sent.text("text")

    async def act(call: FormCall) -> Response:
        return await call.participate(
            lambda tx, actor: report_post(tx, place.uid, number, actor, ground, words),
            lambda _: gone_to(page, f"/{organisation}/{debate}/{number}?done=report#post-{number}"),
        )

    return await send(page, sent, act, shown)
