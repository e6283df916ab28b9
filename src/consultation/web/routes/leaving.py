"""What is kept of oneself: to be taken along, and to be erased."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.callers import forget_cookie
from consultation.api.leaving import erase_caller
from consultation.api.routes.privacy import get_my_archive
from consultation.application.ports import Account
from consultation.application.privacy.archives import ArchiveKind
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode
from consultation.domain.erasure import ErasureMode
from consultation.web.forms import Fault, FormCall, read_form
from consultation.web.page import PageDep
from consultation.web.persons import of_person, person_sheet
from consultation.web.requests import PageRoute
from consultation.web.sending import blank, faulty, send

router = APIRouter(prefix="/account", include_in_schema=False, route_class=PageRoute)
_ACCEPTED: Final = 202


def _nothing(_: Snapshot, __: Account) -> Mapping[str, Any]:
    return {}


@router.get("/archive", **declare(Access.ANYONE, answer=None))
async def get_archive(page: PageDep) -> Response:
    """What an archive holds, and in which forms."""
    return await of_person(page, "account/archive.html", _nothing, more={"waits": False})


@router.get("/archive/{form}", **declare(Access.PERSON, answer=None))
async def get_archive_file(page: PageDep, form: ArchiveKind) -> Response:
    """The archive itself; of a large one, that it is being written."""
    answer = await get_my_archive(page.request, page.call, form)
    if answer.status_code != _ACCEPTED:
        return answer
    return await of_person(page, "account/archive.html", _nothing, status=_ACCEPTED, more={"waits": True})


@router.get("/erase", **declare(Access.ANYONE, answer=None))
async def get_erase(page: PageDep) -> Response:
    """What goes and what stays, with both choices."""
    return await of_person(page, "account/erase.html", _nothing, more={"form": blank(page)})


@router.post(
    "/erase",
    **declare(
        Access.PERSON,
        RefusalCode.SIGN_IN_AGAIN,
        RefusalCode.HAND_OVER_FIRST,
        RefusalCode.LAST_PLATFORM_ADMINISTRATOR,
        answer=None,
        writes=True,
    ),
)
async def post_erase(page: PageDep) -> Response:
    """Erase the account, with its texts or without."""
    sent = await read_form(page.request)
    shown = person_sheet(page, "account/erase.html", _nothing, {"mode", "sure"})
    mode = sent.text("mode")
    if mode not in set(ErasureMode):
        return await faulty(page, sent, shown, Fault("mode", key="form.choose"))
    if not sent.given("sure"):
        return await faulty(page, sent, shown, Fault("sure", key="account.erase.unsure"))

    async def act(call: FormCall) -> Response:
        finished = await erase_caller(call, ErasureMode(mode))
        view = page.view(page.language("fr"))
        response = await page.rendered("account/erased.html", view, {"finished": finished})
        forget_cookie(response, call.kit.public_url)
        return response

    return await send(page, sent, act, shown)
