"""The desk of an organisation: the identity providers through which people can sign in."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from consultation.api.routes.identity_providers import check_reachable, described, provider_of
from consultation.api.schemas.identities import NewIdentityProvider
from consultation.application.ports import Account
from consultation.application.providers import add_provider, read_providers, remove_provider
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act
from consultation.web.desk import Counter, Desk, carry_out, sent_by, shown_to
from consultation.web.fields import slug_in
from consultation.web.forms import Fault, FormCall, Sent, read_form
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.sending import faulty, gone_to, send

router = APIRouter(
    prefix="/desk/{organisation:organisation}/identity-providers",
    include_in_schema=False,
    route_class=PageRoute,
)

_ACT: Final = Act.MANAGE_IDENTITY_PROVIDERS
_FIELDS: Final = ("name", "slug", "issuer", "client_id", "client_secret", "acr_values")
_LISTS: Final = frozenset({"acr_values"})


def _counter(organisation: str, public_url: str) -> Counter:
    def read(snapshot: Snapshot, account: Account, _: Desk) -> Mapping[str, Any] | Refused:
        found = read_providers(snapshot, organisation, account)
        if isinstance(found, Refused):
            return found
        return {"providers": [described(public_url, one) for one in found]}

    return Counter(organisation, _ACT, "desk/providers.html", read)


@router.get("", **shown_to(_ACT))
async def get_providers(page: PageDep, organisation: str) -> Response:
    """The providers, with the addresses to declare at each."""
    return await _counter(organisation, page.call.kit.public_url).show(page)


@router.post("/new", **sent_by(_ACT, RefusalCode.SLUG_TAKEN, RefusalCode.ISSUER_UNUSABLE))
async def post_provider(page: PageDep, organisation: str) -> Response:
    """Add a provider, once its own description was read."""
    sent, counter = await read_form(page.request), _counter(organisation, page.call.kit.public_url)
    shown = counter.sheet(page, _FIELDS)
    payload = _payload(sent)
    if not isinstance(payload, NewIdentityProvider):
        return await faulty(page, sent, shown, *payload)
    provider = provider_of(payload, organisation)

    async def act(call: FormCall) -> Response:
        await check_reachable(call, organisation, provider)
        return await call.perform(
            lambda tx, account: add_provider(
                tx, call.kit.federation.providers, organisation, account, provider
            ),
            lambda _: gone_to(page, f"/desk/{organisation}/identity-providers"),
            is_secret=True,
        )

    return await send(page, sent, act, shown)


def _payload(sent: Sent) -> NewIdentityProvider | list[Fault]:
    values: dict[str, object] = {name: sent.text(name).strip() for name in _FIELDS}
    for name in _LISTS:
        values[name] = sent.text(name).split()
    try:
        return NewIdentityProvider.model_validate(values)
    except ValidationError as error:
        places = dict.fromkeys(str(one["loc"][0]) for one in error.errors())
        return [Fault(place, key="desk.unfit") for place in places]


@router.post("/remove", **sent_by(_ACT, RefusalCode.PROVIDER_NOT_FOUND))
async def post_remove(page: PageDep, organisation: str) -> Response:
    """Take a provider away: nobody signs in there any more."""
    sent = await read_form(page.request)
    provider = slug_in(sent.text("slug"))
    return await carry_out(
        page,
        _counter(organisation, page.call.kit.public_url),
        sent,
        lambda tx, account: remove_provider(tx, organisation, account, provider),
        f"/desk/{organisation}/identity-providers",
    )
