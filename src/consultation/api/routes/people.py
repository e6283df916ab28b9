"""Signing in, one's own account, and what depends on who asks."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.callers import cookie_name
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.pagination import built_page, window
from consultation.api.problems import Problem, TransportCode, language_of, refusal
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit
from consultation.api.schemas.debates import MyDebate
from consultation.api.schemas.people import (
    Account,
    AccountEdit,
    CodeRequest,
    CodeSent,
    OwnPosts,
    SessionOut,
    SignIn,
)
from consultation.application.capabilities import Capability, Presence, presence
from consultation.application.documents import account_document
from consultation.application.people import (
    CODE_LIFETIME,
    SESSION_LIFETIME,
    Session,
    WrongCode,
    change_account,
    close_session,
    normal_address,
    request_code,
    sign_in,
)
from consultation.application.ports import MailUnavailable, Transaction
from consultation.domain.decisions import RefusalCode, Refused
from consultation.localisation.languages import Language
from consultation.localisation.problems import problem_text

router = APIRouter(route_class=JsonRoute)
_TOKEN_SECONDS: Final = int(SESSION_LIFETIME.total_seconds())


def _address(email: str) -> str:
    address = normal_address(email)
    if address is None:
        raise _no_address()
    return address


def _no_address() -> Problem:
    errors = [{"pointer": "/email", "detail": "not an e-mail address"}]
    return Problem(TransportCode.MALFORMED, errors=errors)


@router.post(
    "/auth/codes",
    tags=["signing in"],
    operation_id="request_code",
    summary="Ask for a sign-in code by e-mail",
    **declare(
        Access.PUBLIC,
        RefusalCode.TOO_MANY_CODES,
        TransportCode.MAIL_UNAVAILABLE,
        answer=CodeSent,
        status=202,
        writes=True,
    ),
)
async def post_code(request: Request, call: CallDep, payload: CodeRequest) -> Response:
    """The same answer whether the address has an account or not; the first code makes one.

    Six digits, valid for ten minutes and five tries; at most five codes an hour.
    """
    kit = call.kit
    email = _address(payload.email)
    to_send = await kit.threads.run(lambda: kit.work.perform(lambda tx: request_code(tx, kit.digests, email)))
    if isinstance(to_send, Refused):
        raise refusal(to_send)
    minutes = int(CODE_LIFETIME.total_seconds()) // 60
    language = language_of(request)
    mail = kit.code_mail(to_send.email, to_send.code, minutes, kit.service_name, language)
    try:
        await kit.threads.run_mail(lambda: kit.mailer.send(mail))
    except MailUnavailable as error:
        raise Problem(TransportCode.MAIL_UNAVAILABLE) from error
    except ValueError as error:
        # Mail asks more of an address than to look like one: it must fit into a header.
        raise _no_address() from error
    seconds = int(CODE_LIFETIME.total_seconds())
    return respond(Answer({"expires_in_seconds": seconds}, 202))


@router.post(
    "/auth/sessions",
    tags=["signing in"],
    operation_id="sign_in",
    summary="Exchange a code for a session",
    **declare(Access.PUBLIC, RefusalCode.CODE_INCORRECT, answer=SessionOut, status=201, writes=True),
)
async def post_session(request: Request, call: CallDep, payload: SignIn) -> Response:
    """Answers with a bearer token, or with a session cookie when `cookie` is true."""
    kit = call.kit
    email = _address(payload.email)
    locale = language_of(request).value

    def signing_in(tx: Transaction) -> Session | WrongCode | Refused:
        return sign_in(tx, kit.digests, email, payload.code, locale)

    session: Session | WrongCode | Refused = await kit.threads.run(lambda: kit.work.perform(signing_in))
    if isinstance(session, Refused):
        raise refusal(session)
    if isinstance(session, WrongCode):
        raise Problem(RefusalCode.CODE_INCORRECT, {"tries_left": session.tries_left})
    document = {
        "token": None if payload.cookie else session.token,
        "expires_at": session.expires_at,
        "person": account_document(session.account),
    }
    response = respond(Answer(document, 201))
    if payload.cookie:
        response.set_cookie(
            cookie_name(kit.public_url),
            session.token,
            max_age=_TOKEN_SECONDS,
            path="/",
            secure=kit.public_url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
    return response


@router.delete(
    "/auth/sessions/current",
    tags=["signing in"],
    operation_id="sign_out",
    summary="End the session",
    **declare(Access.PERSON, answer=None, status=204, writes=True, takes_body=False),
)
async def delete_session(call: CallDep) -> Response:
    """The token is worth nothing from here on."""
    kit = call.kit
    token = call.token()
    response = await call.perform(
        lambda tx, _: close_session(tx, kit.digests, token or ""), lambda _: Answer(None, 204)
    )
    response.delete_cookie(
        cookie_name(kit.public_url),
        path="/",
        secure=kit.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(
    "/me",
    tags=["my account"],
    operation_id="get_me",
    summary="One's own account",
    **declare(Access.PERSON, answer=Account),
)
async def get_me(call: CallDep) -> Response:
    """Name, address and language."""
    document = await call.read_as(lambda _, account: account_document(account))
    return respond(Answer(document))


@router.patch(
    "/me",
    tags=["my account"],
    operation_id="change_me",
    summary="Change one's account",
    **declare(
        Access.PERSON,
        RefusalCode.TEXT_TOO_SHORT,
        RefusalCode.TEXT_TOO_LONG,
        RefusalCode.TEXT_NOT_ALLOWED,
        answer=Account,
        writes=True,
    ),
)
async def patch_me(call: CallDep, payload: AccountEdit) -> Response:
    """A new name signs what is written from now on; earlier texts keep theirs."""
    return await call.perform(
        lambda tx, account: change_account(tx, account, payload.name, payload.locale),
        lambda account: Answer(account_document(account)),
    )


@router.get(
    "/me/posts",
    tags=["my account"],
    operation_id="list_my_posts",
    summary="One's own posts",
    **declare(Access.PERSON, TransportCode.CURSOR_INVALID, answer=OwnPosts),
)
async def get_my_posts(request: Request, call: CallDep, cursor: Cursor = None, limit: Limit = 20) -> Response:
    """In every debate, the newest debate first."""
    page = window(cursor, limit, "my-posts", UUID, int)
    found = await call.read_as(lambda snapshot, account: snapshot.own_posts(account.key, page))
    built = built_page(request, found, "my-posts")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.get(
    "/debates/{debate_id}/me",
    tags=["debates"],
    operation_id="get_my_debate",
    summary="What I may do here now, and my votes",
    **declare(Access.ANYONE, RefusalCode.DEBATE_NOT_FOUND, answer=MyDebate),
)
async def get_my_debate(
    request: Request,
    call: CallDep,
    debate_id: UUID,
    posts: Annotated[
        str,
        Query(pattern=r"^(\d{1,9}(,\d{1,9}){0,99})?$", description="Up to 100 numbers: `1,2,3`."),
    ] = "",
) -> Response:
    """For whoever asks, also without signing in; never cached."""
    numbers = sorted({int(number) for number in posts.split(",") if number})
    found = await call.read_as_anyone(
        lambda snapshot, account: presence(snapshot, debate_id, account, numbers, call.kit.clock())
    )
    signed_in = call.token() is not None
    return respond(Answer(_my_debate(found, language_of(request), signed_in=signed_in)))


def _my_debate(found: Presence, language: Language, *, signed_in: bool) -> dict[str, object]:
    period = found.debate.period
    return {
        "server_time": found.now,
        "phase": period.phase_at(found.now),
        "opens_at": period.opens_at,
        "closes_at": period.closes_at,
        "closes_in_seconds": period.remaining_at(found.now).total_seconds(),
        "signed_in": signed_in,
        "capabilities": {
            act.value: _capability(capability, language) for act, capability in found.capabilities.items()
        },
        "votes": {str(number): vote for number, vote in found.own.votes.items()},
        "posts": found.own_posts,
    }


def _capability(capability: Capability, language: Language) -> dict[str, object]:
    code = detail = None
    if isinstance(capability.decision, Refused):
        refused = capability.decision
        code = refused.code
        detail = problem_text(refused.code, refused.facts, language).detail
    return {
        "allowed": capability.decision.allowed,
        "code": code,
        "detail": detail,
        "sign_in_helps": capability.sign_in_helps,
    }
