"""Identities that providers vouch for, the providers themselves, and sign-ins under way."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from consultation.application.ports.people import Account


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider as this service is registered there (OpenID Connect Core 1.0).

    `organisation` is the slug of the organisation whose it is, None for one of the whole
    instance. `acr_accepted` are the levels that are enough, empty for any.
    """

    slug: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    auth_method: str = "client_secret_basic"
    scopes: tuple[str, ...] = ("openid",)
    acr_values: tuple[str, ...] = ()
    acr_accepted: tuple[str, ...] = ()
    organisation: str | None = None
    algorithms: tuple[str, ...] = ("ES256", "RS256", "PS256")
    parameters: tuple[tuple[str, str], ...] = ()
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class StoredProvider:
    """A provider of an organisation as it is kept: without its secret, which is sealed."""

    provider: Provider
    sealed_secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to an issuer. The pair of issuer and subject is never given twice."""

    issuer: str
    subject: str
    provider: str
    assurance: str | None
    linked_at: datetime
    used_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """A sign-in under way at a provider; `session_digest` is that of the session that links."""

    browser_digest: bytes
    provider: str
    issuer: str
    sealed_secrets: bytes = field(repr=False)
    return_to: str
    session_digest: bytes | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """What is kept to sign out at the provider too."""

    provider: str
    sealed_id_token: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProvenIdentity:
    """What a provider proved: who somebody is there, and at which level."""

    issuer: str
    subject: str
    assurance: str | None
    id_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RoundSecrets:
    """What only this service and the provider may know of a round; each 256 random bits."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class ProviderUnavailable(Exception):
    """The provider does not answer as it should; the text holds nothing that it said."""


class NotProven(Exception):
    """The provider's answer does not prove an identity; the text says which check failed."""


class AssuranceTooLow(Exception):
    """The identity is proven, but at a level that is not enough."""

    def __init__(self, received: str | None) -> None:
        super().__init__("the level is not among those that are enough")
        self.received = received


class RelyingParty(Protocol):
    """Talks to identity providers. Its calls wait for the network, never within a transaction."""

    def check(self, provider: Provider) -> None:
        """Does the issuer describe itself? Raises ProviderUnavailable."""

    def authorization_url(
        self, provider: Provider, redirect_uri: str, state: str, secrets: RoundSecrets
    ) -> str:
        """Where to send the browser. Raises ProviderUnavailable."""

    def redeem(
        self,
        provider: Provider,
        redirect_uri: str,
        code: str,
        secrets: RoundSecrets,
        answered_by: str | None,
    ) -> ProvenIdentity:
        """Exchange a code for the proof of an identity.

        `answered_by` is the issuer that the answer names (RFC 9207). Raises
        ProviderUnavailable, NotProven, AssuranceTooLow.
        """

    def logout_url(self, provider: Provider, id_token: str, return_to: str, state: str) -> str | None:
        """Where to send the browser to sign out there; None where that cannot be done."""


class Sealer(Protocol):
    """Encrypts what is kept but must not be read in the database."""

    def seal(self, purpose: str, text: str) -> bytes:
        """The text, encrypted and authenticated for one purpose."""

    def unseal(self, purpose: str, sealed: bytes) -> str:
        """The text again. Raises Unsealable."""


class Unsealable(Exception):
    """It was sealed under another key or for another purpose, or was changed."""


class Identities(Protocol):
    """Identities, providers of organisations, and rounds, within a transaction."""

    def find(self, issuer: str, subject: str) -> Account | None:
        """The person with this identity."""

    def add(self, identity: Identity, person_key: int) -> None:
        """Insert an identity."""

    def use(self, identity: Identity) -> None:
        """Note a sign-in with an identity that is there: provider, level and instant."""

    def lock_all(self, person_key: int) -> list[Identity]:
        """A person's identities, locked until the transaction ends, oldest first."""

    def remove(self, identity: Identity) -> None:
        """Delete an identity."""

    def serving(self, issuers: Collection[str], besides: Collection[str]) -> list[StoredProvider]:
        """The providers of organisations that have some issuers now, those with some slugs left out."""

    def begin_round(self, state_digest: bytes, begun: Round) -> None:
        """Insert a round."""

    def take_round(self, state_digest: bytes) -> Round | None:
        """Delete a round and return it: whoever asks second finds none."""

    def linking(self, session_digest: bytes, now: datetime) -> Account | None:
        """Whose valid session this is."""

    def forget_rounds(self, until: datetime) -> int:
        """Delete the rounds that ended by an instant; how many."""

    def keep_provider_session(self, token_digest: bytes, kept: ProviderSession) -> None:
        """Insert what signing out at the provider needs, beside a session."""

    def provider_taken(self, slug: str) -> bool:
        """Does an organisation's provider bear this slug?"""

    def add_provider(self, organisation_key: int, stored: StoredProvider, now: datetime) -> None:
        """Insert a provider of an organisation."""

    def remove_provider(self, organisation_key: int, slug: str) -> bool:
        """Delete a provider of an organisation; was there one?"""


class IdentityReads(Protocol):
    """What a snapshot reads of identities and providers."""

    def stored_provider(self, slug: str) -> StoredProvider | None:
        """A provider of any organisation."""

    def stored_providers(self, organisation: str) -> list[StoredProvider]:
        """The providers of one organisation, by name; none of an unknown one."""

    def identities(self, person_key: int) -> list[tuple[Identity, str | None]]:
        """A person's identities, oldest first, each with the name of an organisation's provider."""

    def serving(self, issuers: Collection[str], besides: Collection[str]) -> list[StoredProvider]:
        """The providers of organisations that have some issuers now, those with some slugs left out."""

    def provider_session(self, token_digest: bytes) -> ProviderSession | None:
        """How a session was opened at a provider; None for one opened otherwise."""
