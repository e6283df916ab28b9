"""Signing in at an identity provider, and out again."""

import logging
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.callers import end_round, forget_cookie, round_cookie_name, set_round, set_session
from consultation.api.calls import Answer, Call, CallDep, respond
from consultation.api.events import note_sign_in
from consultation.api.foreign import shown_token
from consultation.api.listing import cached_answer
from consultation.api.problems import Problem, TransportCode, language_of, refusal
from consultation.api.requests import JsonRoute
from consultation.api.schemas.identities import RETURN_PATH, OfferedProviders, SignedOut
from consultation.api.schemas.types import Slug
from consultation.application.identities import (
    NOT_STARTED,
    Begun,
    Taken,
    begin_round,
    link_identity,
    new_round,
    sign_in_with,
    take_round,
    unseal_id_token,
)
from consultation.application.people import Session, close_session
from consultation.application.policies import PROVIDERS_EVERYONE, PROVIDERS_NETWORK
from consultation.application.ports import (
    AssuranceTooLow,
    Identity,
    NotProven,
    ProvenIdentity,
    Provider,
    ProviderUnavailable,
    SignInMethod,
    Transaction,
    Unsealable,
)
from consultation.application.providers import offered_document
from consultation.domain.decisions import RefusalCode, Refused

router = APIRouter(route_class=JsonRoute, tags=["signing in"])
Next = Annotated[
    str,
    Query(pattern=RETURN_PATH, max_length=1000, description="Path of this service to go to at the end."),
]
_LIMITS: Final = (PROVIDERS_NETWORK, PROVIDERS_EVERYONE)
_NOT_FOUND: Final = RefusalCode.PROVIDER_NOT_FOUND
_log = logging.getLogger(__name__)


def redirect_uri(public_url: str, provider: str) -> str:
    """Where a provider sends people back: declared at it, to the letter."""
    return f"{public_url}/api/v1/auth/oidc/{provider}/callback"


def after_logout(public_url: str) -> str:
    """Where a provider sends people who signed out: declared at it, to the letter."""
    return f"{public_url}/"


async def provider_of(call: Call, slug: str) -> Provider:
    """The provider, from the settings or the database. Raises Problem."""
    providers = call.kit.federation.providers
    known = providers.instance.get(slug)
    if known is not None:
        return known
    try:
        return await call.read(lambda snapshot: providers.find(snapshot, slug))
    except Unsealable as error:
        # The instance got another SECRET_KEY: the organisation must enter the secret again.
        _log.error("the client secret of provider %s cannot be read", slug)
        raise Problem(TransportCode.PROVIDER_UNAVAILABLE) from error


def sent_on(location: str) -> Response:
    """An answer that sends the browser on, with GET."""
    return respond(Answer(None, 303, {"Location": location}))


@router.get(
    "/auth/providers",
    operation_id="list_providers",
    summary="Identity providers to sign in at",
    **declare(Access.PUBLIC, answer=OfferedProviders, cached=True),
)
async def get_providers(
    request: Request,
    call: CallDep,
    organisation: Annotated[Slug | None, Query(description="Add those of an organisation.")] = None,
) -> Response:
    """Those of the whole service, and those of an organisation. A code by e-mail always works."""
    kit = call.kit
    found = await call.read(lambda snapshot: kit.federation.providers.offered(snapshot, organisation))
    start = f"{kit.public_url}/api/v1/auth/oidc/"
    items = [offered_document(one, f"{start}{one.slug}/start") for one in found]
    return cached_answer(request, {"items": items, "next_cursor": None})


@router.get(
    "/auth/oidc/{provider}/start",
    operation_id="start_sign_in",
    summary="Go to an identity provider",
    **declare(
        Access.BROWSER,
        _NOT_FOUND,
        TransportCode.PROVIDER_UNAVAILABLE,
        answer=None,
        status=303,
        limits=_LIMITS,
    ),
)
async def get_start(
    call: CallDep,
    provider: Slug,
    next_path: Annotated[Next, Query(alias="next")] = "/",
) -> Response:
    """Send the browser here, as a link does. It is sent on to the provider, and comes back signed in.

    A cookie binds the ten minutes that this may take to the browser.
    """
    kit = call.kit
    found = await provider_of(call, provider)
    url, begun = await begin(call, found)

    def beginning(tx: Transaction) -> None:
        begin_round(tx, kit.digests, kit.federation.sealer, found, begun, next_path)

    await kit.threads.run(lambda: kit.work.perform(beginning))
    response = sent_on(url)
    set_round(response, begun.browser, kit.public_url)
    return response


async def begin(call: Call, provider: Provider) -> tuple[str, Begun]:
    """The provider's page for a new round, and the round, to be kept. Raises Problem."""
    kit, federation = call.kit, call.kit.federation
    begun = new_round(federation.ids)
    back = redirect_uri(kit.public_url, provider.slug)
    try:
        url = await kit.threads.run_outside(
            lambda: federation.relying_party.authorization_url(provider, back, begun.state, begun.secrets)
        )
    except ProviderUnavailable as error:
        raise unavailable(provider, error) from error
    return url, begun


def unavailable(provider: Provider, error: ProviderUnavailable) -> Problem:
    """The problem, and a line for whoever runs the service; of people there is nothing in it."""
    _log.warning("provider %s is unavailable: %s", provider.slug, error)
    return Problem(TransportCode.PROVIDER_UNAVAILABLE)


@router.get(
    "/auth/oidc/{provider}/callback",
    operation_id="finish_sign_in",
    summary="Come back from an identity provider",
    **declare(
        Access.BROWSER,
        _NOT_FOUND,
        RefusalCode.SIGN_IN_NOT_STARTED,
        RefusalCode.SIGN_IN_DECLINED,
        RefusalCode.IDENTITY_NOT_PROVEN,
        RefusalCode.ASSURANCE_TOO_LOW,
        RefusalCode.IDENTITY_TAKEN,
        RefusalCode.ERASED_LATELY,
        TransportCode.PROVIDER_UNAVAILABLE,
        answer=None,
        status=303,
        limits=_LIMITS,
    ),
)
async def get_callback(
    request: Request,
    call: CallDep,
    provider: Slug,
    state: Annotated[str, Query(max_length=200, description="The value that went to the provider.")],
    code: Annotated[
        str | None, Query(max_length=4000, description="The provider's code, to be exchanged.")
    ] = None,
    error: Annotated[str | None, Query(max_length=200, description="Why the provider sends no code.")] = None,
    iss: Annotated[str | None, Query(max_length=255, description="Who answers (RFC 9207).")] = None,
) -> Response:
    """The provider sends the browser here (OpenID Connect Core 1.0, 3.1.2.5). It goes on signed in.

    The session that the browser had ends. Whoever began to link an identity keeps theirs.
    """
    found = await provider_of(call, provider)
    taken = await _taken(call, found, state)
    if code is None or error is not None:
        raise Problem(RefusalCode.SIGN_IN_DECLINED)
    proof = await _redeemed(call, found, code, taken, iss)
    response = sent_on(f"{call.kit.public_url}{taken.return_to}")
    if taken.session_digest is None:
        session = await _signed_in(request, call, found, proof)
        note_sign_in(request, SignInMethod.OIDC)
        set_session(response, session.token, call.kit.public_url, call.kit.session_rules.lifetime)
    else:
        await _linked(call, found, proof, taken.session_digest)
    end_round(response, call.kit.public_url)
    return response


async def _taken(call: Call, provider: Provider, state: str) -> Taken:
    kit = call.kit
    browser = call.request.cookies.get(round_cookie_name(kit.public_url), "")

    def taking(tx: Transaction) -> Taken | None:
        return take_round(tx, kit.digests, kit.federation.sealer, provider, state, browser)

    try:
        taken = await kit.threads.run(lambda: kit.work.perform(taking))
    except Unsealable:
        taken = None
    if taken is None or isinstance(taken, Refused):
        raise refusal(NOT_STARTED)
    return taken


async def _redeemed(
    call: Call, provider: Provider, code: str, taken: Taken, iss: str | None
) -> ProvenIdentity:
    party, back = call.kit.federation.relying_party, redirect_uri(call.kit.public_url, provider.slug)
    try:
        return await call.kit.threads.run_outside(
            lambda: party.redeem(provider, back, code, taken.secrets, iss)
        )
    except ProviderUnavailable as error:
        raise unavailable(provider, error) from error
    except NotProven as error:
        _log.warning("provider %s proved nothing: %s", provider.slug, error)
        raise Problem(RefusalCode.IDENTITY_NOT_PROVEN) from error
    except AssuranceTooLow as error:
        raise Problem(RefusalCode.ASSURANCE_TOO_LOW, {"accepted": provider.acr_accepted}) from error


async def _signed_in(request: Request, call: Call, provider: Provider, proof: ProvenIdentity) -> Session:
    kit = call.kit
    locale, shown = language_of(request).value, shown_token(call)

    def signing_in(tx: Transaction) -> Session | Refused:
        return sign_in_with(
            tx, kit.digests, kit.federation.sealer, provider, proof, locale, kit.session_rules, shown
        )

    session: Session | Refused = await kit.threads.run(lambda: kit.work.perform(signing_in))
    if isinstance(session, Refused):
        raise refusal(session)
    return session


async def _linked(call: Call, provider: Provider, proof: ProvenIdentity, digest: bytes) -> None:
    kit, shown = call.kit, shown_token(call)
    present = None if shown is None else kit.digests.token(shown)

    def linking(tx: Transaction) -> Identity | Refused:
        return link_identity(tx, kit.digests, provider, proof, digest, present)

    linked = await kit.threads.run(lambda: kit.work.perform(linking))
    if isinstance(linked, Refused):
        raise refusal(linked)


@router.post(
    "/auth/logout",
    operation_id="sign_out_everywhere",
    summary="End the session here and at the provider",
    **declare(Access.PERSON, answer=SignedOut, writes=True, takes_body=False),
)
async def post_logout(call: CallDep) -> Response:
    """Ends the session like `sign_out`, and says where the browser ends that at the provider.

    The address is the provider's (OpenID Connect RP-Initiated Logout 1.0) and names the person by
    the ID token: send the browser there at once, and keep it nowhere.
    """
    kit = call.kit
    token = call.token() or ""
    url = await logout_url(call, token)
    response = await call.perform(
        lambda tx, _: close_session(tx, kit.digests, token), lambda _: Answer({"url": url})
    )
    forget_cookie(response, kit.public_url)
    return response


async def logout_url(call: Call, token: str) -> str | None:
    """Where the browser ends the session at the provider that opened this one; None where there is none."""
    kit, federation = call.kit, call.kit.federation
    digest = kit.digests.token(token)
    kept = await call.read_as(lambda snapshot, _: snapshot.provider_session(digest))
    if kept is None:
        return None
    try:
        provider = await provider_of(call, kept.provider)
        id_token = unseal_id_token(federation.sealer, kept, provider)
    except (Problem, Unsealable):
        return None  # the provider is gone or another one, or the key is; the session here ends all the same
    back, state = after_logout(kit.public_url), federation.ids.token()
    return await kit.threads.run_outside(
        lambda: federation.relying_party.logout_url(provider, id_token, back, state)
    )
