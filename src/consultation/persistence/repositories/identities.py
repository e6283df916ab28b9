"""Identities, identity providers of organisations, and sign-ins under way."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select, update

from consultation.application.ports import (
    Account,
    Identity,
    Provider,
    ProviderSession,
    Round,
    StoredProvider,
)
from consultation.persistence.repositories.people import ACCOUNT_COLUMNS, BY_SESSION, account_of
from consultation.persistence.tables import (
    identities,
    identity_providers,
    organisations,
    people,
    provider_sessions,
    sign_in_rounds,
)
from consultation.persistence.types import AnyRow

OF_PERSON = select(identities).order_by(identities.c.linked_at, identities.c.issuer, identities.c.subject)
PROVIDERS = select(identity_providers, organisations.c.slug.label("organisation")).join(
    organisations, organisations.c.key == identity_providers.c.organisation_key
)


def identity_of(row: AnyRow) -> Identity:
    """The identity of a row of its table."""
    return Identity(row.issuer, row.subject, row.provider, row.assurance, row.linked_at, row.used_at)


def provider_of(row: AnyRow) -> StoredProvider:
    """The provider of a row of PROVIDERS."""
    provider = Provider(
        slug=row.slug,
        name=row.name,
        issuer=row.issuer,
        client_id=row.client_id,
        client_secret="",  # nosec B106 - read without it
        auth_method=row.auth_method,
        scopes=tuple(row.scopes),
        acr_values=tuple(row.acr_values),
        acr_accepted=tuple(row.acr_accepted),
        organisation=row.organisation,
    )
    return StoredProvider(provider, row.sealed_secret)


def serving(
    connection: Connection, issuers: Collection[str], besides: Collection[str]
) -> list[StoredProvider]:
    """The providers of organisations that have some issuers, those with some slugs left out."""
    issuer, slug = identity_providers.c.issuer, identity_providers.c.slug
    rows = connection.execute(PROVIDERS.where(issuer.in_(issuers), slug.not_in(besides)))
    return [provider_of(row) for row in rows]


class SqlIdentities:
    """The identities port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, issuer: str, subject: str) -> Account | None:
        """The person with this identity."""
        row = self._connection.execute(
            select(*ACCOUNT_COLUMNS)
            .join(identities, identities.c.person_key == people.c.key)
            .where(identities.c.issuer == issuer, identities.c.subject == subject)
        ).one_or_none()
        return None if row is None else account_of(row)

    def add(self, identity: Identity, person_key: int) -> None:
        """Insert an identity."""
        self._connection.execute(
            insert(identities).values(
                issuer=identity.issuer,
                subject=identity.subject,
                person_key=person_key,
                provider=identity.provider,
                assurance=identity.assurance,
                linked_at=identity.linked_at,
                used_at=identity.used_at,
            )
        )

    def use(self, identity: Identity) -> None:
        """Note a sign-in with an identity that is there."""
        self._connection.execute(
            update(identities)
            .where(identities.c.issuer == identity.issuer, identities.c.subject == identity.subject)
            .values(provider=identity.provider, assurance=identity.assurance, used_at=identity.used_at)
        )

    def lock_all(self, person_key: int) -> list[Identity]:
        """A person's identities, locked, oldest first."""
        rows = self._connection.execute(
            OF_PERSON.where(identities.c.person_key == person_key).with_for_update()
        )
        return [identity_of(row) for row in rows]

    def remove(self, identity: Identity) -> None:
        """Delete an identity."""
        self._connection.execute(
            delete(identities).where(
                identities.c.issuer == identity.issuer, identities.c.subject == identity.subject
            )
        )

    def serving(self, issuers: Collection[str], besides: Collection[str]) -> list[StoredProvider]:
        """The providers of organisations that have some issuers."""
        return serving(self._connection, issuers, besides)

    def begin_round(self, state_digest: bytes, begun: Round) -> None:
        """Insert a round."""
        self._connection.execute(
            insert(sign_in_rounds).values(
                state_digest=state_digest,
                browser_digest=begun.browser_digest,
                provider=begun.provider,
                issuer=begun.issuer,
                sealed_secrets=begun.sealed_secrets,
                return_to=begun.return_to,
                session_digest=begun.session_digest,
                expires_at=begun.expires_at,
            )
        )

    def take_round(self, state_digest: bytes) -> Round | None:
        """Delete a round and return it."""
        row = self._connection.execute(
            delete(sign_in_rounds)
            .where(sign_in_rounds.c.state_digest == state_digest)
            .returning(sign_in_rounds)
        ).one_or_none()
        if row is None:
            return None
        return Round(
            browser_digest=row.browser_digest,
            provider=row.provider,
            issuer=row.issuer,
            sealed_secrets=row.sealed_secrets,
            return_to=row.return_to,
            session_digest=row.session_digest,
            expires_at=row.expires_at,
        )

    def linking(self, session_digest: bytes, now: datetime) -> Account | None:
        """Whose valid session this is."""
        row = self._connection.execute(BY_SESSION, {"digest": session_digest, "now": now}).one_or_none()
        return None if row is None else account_of(row)

    def forget_rounds(self, until: datetime) -> int:
        """Delete the rounds that ended by an instant; how many."""
        return self._connection.execute(
            delete(sign_in_rounds).where(sign_in_rounds.c.expires_at <= until)
        ).rowcount

    def keep_provider_session(self, token_digest: bytes, kept: ProviderSession) -> None:
        """Insert what signing out at the provider needs."""
        self._connection.execute(
            insert(provider_sessions).values(
                token_digest=token_digest, provider=kept.provider, sealed_id_token=kept.sealed_id_token
            )
        )

    def provider_taken(self, slug: str) -> bool:
        """Does an organisation's provider bear this slug?"""
        found = select(exists().where(identity_providers.c.slug == slug))
        return bool(self._connection.execute(found).scalar_one())

    def add_provider(self, organisation_key: int, stored: StoredProvider, now: datetime) -> None:
        """Insert a provider of an organisation."""
        provider = stored.provider
        self._connection.execute(
            insert(identity_providers).values(
                slug=provider.slug,
                organisation_key=organisation_key,
                name=provider.name,
                issuer=provider.issuer,
                client_id=provider.client_id,
                sealed_secret=stored.sealed_secret,
                auth_method=provider.auth_method,
                scopes=list(provider.scopes),
                acr_values=list(provider.acr_values),
                acr_accepted=list(provider.acr_accepted),
                created_at=now,
            )
        )

    def remove_provider(self, organisation_key: int, slug: str) -> bool:
        """Delete a provider of an organisation; was there one?"""
        result = self._connection.execute(
            delete(identity_providers).where(
                identity_providers.c.organisation_key == organisation_key, identity_providers.c.slug == slug
            )
        )
        return result.rowcount > 0
