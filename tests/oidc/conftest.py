"""The relying party, against a provider that runs on a socket."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from consultation.application.ports import ProvenIdentity, Provider, RoundSecrets
from consultation.oidc import OpenIdConnect
from consultation.outgoing import Outgoing
from tests.builders import StepClock
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, Issuer, identity_server

BACK = "https://consultation.example/callback"
SECRETS = RoundSecrets("a-nonce-of-ours", "a-verifier-of-ours-that-is-long-enough-for-the-standard")


@pytest.fixture
def issuer() -> Issuer:
    """A provider of this test alone."""
    return identity_server().issuer()


@pytest.fixture
def party(clock: StepClock) -> OpenIdConnect:
    """The relying party, which may reach the provider on loopback."""
    outgoing = Outgoing(frozenset({identity_server().host}), plain_http=True, seconds=60)
    return OpenIdConnect(outgoing, clock)


@pytest.fixture
def provider(issuer: Issuer) -> Provider:
    """The provider as configured."""
    return Provider("fournisseur", "Fournisseur", issuer.url, CLIENT_ID, CLIENT_SECRET)


Redeem = Callable[..., ProvenIdentity]


@pytest.fixture
def redeem(issuer: Issuer, party: OpenIdConnect, provider: Provider) -> Redeem:
    """A whole round, with whatever a test changes of the provider or of what comes back."""

    def round_trip(
        secrets: RoundSecrets = SECRETS, code: str | None = None, iss: str | None = None, **changes: Any
    ) -> ProvenIdentity:
        changed = replace(provider, **changes)
        url = party.authorization_url(changed, BACK, "a-state", SECRETS)
        back = issuer.authorize(url)
        came = parse_qs(urlsplit(back).query)["code"][0]
        return party.redeem(changed, BACK, code or came, secrets, iss)

    return round_trip
