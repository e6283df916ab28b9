"""By what people are known besides their e-mail address, and who vouches for it."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from consultation.persistence.tables.base import Json, Key, key_column, metadata
from consultation.persistence.types import Digest, Instant

identities = Table(
    "identities",
    metadata,
    Column("issuer", String(255), nullable=False, comment="who vouches: the provider's issuer identifier"),
    Column("subject", String(255), nullable=False, comment="personal: the issuer's name for the person"),
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: whose"),
    Column("provider", String(80), nullable=False, comment="slug of the provider it came through"),
    Column("assurance", String(255), nullable=True, comment="personal: level (acr) of the last sign-in"),
    Column("linked_at", Instant, nullable=False, comment="personal: since when"),
    Column("used_at", Instant, nullable=False, comment="personal: last sign-in with it"),
    PrimaryKeyConstraint("issuer", "subject"),
    Index(None, "person_key"),
    comment="identities of people: the pair of issuer and subject (OpenID Connect Core 1.0, section 2)",
)

identity_providers = Table(
    "identity_providers",
    metadata,
    key_column(),
    Column("slug", String(80), nullable=False, unique=True, comment="in addresses"),
    Column("organisation_key", Key, ForeignKey("organisations.key"), nullable=False),
    Column("name", String(200), nullable=False, comment="as people know it"),
    Column("issuer", String(255), nullable=False, comment="issuer identifier"),
    Column("client_id", String(255), nullable=False, comment="what the provider calls this service"),
    Column("sealed_secret", LargeBinary, nullable=False, comment="client secret, encrypted under SECRET_KEY"),
    Column("auth_method", String(30), nullable=False, comment="how the secret is shown to the provider"),
    Column("scopes", Json, nullable=False, comment="what is asked for, in order"),
    Column("acr_values", Json, nullable=False, comment="levels that are asked for, in order of preference"),
    Column("acr_accepted", Json, nullable=False, comment="levels that are enough; empty for any"),
    Column("created_at", Instant, nullable=False, comment="when it was added"),
    CheckConstraint("auth_method IN ('client_secret_basic', 'client_secret_post')", name="auth_method"),
    Index(None, "organisation_key"),
    comment="identity providers of organisations; those of the whole instance are settings",
)

sign_in_rounds = Table(
    "sign_in_rounds",
    metadata,
    Column("state_digest", Digest, primary_key=True, comment="SHA-256 of the state parameter"),
    Column("browser_digest", Digest, nullable=False, comment="SHA-256 of the cookie that binds the browser"),
    Column("provider", String(80), nullable=False, comment="slug of the provider it went to"),
    Column("issuer", String(255), nullable=False, comment="that provider's issuer when it began"),
    Column("sealed_secrets", LargeBinary, nullable=False, comment="nonce and code verifier, encrypted"),
    Column("return_to", String(2000), nullable=False, comment="path to go to at the end"),
    Column(
        "session_digest",
        Digest,
        ForeignKey("sessions.token_digest", ondelete="CASCADE"),
        nullable=True,
        comment="personal: session that links an identity; null to sign in",
    ),
    Column("expires_at", Instant, nullable=False, comment="end of validity"),
    Index(None, "expires_at"),
    Index(None, "session_digest"),
    comment="sign-ins under way at a provider: used once, kept for ten minutes",
)

provider_sessions = Table(
    "provider_sessions",
    metadata,
    Column(
        "token_digest",
        Digest,
        ForeignKey("sessions.token_digest", ondelete="CASCADE"),
        primary_key=True,
        comment="personal: the session here that was opened with it",
    ),
    Column("provider", String(80), nullable=False, comment="slug of the provider"),
    Column("sealed_id_token", LargeBinary, nullable=False, comment="personal: ID token, encrypted"),
    comment="what is needed to sign out at the provider too; goes with the session",
)
