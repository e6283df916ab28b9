"""Signing in and out."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.callers import forget_cookie, set_session
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.events import note_sign_in
from consultation.api.foreign import refuse_foreign_page, shown_token
from consultation.api.limits import count
from consultation.api.mailing import address_in, deliver
from consultation.api.problems import Problem, TransportCode, language_of, refusal
from consultation.api.proving import FILLED_BY_A_MACHINE, proof_given, proof_invalid
from consultation.api.requests import JsonRoute
from consultation.api.schemas.people import (
    Challenge,
    CodeRequest,
    CodeSent,
    SessionOut,
    SignIn,
)
from consultation.application.documents import account_document
from consultation.application.people import (
    CODE_LIFETIME,
    CodeToSend,
    Session,
    WrongCode,
    close_session,
    request_code,
    sign_in,
)
from consultation.application.policies import (
    ATTEMPTS_ADDRESS,
    ATTEMPTS_EVERYONE,
    ATTEMPTS_NETWORK,
    CHALLENGES,
    CODES_EVERYONE,
    CODES_NETWORK,
    Subject,
)
from consultation.application.ports import Proof, SignInMethod, Transaction
from consultation.domain.decisions import RefusalCode, Refused

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
    kit = call.kit
    await refuse_foreign_page(call)
    email = address_in(payload.email)
    seconds = int(CODE_LIFETIME.total_seconds())
    sent = respond(Answer({"expires_in_seconds": seconds}, 202))
    proof = await proof_given(call, payload.proof, payload.website)
    if proof is FILLED_BY_A_MACHINE:
        return sent

    def requesting(tx: Transaction) -> CodeToSend | Refused:
        if isinstance(proof, Proof) and not tx.used_proofs.use(proof):
            return proof_invalid(kit)
        return request_code(tx, kit.digests, email)

    to_send: CodeToSend | Refused = await kit.threads.run(lambda: kit.work.perform(requesting))
    if isinstance(to_send, Refused):
        raise refusal(to_send)
    minutes = int(CODE_LIFETIME.total_seconds()) // 60
    language = language_of(request)
    await deliver(kit, kit.code_mail(to_send.email, to_send.code, minutes, kit.service_name, language))
    return sent


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
    email = address_in(payload.email)
    count(request, Subject.ADDRESS, email)
    locale, shown = language_of(request).value, shown_token(call)

    def signing_in(tx: Transaction) -> Session | WrongCode | Refused:
        return sign_in(tx, kit.digests, email, payload.code, locale, kit.session_rules, shown)

    session: Session | WrongCode | Refused = await kit.threads.run(lambda: kit.work.perform(signing_in))
    if isinstance(session, Refused):
        raise refusal(session)
    if isinstance(session, WrongCode):
        raise Problem(RefusalCode.CODE_INCORRECT, {"tries_left": session.tries_left})
    note_sign_in(request, SignInMethod.CODE)
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
