"""The identities that a person has linked to the account."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.callers import set_round
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.providers import begin, provider_of
from consultation.api.schemas.identities import Identities, LinkBegun, NewIdentity
from consultation.application.identities import (
    ROUND_LIFETIME,
    begin_linking,
    read_identities,
    unlink_identity,
)
from consultation.domain.decisions import RefusalCode

router = APIRouter(prefix="/me/identities", tags=["my account"], route_class=JsonRoute)


@router.get(
    "",
    operation_id="list_my_identities",
    summary="One's own identities",
    **declare(Access.PERSON, answer=Identities),
)
async def get_identities(call: CallDep) -> Response:
    """At which providers one can sign in, besides the code by e-mail."""
    providers = call.kit.federation.providers
    items = await call.read_as(lambda snapshot, account: read_identities(snapshot, providers, account))
    return respond(Answer({"items": items, "next_cursor": None}))


@router.post(
    "",
    operation_id="link_identity",
    summary="Begin to link an identity",
    **declare(
        Access.PERSON,
        RefusalCode.SIGN_IN_AGAIN,
        RefusalCode.PROVIDER_NOT_FOUND,
        TransportCode.PROVIDER_UNAVAILABLE,
        answer=LinkBegun,
        status=201,
        writes=True,
    ),
)
async def post_identity(call: CallDep, payload: NewIdentity) -> Response:
    """Answers with the provider's page, and a cookie: the browser that got it must go there.

    It comes back to `finish_sign_in`. A sign-in within the last fifteen minutes confirms it:
    `sign_in_again` asks for one. An identity that already belongs to somebody else is refused, and
    two accounts are never joined.
    """
    kit = call.kit
    # Nobody who is not signed in makes this service call a provider.
    await call.read_as(lambda _, account: account)
    provider = await provider_of(call, payload.provider)
    url, begun = await begin(call, provider)
    token, seconds = call.token(), int(ROUND_LIFETIME.total_seconds())
    response = await call.perform(
        lambda tx, _: begin_linking(
            tx, kit.digests, kit.federation.sealer, provider, begun, payload.next, token
        ),
        lambda _: Answer({"url": url, "expires_in_seconds": seconds}, 201),
    )
    if "idempotent-replayed" not in response.headers:
        # The cookie is not kept with the answer: a replayed one is of use in the browser that has it.
        set_round(response, begun.browser, kit.public_url)
    return response


@router.delete(
    "/{identity}",
    operation_id="unlink_identity",
    summary="Take an identity away",
    **declare(
        Access.PERSON,
        RefusalCode.SIGN_IN_AGAIN,
        RefusalCode.IDENTITY_NOT_FOUND,
        RefusalCode.LAST_SIGN_IN,
        answer=None,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def delete_identity(call: CallDep, identity: UUID) -> Response:
    """A sign-in within the last fifteen minutes confirms it. The last way that works stays.

    The address of the account is one, and so is another identity that is usable.
    """
    digests, token = call.kit.digests, call.token()
    providers = call.kit.federation.providers
    return await call.perform(
        lambda tx, account: unlink_identity(tx, digests, providers, account, token, identity),
        lambda _: Answer(None, 204),
    )
