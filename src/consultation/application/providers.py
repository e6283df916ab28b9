"""Which identity providers there are: those of the instance from its settings, those of organisations."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from consultation.application.ports import (
    Account,
    IdSource,
    Provider,
    RelyingParty,
    Sealer,
    StoredProvider,
    Transaction,
    Unsealable,
)
from consultation.application.readers import Document, Snapshot
from consultation.application.staff import permitted
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.keys import KEY_PROVIDER
from consultation.domain.permissions import Act, check_permission

_PURPOSE: Final = "client secret of "


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers of the instance, in the order of the settings, and the way to the others."""

    instance: Mapping[str, Provider]
    sealer: Sealer

    def find(self, snapshot: Snapshot, slug: str) -> Provider | Refused:
        """The provider with this slug, ready for use. Those of the instance come first.

        Raises Unsealable when its secret was sealed under another key of the service.
        """
        provider = self.instance.get(slug)
        if provider is not None:
            return provider
        stored = snapshot.stored_provider(slug)
        if stored is None:
            return Refused(RefusalCode.PROVIDER_NOT_FOUND)
        return self._opened(stored)

    def works(self, stored: StoredProvider) -> bool:
        """Can one sign in there? Not when its secret was sealed under another key of the service."""
        try:
            self._opened(stored)
        except Unsealable:
            return False
        return True

    def _opened(self, stored: StoredProvider) -> Provider:
        secret = self.sealer.unseal(_PURPOSE + stored.provider.slug, stored.sealed_secret)
        return replace(stored.provider, client_secret=secret)

    def offered(self, snapshot: Snapshot, organisation: str | None) -> list[Provider]:
        """What people may choose from: the instance's, and those of an organisation if one is named.

        One at which nobody can sign in is no choice: its organisation sees it among its own.
        """
        own = [] if organisation is None else snapshot.stored_providers(organisation)
        # A slug that the settings took over is the instance's.
        return [
            *self.instance.values(),
            *(one.provider for one in own if one.provider.slug not in self.instance and self.works(one)),
        ]

    def seal(self, provider: Provider) -> StoredProvider:
        """A provider as it is kept."""
        return StoredProvider(
            replace(provider, client_secret=""),  # nosec B106 - kept without it
            self.sealer.seal(_PURPOSE + provider.slug, provider.client_secret),
        )


@dataclass(frozen=True, slots=True)
class Federation:
    """What signing in at a provider needs besides the database."""

    providers: Providers
    relying_party: RelyingParty
    sealer: Sealer
    ids: IdSource


def check_management(snapshot: Snapshot, slug: str, account: Account) -> int | Refused:
    """The internal key of the organisation, if the account may look after its providers."""
    return permitted(snapshot, slug, account, Act.MANAGE_IDENTITY_PROVIDERS)


def read_providers(snapshot: Snapshot, slug: str, account: Account) -> list[Provider] | Refused:
    """The providers of an organisation, for its administrators."""
    found = check_management(snapshot, slug, account)
    if isinstance(found, Refused):
        return found
    return [stored.provider for stored in snapshot.stored_providers(slug)]


def _administered(tx: Transaction, slug: str, account: Account) -> int | Refused:
    organisation = tx.organisations.lock(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    roles = tx.people.roles(account.key, organisation.key)
    decision = check_permission(Act.MANAGE_IDENTITY_PROVIDERS, Person(account.key, account.name, roles))
    return decision if isinstance(decision, Refused) else organisation.key


def add_provider(
    tx: Transaction, providers: Providers, slug: str, account: Account, provider: Provider
) -> Provider | Refused:
    """Add a provider to an organisation, as an administrator. Slugs are unique in the instance."""
    key = _administered(tx, slug, account)
    if isinstance(key, Refused):
        return key
    if provider.slug in {KEY_PROVIDER, *providers.instance} or tx.identities.provider_taken(provider.slug):
        return Refused(RefusalCode.SLUG_TAKEN, {"slug": provider.slug})
    tx.identities.add_provider(key, providers.seal(provider), tx.now())
    return provider


def remove_provider(tx: Transaction, slug: str, account: Account, provider: str) -> Refused | None:
    """Take a provider away, as an administrator. Identities that it vouched for stay, unused."""
    key = _administered(tx, slug, account)
    if isinstance(key, Refused):
        return key
    if not tx.identities.remove_provider(key, provider):
        return Refused(RefusalCode.PROVIDER_NOT_FOUND)
    return None


def offered_document(provider: Provider, start: str) -> Document:
    """A provider for people to choose; `start` is the address at which signing in begins."""
    return {
        "slug": provider.slug,
        "name": provider.name,
        "organisation": provider.organisation,
        "start_url": start,
    }


def provider_document(provider: Provider, redirect_uri: str, post_logout_redirect_uri: str) -> Document:
    """A provider for the administrators who look after it. Its secret never leaves."""
    return {
        "slug": provider.slug,
        "name": provider.name,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "auth_method": provider.auth_method,
        "scopes": list(provider.scopes),
        "acr_values": list(provider.acr_values),
        "acr_accepted": list(provider.acr_accepted),
        "redirect_uri": redirect_uri,
        "post_logout_redirect_uri": post_logout_redirect_uri,
    }
