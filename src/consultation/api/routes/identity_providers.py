"""The identity providers of organisations, for their administrators."""

import logging

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, Call, CallDep, respond
from consultation.api.problems import Problem
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import NOT_FOUND, OrganisationSlug
from consultation.api.routes.providers import after_logout, redirect_uri
from consultation.api.schemas.identities import IdentityProvider, IdentityProviders, NewIdentityProvider
from consultation.api.schemas.types import Slug
from consultation.application.ports import Provider, ProviderUnavailable
from consultation.application.providers import (
    add_provider,
    check_management,
    provider_document,
    read_providers,
    remove_provider,
)
from consultation.application.readers import Document
from consultation.domain.decisions import RefusalCode
from consultation.domain.permissions import Act

router = APIRouter(
    prefix="/organisations/{slug}/identity-providers", tags=["organisations"], route_class=JsonRoute
)
_ACT = Act.MANAGE_IDENTITY_PROVIDERS
_log = logging.getLogger(__name__)


def described(public_url: str, provider: Provider) -> Document:
    """A provider as administrators see it, with the addresses to declare there."""
    return provider_document(provider, redirect_uri(public_url, provider.slug), after_logout(public_url))


def provider_of(payload: NewIdentityProvider, organisation: str) -> Provider:
    """What is to be added to an organisation."""
    return Provider(
        slug=payload.slug,
        name=payload.name.strip() or payload.slug,
        issuer=payload.issuer,
        client_id=payload.client_id,
        client_secret=payload.client_secret,
        auth_method=payload.auth_method,
        scopes=tuple(dict.fromkeys(["openid", *payload.scopes])),
        acr_values=tuple(payload.acr_values),
        acr_accepted=tuple(payload.acr_accepted or payload.acr_values),
        organisation=organisation,
    )


async def check_reachable(call: Call, slug: str, provider: Provider) -> None:
    """See whether the provider is what it says. Raises Problem."""
    # Nobody but an administrator makes this service call an address.
    await call.read_as(lambda snapshot, account: check_management(snapshot, slug, account))
    try:
        await call.kit.threads.run_outside(lambda: call.kit.federation.relying_party.check(provider))
    except ProviderUnavailable as error:
        _log.warning("provider %s was not added: %s", provider.slug, error)
        raise Problem(RefusalCode.ISSUER_UNUSABLE) from error


@router.get(
    "",
    operation_id="list_identity_providers",
    summary="Identity providers of an organisation",
    **declare(Access.STAFF, NOT_FOUND, answer=IdentityProviders, act=_ACT),
)
async def get_identity_providers(call: CallDep, slug: OrganisationSlug) -> Response:
    """With the addresses to declare at each provider; secrets are never shown."""
    found = await call.read_as(lambda snapshot, account: read_providers(snapshot, slug, account))
    items = [described(call.kit.public_url, provider) for provider in found]
    return respond(Answer({"items": items, "next_cursor": None}))


@router.post(
    "",
    operation_id="add_identity_provider",
    summary="Add an identity provider",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.SLUG_TAKEN,
        RefusalCode.ISSUER_UNUSABLE,
        answer=IdentityProvider,
        act=_ACT,
        status=201,
        writes=True,
    ),
)
async def post_identity_provider(
    call: CallDep, slug: OrganisationSlug, payload: NewIdentityProvider
) -> Response:
    """The provider's own description is read first, so that a wrong address is found at once.

    It must be at a public address, with TLS.
    """
    provider = provider_of(payload, slug)
    await check_reachable(call, slug, provider)
    return await call.perform(
        lambda tx, account: add_provider(tx, call.kit.federation.providers, slug, account, provider),
        lambda added: Answer(described(call.kit.public_url, added), 201),
    )


@router.delete(
    "/{provider}",
    operation_id="remove_identity_provider",
    summary="Take an identity provider away",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.PROVIDER_NOT_FOUND,
        answer=None,
        act=_ACT,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def delete_identity_provider(call: CallDep, slug: OrganisationSlug, provider: Slug) -> Response:
    """Nobody signs in there any more. Whoever has no other way in keeps the account, and cannot reach it."""
    return await call.perform(
        lambda tx, account: remove_provider(tx, slug, account, provider), lambda _: Answer(None, 204)
    )
