"""Pages that are one person's own: whoever is not signed in is sent to sign in, and back."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from starlette.responses import Response

from consultation.api.calls import Answer, respond
from consultation.api.problems import Problem
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.web.forms import Form
from consultation.web.page import Page
from consultation.web.sending import SIGNING_IN, Sheet

Own: TypeAlias = Callable[[Snapshot, Account], Mapping[str, Any] | Refused]
"""Reads what a page shows a person of what is their own."""


async def of_person(
    page: Page, template: str, read: Own, *, status: int = 200, more: Mapping[str, Any] | None = None
) -> Response:
    """A page for whoever is signed in; others are sent to sign in, and come back to it."""

    def reading(snapshot: Snapshot, account: Account | None) -> Mapping[str, Any] | Refused:
        return Refused(RefusalCode.SIGN_IN_REQUIRED) if account is None else read(snapshot, account)

    try:
        return await page.of_site(template, reading, status=status, more=more or {})
    except Problem as problem:
        if problem.code not in SIGNING_IN or page.request.method != "GET":
            raise
    view = page.view(page.language("fr"))
    location = f"{view.to('/sign-in')}?next={quote(view.here, safe='/')}"
    return respond(Answer(None, 303, {"Location": location}))


def person_sheet(page: Page, template: str, read: Own, fields: Collection[str] = ()) -> Sheet:
    """A form on a page of one's own."""

    async def show(form: Form, status: int) -> Response:
        return await of_person(page, template, read, status=status, more={"form": form})

    return Sheet(show, fields)
