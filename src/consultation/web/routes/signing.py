"""Signing in with a code or at a provider, and out again; a form that waits is never lost."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.callers import forget_cookie, set_session
from consultation.api.calls import Answer, respond
from consultation.api.events import note_refusal
from consultation.api.foreign import refuse_foreign_page
from consultation.api.problems import STATUS, Problem, TransportCode, problem_headers
from consultation.api.routes.providers import logout_url
from consultation.api.schemas.identities import RETURN_PATH
from consultation.api.signing import exchange_code, send_code
from consultation.application.people import close_session, normal_address
from consultation.application.policies import (
    ATTEMPTS_ADDRESS,
    ATTEMPTS_EVERYONE,
    ATTEMPTS_NETWORK,
    CODES_EVERYONE,
    CODES_NETWORK,
)
from consultation.domain.decisions import RefusalCode
from consultation.web.forms import KEPT, KEY, Fault, Form, Sent, fault_of, read_form
from consultation.web.kept import Kept, unseal
from consultation.web.page import Page, PageDep
from consultation.web.requests import PageRoute, split_language
from consultation.web.sending import SIGNING_IN, gone_to
from consultation.web.signing import DONE, code_page, nothing, sign_in_page, waiting
from consultation.web.view import Me

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_CODE: Final = re.compile(r"[0-9]{6}")
_RETURN: Final = re.compile(RETURN_PATH)
_LONGEST_PATH: Final = 1_000
Next = Annotated[str, Query(max_length=_LONGEST_PATH, description="Path to go on to.")]


def safe_path(path: str) -> str:
    """A path of this service to go on to; the home page in the place of anything else."""
    return path if len(path) <= _LONGEST_PATH and _RETURN.fullmatch(path) else "/"


@router.get("/sign-in", **declare(Access.ANYONE, answer=None))
async def get_sign_in(page: PageDep, next_path: Annotated[Next, Query(alias="next")] = "/") -> Response:
    """An address for a code, and the providers."""
    return await sign_in_page(page, next_path=safe_path(next_path))


@router.post(
    "/sign-in",
    **declare(
        Access.ANYONE,
        RefusalCode.TOO_MANY_CODES,
        RefusalCode.PROOF_REQUIRED,
        RefusalCode.PROOF_INVALID,
        TransportCode.MAIL_UNAVAILABLE,
        answer=None,
        writes=True,
        limits=(CODES_NETWORK, CODES_EVERYONE),
    ),
)
async def post_sign_in(page: PageDep) -> Response:
    """Mail a code, and ask for it."""
    await refuse_foreign_page(page.call, cookie=True)
    sent = await read_form(page.request)
    kept, next_path, email = _kept(page, sent), safe_path(sent.text("next")), sent.text("email").strip()
    form = Form(page.request.scope["path"], "", {"email": email, "next": next_path})
    address = normal_address(email)
    if address is None:
        wrong = form.refused(Fault("email", key="signing.email.wrong"))
        return await sign_in_page(
            page, kept, form=wrong, next_path=next_path, status=STATUS[TransportCode.MALFORMED]
        )
    try:
        await send_code(page.call, address, page.language("fr"), sent.given("proof"), sent.given("website"))
    except Problem as problem:
        note_refusal(problem.code, page.request)
        key = "signing.email.wrong" if problem.code == TransportCode.MALFORMED else ""
        wrong = form.refused(Fault("email", problem, key))
        answer = await sign_in_page(page, kept, form=wrong, next_path=next_path, status=STATUS[problem.code])
        answer.headers.update(problem_headers(problem))
        return answer
    return await code_page(page, address, next_path, kept)


@router.post(
    "/sign-in/code",
    **declare(
        Access.ANYONE,
        RefusalCode.CODE_INCORRECT,
        RefusalCode.ERASED_LATELY,
        answer=None,
        writes=True,
        limits=(ATTEMPTS_NETWORK, ATTEMPTS_ADDRESS, ATTEMPTS_EVERYONE),
    ),
)
async def post_code(page: PageDep) -> Response:
    """Exchange the code for a session, and go on to where the person came from."""
    await refuse_foreign_page(page.call, cookie=True)
    sent = await read_form(page.request)
    kept, next_path = _kept(page, sent), safe_path(sent.text("next"))
    address, code = normal_address(sent.text("email")), re.sub(r"\s", "", sent.text("code"))
    if address is None:
        return await sign_in_page(page, kept, next_path=next_path)
    form = Form(page.request.scope["path"], "", {"code": sent.text("code")})
    if not _CODE.fullmatch(code):
        wrong = form.refused(Fault("code", key="signing.code.wrong"))
        status = STATUS[TransportCode.MALFORMED]
        return await code_page(page, address, next_path, kept, form=wrong, status=status)
    try:
        session = await exchange_code(page.call, address, code, page.language("fr"))
    except Problem as problem:
        note_refusal(problem.code, page.request)
        wrong = form.refused(fault_of(problem, ()))
        if problem.code == RefusalCode.CODE_INCORRECT:
            wrong = form.refused(Fault("code", problem))
        answer = await code_page(page, address, next_path, kept, form=wrong, status=STATUS[problem.code])
        answer.headers.update(problem_headers(problem))
        return answer
    kit = page.call.kit
    if kept is None:
        response = respond(Answer(None, 303, {"Location": next_path}))
    else:
        me = Me(session.account)
        view = page.view(page.language("fr", session.account), me)
        response = await page.rendered("signing/resume.html", view, _resumed(page, kept))
    set_session(response, session.token, kit.public_url, kit.session_rules.lifetime)
    return response


@router.post("/sign-in/resume", **declare(Access.ANYONE, answer=None, writes=True))
async def post_resume(page: PageDep) -> Response:
    """Go on with a form that waited, signed in elsewhere meanwhile."""
    sent = await read_form(page.request)
    kept = _kept(page, sent)
    if kept is None:
        return await page.of_site("signing/lost.html", nothing, status=STATUS[TransportCode.MALFORMED])
    try:
        await page.call.read_as(lambda _, account: account)
    except Problem as problem:
        if problem.code not in SIGNING_IN:
            raise
        return await sign_in_page(page, kept, problem)
    return await page.of_site("signing/resume.html", nothing, more=_resumed(page, kept))


@router.get("/sign-in/code", **declare(Access.ANYONE, answer=None, status=303))
@router.get("/sign-in/resume", **declare(Access.ANYONE, answer=None, status=303))
async def get_steps(page: PageDep) -> Response:
    """These pages follow from a form: whoever comes by the address begins anew."""
    return respond(gone_to(page, "/sign-in"))


@router.get(DONE, **declare(Access.ANYONE, answer=None))
async def get_done(page: PageDep) -> Response:
    """Signed in at a provider, in a tab beside the one with the form that waits."""
    return await page.of_site("signing/done.html", nothing)


@router.post("/sign-out", **declare(Access.ANYONE, answer=None, writes=True))
async def post_sign_out(page: PageDep) -> Response:
    """End the session here, and say where that at the provider ends."""
    kit = page.call.kit
    await read_form(page.request)
    url = None
    try:
        token = page.call.token() or ""
        url = await logout_url(page.call, token)
        await page.call.perform(lambda tx, _: close_session(tx, kit.digests, token), lambda _: Answer(None))
    except Problem as problem:
        if problem.code not in SIGNING_IN:
            raise
    view = page.view(page.language("fr"))
    response = await page.rendered("signing/out.html", view, {"url": url})
    forget_cookie(response, kit.public_url)
    return response


def _kept(page: Page, sent: Sent) -> Kept | None:
    kit = page.call.kit
    value = sent.given(KEPT)
    return None if value is None else unseal(kit.federation.sealer, value, kit.clock())


def _resumed(page: Page, kept: Kept) -> dict[str, object]:
    _, path = split_language(kept.action)
    return {
        "action": kept.action,
        "fields": kept.values,
        "path": path,
        "can_edit": not path.endswith("/vote"),
        **waiting(page, kept),
        "form": Form(kept.action, kept.values.get(KEY, "")),
    }
