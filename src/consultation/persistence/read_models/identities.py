"""What is read of identities and of identity providers."""

from collections.abc import Collection

from sqlalchemy import and_, bindparam, select

from consultation.application.ports import Identity, ProviderSession, StoredProvider
from consultation.persistence.read_models.base import Reads
from consultation.persistence.repositories.identities import (
    OF_PERSON,
    PROVIDERS,
    identity_of,
    provider_of,
    serving,
)
from consultation.persistence.tables import (
    identities,
    identity_providers,
    organisations,
    provider_sessions,
)

_PROVIDER = PROVIDERS.where(identity_providers.c.slug == bindparam("slug"))
_PROVIDERS = PROVIDERS.where(organisations.c.slug == bindparam("organisation")).order_by(
    identity_providers.c.name, identity_providers.c.slug
)
_IDENTITIES = (
    OF_PERSON.add_columns(identity_providers.c.name.label("provider_name"))
    .outerjoin(
        identity_providers,
        and_(
            identity_providers.c.slug == identities.c.provider,
            identity_providers.c.issuer == identities.c.issuer,
        ),
    )
    .where(identities.c.person_key == bindparam("person_key"))
)
_PROVIDER_SESSION = select(provider_sessions).where(
    provider_sessions.c.token_digest == bindparam("token_digest")
)


class IdentityReads(Reads):
    """Reads of identities and providers."""

    def stored_provider(self, slug: str) -> StoredProvider | None:
        """A provider of any organisation."""
        row = self._connection.execute(_PROVIDER, {"slug": slug}).one_or_none()
        return None if row is None else provider_of(row)

    def stored_providers(self, organisation: str) -> list[StoredProvider]:
        """The providers of one organisation, by name."""
        rows = self._connection.execute(_PROVIDERS, {"organisation": organisation})
        return [provider_of(row) for row in rows]

    def identities(self, person_key: int) -> list[tuple[Identity, str | None]]:
        """A person's identities, oldest first, each with the name of an organisation's provider."""
        rows = self._connection.execute(_IDENTITIES, {"person_key": person_key})
        return [(identity_of(row), row.provider_name) for row in rows]

    def serving(self, issuers: Collection[str], besides: Collection[str]) -> list[StoredProvider]:
        """The providers of organisations that have some issuers."""
        return serving(self._connection, issuers, besides)

    def provider_session(self, token_digest: bytes) -> ProviderSession | None:
        """How a session was opened at a provider."""
        row = self._connection.execute(_PROVIDER_SESSION, {"token_digest": token_digest}).one_or_none()
        return None if row is None else ProviderSession(row.provider, row.sealed_id_token)
