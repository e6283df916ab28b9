"""A form is sent: carried out like a call of the interface, or shown again with what stands against it.

Whatever happens, nothing that was typed is lost. Who is not signed in, or no longer, gets the pages of
signing in with the form sealed into them; who comes too late gets the text for copying; all others
get the form as they sent it. When not even that can be read, what came in is shown as it is.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from fastapi import Request
from starlette.responses import Response

from consultation.api.callers import from_own_page
from consultation.api.calls import Answer
from consultation.api.events import note_refusal
from consultation.api.problems import STATUS, Problem, TransportCode, problem_headers
from consultation.domain.decisions import RefusalCode
from consultation.web.forms import INTENT, KEY, Fault, Form, FormCall, Sent, fault_of, form_of, read_form
from consultation.web.kept import Kept
from consultation.web.page import Page
from consultation.web.signing import sign_in_page
from consultation.web.texts import texts_of

Act: TypeAlias = Callable[[FormCall], Awaitable[Response]]
"""Carries a form out, and answers with where the browser goes on. Raises Problem."""
Show: TypeAlias = Callable[[Form, int], Awaitable[Response]]
"""Shows a form on its page, with a status."""

SIGNING_IN: Final = frozenset({RefusalCode.SIGN_IN_REQUIRED, RefusalCode.SESSION_INVALID})
TOO_LATE: Final = frozenset(
    {
        RefusalCode.PERIOD_CLOSED,
        RefusalCode.PERIOD_NOT_OPEN,
        RefusalCode.POST_WITHDRAWN,
        RefusalCode.POST_HIDDEN,
        RefusalCode.POST_ERASED,
    }
)
"""After these there is no form to go back to: the text is offered for copying."""

TURNED_AWAY: Final = frozenset(
    {
        TransportCode.TOO_MANY_REQUESTS,
        TransportCode.BUSY,
        TransportCode.STORAGE_UNAVAILABLE,
        TransportCode.INTERNAL_ERROR,
    }
)
"""After these the same form can be sent again a little later."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form's page: how it is shown, and which fields a refusal can lead to.

    `too_late` shows the page of a debate on which the text stands for copying.
    """

    show: Show
    fields: Collection[str] = ()
    too_late: Callable[[Problem, Form], Awaitable[Response]] | None = None
    special: Mapping[str, str] = field(default_factory=dict)
    """Sentences that say more than that of the interface, by code: their keys."""
    about: Mapping[str, str] = field(default_factory=dict)
    """The field that a refusal is about where its facts name none, by code."""


def gone_to(page: Page, address: str) -> Answer:
    """The answer that sends the browser on to a page, in the language of this one."""
    return Answer(None, 303, {"Location": page.view(page.language("fr")).to(address)})


def new_key(page: Page) -> str:
    """A fresh idempotency key for a form."""
    return page.call.kit.federation.ids.uid().hex


def blank(page: Page, values: Mapping[str, str] | None = None) -> Form:
    """A form that nobody has sent yet."""
    return Form(page.request.scope["path"], new_key(page), values or {})


async def send(page: Page, sent: Sent, act: Act, sheet: Sheet) -> Response:
    """Carry a form out, or answer with the page that its refusal leads to.

    One that came back from signing in to be edited is shown, whatever it would do.
    """
    if wants_editing(sent):
        return await sheet.show(form_of(page.request.scope["path"], sent, new_key(page)), 200)
    try:
        return await act(FormCall(page.request, sent))
    except Problem as problem:
        if problem.code in TURNED_AWAY:
            raise  # to be kept by `rescued`, like what fails
        return await refused(page, sent, problem, sheet)


async def refused(page: Page, sent: Sent, problem: Problem, sheet: Sheet) -> Response:
    """The page of a form that was refused."""
    note_refusal(problem.code, page.request)
    form = form_of(page.request.scope["path"], sent, new_key(page))
    if problem.code in {*SIGNING_IN, RefusalCode.SIGN_IN_AGAIN}:
        kept = Kept(form.action, {**form.values, KEY: form.key})
        return await sign_in_page(page, kept, problem)
    if problem.code in TOO_LATE and sheet.too_late is not None:
        return _with_headers(await sheet.too_late(problem, form), problem)
    key = sheet.special.get(problem.code, "")
    if problem.code == TransportCode.IDEMPOTENCY_KEY_REUSED:
        form, key = Form(form.action, new_key(page), form.values), "form.again"
    fault = fault_of(problem, sheet.fields, key)
    if fault.field is None:
        fault = replace(fault, field=sheet.about.get(problem.code))
    return _with_headers(await sheet.show(form.refused(fault), STATUS[problem.code]), problem)


async def faulty(page: Page, sent: Sent, sheet: Sheet, *faults: Fault) -> Response:
    """The page of a form that lacks something before any rule can look at it."""
    form = form_of(page.request.scope["path"], sent, new_key(page))
    return await sheet.show(form.refused(*faults), STATUS[TransportCode.MALFORMED])


async def interrupted(page: Page, sent: Sent, problem: Problem) -> Response:
    """What came in, as it is, when nothing else can be read: to be sent again, or copied."""
    facts = {
        "problem": problem,
        "action": page.request.scope["path"],
        "texts": texts_of(sent.values),
        "again": {name: value for name, value in sent.values.items() if name != INTENT},
    }
    view = page.view(page.language("fr"))
    response = await page.rendered("part/interrupted.html", view, facts, STATUS[problem.code])
    return _with_headers(response, problem)


async def rescued(request: Request, problem: Problem) -> Response | None:
    """The page that keeps a form which was turned away before it was read; None where there is none.

    Only what a page of ours sent is shown again: another site must not put its words in front of its
    visitor here, with a button below them.
    """
    if request.method != "POST" or problem.code not in TURNED_AWAY:
        return None
    if not from_own_page(request, request.app.state.kit.public_url):
        return None
    try:
        sent = await read_form(request)
    except (Problem, RuntimeError):  # no form, or of a failure, whose call nothing is read from any more
        return None
    return await interrupted(Page(request), sent, problem)


def wants_preview(sent: Sent) -> bool:
    """Was the button pressed that only shows what would be published?"""
    return sent.text(INTENT) == "preview"


def wants_editing(sent: Sent) -> bool:
    """Did the form come back from signing in to be edited before it is sent?"""
    return sent.text(INTENT) == "edit"


def _with_headers(response: Response, problem: Problem) -> Response:
    response.headers.update(problem_headers(problem))
    return response
