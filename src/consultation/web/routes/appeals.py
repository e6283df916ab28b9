"""The author's page of a case: what was decided about a post of theirs, why, and their answer to it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.application.documents import Links, owner_document
from consultation.application.moderation.appealing import lodge_appeal
from consultation.application.moderation.reading import may_appeal, read_own_case
from consultation.application.ports import Account
from consultation.application.readers import Document, Snapshot
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.moderation import APPEAL_MAX, APPEAL_MIN
from consultation.web.desk import TEXTS
from consultation.web.forms import Form, FormCall, read_form
from consultation.web.page import Page, PageDep
from consultation.web.persons import of_person
from consultation.web.requests import PageRoute
from consultation.web.sending import Sheet, blank, gone_to, send

router = APIRouter(prefix="/account/appeals", include_in_schema=False, route_class=PageRoute)

_NOT_FOUND: Final = RefusalCode.CASE_NOT_FOUND
APPEAL_PAGE: Final = "moderation/appeal.html"


def facts_of_case(
    snapshot: Snapshot, case: Document, now: datetime, links: Links
) -> dict[str, Any] | Refused:
    """What the page of a case shows its author."""
    debate = snapshot.debate_for(case["debate"], None)
    if debate is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    return {
        "case": case,
        "time_zone": debate[0].time_zone,
        "organisation": owner_document(debate[0].owner, links),
        "can_appeal": may_appeal(case, debate[0], now),
        "limits": (APPEAL_MIN, APPEAL_MAX),
    }


async def _show(page: Page, case: UUID, form: Form, status: int, done: str = "") -> Response:
    now, links = page.call.kit.clock(), page.call.kit.links

    def read(snapshot: Snapshot, account: Account) -> Mapping[str, Any] | Refused:
        found = read_own_case(snapshot, account, case)
        return found if isinstance(found, Refused) else facts_of_case(snapshot, found, now, links)

    more = {"form": form, "done": done, "by_link": False}
    return await of_person(page, APPEAL_PAGE, read, status=status, more=more)


@router.get("/{case:uuid}", **declare(Access.PERSON, _NOT_FOUND, answer=None))
async def get_appeal(page: PageDep, case: UUID, done: str = "") -> Response:
    """The statement of reasons, and the form of the answer while there is time for one."""
    return await _show(page, case, blank(page), 200, done if done == "appealed" else "")


@router.post(
    "/{case:uuid}",
    **declare(
        Access.PERSON,
        *(_NOT_FOUND, RefusalCode.CASE_STATE, RefusalCode.APPEAL_LODGED, RefusalCode.APPEAL_TOO_LATE),
        *TEXTS,
        answer=None,
        writes=True,
    ),
)
async def post_appeal(page: PageDep, case: UUID) -> Response:
    """Answer a decision: once, in time."""
    sent = await read_form(page.request)

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: lodge_appeal(tx, case, Person(account.key, account.name), sent.text("text")),
            lambda _: gone_to(page, f"/account/appeals/{case}?done=appealed"),
        )

    async def show(form: Form, status: int) -> Response:
        return await _show(page, case, form, status)

    return await send(page, sent, act, Sheet(show, ("text",)))
