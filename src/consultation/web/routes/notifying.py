"""The form of hosts: anybody tells of illegal content (Regulation (EU) 2022/2065, article 16)."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import respond
from consultation.api.routes.contributions import TOMBSTONES
from consultation.api.routes.illegal_content import take_notice
from consultation.application.moderation.reporting import Contact
from consultation.application.people import normal_address
from consultation.application.policies import NOTICES_EVERYONE, NOTICES_NETWORK
from consultation.application.readers import Located
from consultation.domain.decisions import RefusalCode
from consultation.domain.moderation import NOTICE_MIN, REPORT_MAX
from consultation.web.forms import Fault, FormCall, read_form
from consultation.web.grounds import post_facts, sheet
from consultation.web.page import Page, PageDep
from consultation.web.requests import PageRoute
from consultation.web.routes.reacting import NOT_FOUND, TEXTS
from consultation.web.sending import Sheet, blank, faulty, gone_to, send

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}/{number:post}/notice",
    include_in_schema=False,
    route_class=PageRoute,
)

_TEMPLATE: Final = "part/notice.html"


def _sheet(page: Page, place: Located, number: int) -> Sheet:
    more = {"draft": page.path, "shortest": NOTICE_MIN, "longest": REPORT_MAX}
    return sheet(page, place, _TEMPLATE, post_facts(number), more=more)


@router.get("", **declare(Access.ANYONE, *NOT_FOUND, answer=None))
async def get_notice(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """What is illegal and why; an address for the answer, of who wants one."""
    place = await page.located(organisation, debate)
    return await _sheet(page, place, number).show(blank(page), 200)


@router.post(
    "",
    **declare(
        Access.ANYONE,
        *NOT_FOUND,
        *TOMBSTONES,
        *TEXTS,
        RefusalCode.PROOF_REQUIRED,
        RefusalCode.PROOF_INVALID,
        answer=None,
        writes=True,
        limits=(NOTICES_NETWORK, NOTICES_EVERYONE),
    ),
)
async def post_notice(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """Open a case, or join the one that is open. Who signed in is not looked at."""
    place = await page.located(organisation, debate)
    sent = await read_form(page.request)
    shown = _sheet(page, place, number)
    email = sent.given("email")
    address = None if email is None else normal_address(email.strip())
    faults = []
    if email is not None and address is None:
        faults.append(Fault("email", key="signing.email.wrong"))
    if sent.text("good_faith") != "yes":
        faults.append(Fault("good_faith", key="part.notice.good_faith.missing"))
    if faults:
        return await faulty(page, sent, shown, *faults)
    contact = None if address is None else Contact(address, page.language("fr").value)

    async def act(call: FormCall) -> Response:
        text, proof, honeypot = sent.text("text"), sent.given("proof"), sent.given("website")
        await take_notice(call, place.uid, number, text, contact, proof, honeypot)
        return respond(gone_to(page, f"/{organisation}/{debate}/{number}?done=notice#post-{number}"))

    return await send(page, sent, act, shown)
