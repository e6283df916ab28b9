"""Following a debate, a theme or a contribution, and how one is told."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.pagination import encode_cursor, window
from consultation.api.problems import TransportCode
from consultation.application.notices.keeping import change_mail, follow, unfollow
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode
from consultation.domain.notices import Frequency, Target
from consultation.web.fields import uid_in
from consultation.web.forms import Fault, FormCall, Sent, read_form
from consultation.web.grounds import debate_facts, post_facts, sheet
from consultation.web.page import Page, PageDep, Reading
from consultation.web.persons import Own, of_person, person_sheet
from consultation.web.requests import PageRoute
from consultation.web.routes.account import PAGE_SIZE, Cursor
from consultation.web.sending import blank, faulty, gone_to, send

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_DEBATE: Final = "/{organisation:organisation}/{debate:word}"
_FOLLOW: Final = "part/follow.html"
_NOT_FOUND: Final = (RefusalCode.DEBATE_NOT_FOUND, RefusalCode.POST_NOT_FOUND)
_NAME: Final = "follows"


async def _show(page: Page, organisation: str, debate: str, read: Reading) -> Response:
    place = await page.located(organisation, debate)
    return await sheet(page, place, _FOLLOW, read).show(blank(page), 200)


async def _follow(page: Page, organisation: str, debate: str, read: Reading, target: Target) -> Response:
    place = await page.located(organisation, debate)
    sent = await read_form(page.request)

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: follow(tx, account, place.uid, target),
            lambda _: gone_to(page, "/account/follows?done=follow"),
        )

    return await send(page, sent, act, sheet(page, place, _FOLLOW, read))


@router.get(f"{_DEBATE}/follow", **declare(Access.ANYONE, RefusalCode.DEBATE_NOT_FOUND, answer=None))
async def get_follow(page: PageDep, organisation: str, debate: str) -> Response:
    """The debate or one of its themes, to be followed."""
    return await _show(page, organisation, debate, debate_facts)


@router.post(
    f"{_DEBATE}/follow",
    **declare(
        Access.PERSON, RefusalCode.DEBATE_NOT_FOUND, RefusalCode.THEME_UNKNOWN, answer=None, writes=True
    ),
)
async def post_follow(page: PageDep, organisation: str, debate: str) -> Response:
    """Follow it from now on."""
    sent = await read_form(page.request)
    return await _follow(page, organisation, debate, debate_facts, Target(theme=sent.text("theme")))


@router.get(f"{_DEBATE}/{{number:post}}/follow", **declare(Access.ANYONE, *_NOT_FOUND, answer=None))
async def get_follow_post(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """A contribution, to be followed."""
    return await _show(page, organisation, debate, post_facts(number))


@router.post(
    f"{_DEBATE}/{{number:post}}/follow",
    **declare(Access.PERSON, *_NOT_FOUND, RefusalCode.NOT_A_CONTRIBUTION, answer=None, writes=True),
)
async def post_follow_post(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """Follow the contribution from now on."""
    return await _follow(page, organisation, debate, post_facts(number), Target(number=number))


def _own(cursor: str | None = None) -> Own:
    wanted = window(cursor, PAGE_SIZE, _NAME, UUID)

    def reading(snapshot: Snapshot, account: Account) -> Mapping[str, Any]:
        found = snapshot.follows(account.key, wanted)
        following = None if found.position is None else encode_cursor(_NAME, found.position)
        return {
            "items": found.items,
            "next": following,
            "is_first": cursor is None,
            "settings": snapshot.mail_settings(account.key),
        }

    return reading


@router.get("/account/follows", **declare(Access.ANYONE, TransportCode.CURSOR_INVALID, answer=None))
async def get_follows(page: PageDep, cursor: Cursor = None) -> Response:
    """What one follows, and how often one is told."""
    return await of_person(page, "account/follows.html", _own(cursor), more={"form": blank(page)})


@router.post(
    "/account/follows", **declare(Access.PERSON, RefusalCode.DEBATE_NOT_FOUND, answer=None, writes=True)
)
async def post_follows(page: PageDep) -> Response:
    """Follow something no longer."""
    sent = await read_form(page.request)
    shown = person_sheet(page, "account/follows.html", _own())
    debate, number = uid_in(sent.text("debate")), sent.text("contribution")
    if debate is None or not (number == "" or (number.isdecimal() and len(number) <= 9)):  # noqa: PLR2004 - digits of a number
        return await faulty(page, sent, shown, Fault(key="form.choose"))
    target = Target(theme=sent.text("theme"), number=int(number or 0))

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: unfollow(tx, account, debate, target),
            lambda _: gone_to(page, "/account/follows?done=unfollow"),
        )

    return await send(page, sent, act, shown)


@router.post("/account/follows/mail", **declare(Access.PERSON, answer=None, writes=True))
async def post_mail(page: PageDep) -> Response:
    """How often one is told by mail, and of what."""
    sent = await read_form(page.request)
    shown = person_sheet(page, "account/follows.html", _own(), {"frequency"})
    if sent.text("frequency") not in set(Frequency):
        return await faulty(page, sent, shown, Fault("frequency", key="form.choose"))

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: change_mail(tx, account, **_wishes(sent)),
            lambda _: gone_to(page, "/account/follows?done=account"),
        )

    return await send(page, sent, act, shown)


def _wishes(sent: Sent) -> dict[str, Any]:
    return {"follows": Frequency(sent.text("frequency")), "notices": sent.given("outcomes") is not None}
