"""Where whoever works for organisations begins: their desks, and the code of an invitation."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.application.invitations import accept
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode
from consultation.web.forms import FormCall, read_form
from consultation.web.page import PageDep
from consultation.web.persons import of_person, person_sheet
from consultation.web.requests import PageRoute
from consultation.web.sending import blank, gone_to, send

router = APIRouter(prefix="/desk", include_in_schema=False, route_class=PageRoute)

_TEMPLATE: Final = "desk/desks.html"
_FIELDS: Final = ("token",)


def _read(snapshot: Snapshot, account: Account) -> Mapping[str, Any]:
    return {"desks": snapshot.memberships(account.key), "runs_platform": snapshot.runs_platform(account.key)}


@router.get("", **declare(Access.PERSON, answer=None))
async def get_desks(page: PageDep) -> Response:
    """The organisations that one works for, and where the code of an invitation goes."""
    return await of_person(page, _TEMPLATE, _read, more={"form": blank(page)})


@router.post("", **declare(Access.PERSON, RefusalCode.INVITATION_UNUSABLE, answer=None, writes=True))
async def post_invitation(page: PageDep) -> Response:
    """Accept an invitation, whatever address it was sent to."""
    sent = await read_form(page.request)
    token = sent.text("token").strip()

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: accept(tx, call.kit.digests, account, token),
            lambda accepted: gone_to(page, f"/desk/{accepted.organisation.slug}"),
        )

    return await send(page, sent, act, person_sheet(page, _TEMPLATE, _read, _FIELDS))
