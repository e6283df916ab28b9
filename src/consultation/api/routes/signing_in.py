"""Signing in and out."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.callers import forget_cookie, set_session
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.foreign import refuse_foreign_page
from consultation.api.mailing import address_in
from consultation.api.problems import TransportCode, language_of
from consultation.api.requests import JsonRoute
from consultation.api.schemas.people import (
    Challenge,
    CodeRequest,
    CodeSent,
    SessionOut,
    SignIn,
)
from consultation.api.signing import exchange_code, send_code
from consultation.application.documents import account_document
from consultation.application.people import CODE_LIFETIME, close_session
from consultation.application.policies import (
    ATTEMPTS_ADDRESS,
    ATTEMPTS_EVERYONE,
    ATTEMPTS_NETWORK,
    CHALLENGES,
    CODES_EVERYONE,
    CODES_NETWORK,
)
from consultation.domain.decisions import RefusalCode

router = APIRouter(route_class=JsonRoute)


@router.post(
    "/auth/codes",
    tags=["signing in"],
    operation_id="request_code",
    summary="Ask for a sign-in code by e-mail",
    **declare(
        Access.PUBLIC,
        RefusalCode.TOO_MANY_CODES,
        RefusalCode.PROOF_REQUIRED,
        RefusalCode.PROOF_INVALID,
        TransportCode.MAIL_UNAVAILABLE,
        answer=CodeSent,
        status=202,
        writes=True,
        limits=(CODES_NETWORK, CODES_EVERYONE),
    ),
)
async def post_code(request: Request, call: CallDep, payload: CodeRequest) -> Response:
    """The same answer whether the address has an account or not; the first code makes one.

    Six digits, valid for ten minutes and five tries; at most five codes an hour. When very many
    codes are asked for, a proof of work is needed: `proof_required` says where to get a challenge.
    """
    await refuse_foreign_page(call)
    seconds = int(CODE_LIFETIME.total_seconds())
    await send_code(call, address_in(payload.email), language_of(request), payload.proof, payload.website)
    return respond(Answer({"expires_in_seconds": seconds}, 202))


@router.get(
    "/auth/challenge",
    tags=["signing in"],
    operation_id="get_challenge",
    summary="A challenge for a proof of work",
    **declare(Access.ANYONE, answer=Challenge, limits=(CHALLENGES,)),
)
async def get_challenge(call: CallDep) -> Response:
    """For `proof`, when `proof_required` asks for one; nothing is asked of people. Never cached.

    ALTCHA's: derive keys with counters from 0 on until one begins with `keyPrefix`. Its web component
    does so by itself. Good for one call, and for ten minutes.
    """
    if call.token() is not None:
        await call.read_as(lambda _snapshot, account: account)
    return respond(Answer(await call.kit.threads.run(call.kit.proofs.challenge)))


@router.post(
    "/auth/sessions",
    tags=["signing in"],
    operation_id="sign_in",
    summary="Exchange a code for a session",
    **declare(
        Access.PUBLIC,
        RefusalCode.CODE_INCORRECT,
        RefusalCode.ERASED_LATELY,
        answer=SessionOut,
        status=201,
        writes=True,
        limits=(ATTEMPTS_NETWORK, ATTEMPTS_ADDRESS, ATTEMPTS_EVERYONE),
    ),
)
async def post_session(request: Request, call: CallDep, payload: SignIn) -> Response:
    """Answers with a bearer token, or with a session cookie when `cookie` is true.

    A session that the call shows ends with it. A page of another site gets no cookie, and signs
    in only where an organisation has listed it.
    """
    kit = call.kit
    await refuse_foreign_page(call, cookie=payload.cookie)
    session = await exchange_code(call, address_in(payload.email), payload.code, language_of(request))
    document = {
        "token": None if payload.cookie else session.token,
        "expires_at": session.expires_at,
        "person": account_document(session.account),
    }
    response = respond(Answer(document, 201))
    if payload.cookie:
        set_session(response, session.token, kit.public_url, kit.session_rules.lifetime)
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
    forget_cookie(response, kit.public_url)
    return response
