"""Identities: providers, what they say of people, sign-ins under way.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from consultation.persistence.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_DIGEST = sa.LargeBinary(length=32)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "identities",
        sa.Column(
            "issuer",
            sa.String(length=255),
            nullable=False,
            comment="who vouches: the provider's issuer identifier",
        ),
        sa.Column(
            "subject",
            sa.String(length=255),
            nullable=False,
            comment="personal: the issuer's name for the person",
        ),
        sa.Column("person_key", _KEY, nullable=False, comment="personal: whose"),
        sa.Column(
            "provider", sa.String(length=80), nullable=False, comment="slug of the provider it came through"
        ),
        sa.Column(
            "assurance",
            sa.String(length=255),
            nullable=True,
            comment="personal: level (acr) of the last sign-in",
        ),
        sa.Column("linked_at", Instant(), nullable=False, comment="personal: since when"),
        sa.Column("used_at", Instant(), nullable=False, comment="personal: last sign-in with it"),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_identities_person_key")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
        comment="identities of people: the pair of issuer and subject (OpenID Connect Core 1.0, section 2)",
    )
    op.create_index(op.f("ix_identities_person_key"), "identities", ["person_key"])
    op.create_table(
        "identity_providers",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("slug", sa.String(length=80), nullable=False, comment="in addresses"),
        sa.Column("organisation_key", _KEY, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False, comment="as people know it"),
        sa.Column("issuer", sa.String(length=255), nullable=False, comment="issuer identifier"),
        sa.Column(
            "client_id",
            sa.String(length=255),
            nullable=False,
            comment="what the provider calls this service",
        ),
        sa.Column(
            "sealed_secret",
            sa.LargeBinary(),
            nullable=False,
            comment="client secret, encrypted under SECRET_KEY",
        ),
        sa.Column(
            "auth_method",
            sa.String(length=30),
            nullable=False,
            comment="how the secret is shown to the provider",
        ),
        sa.Column("scopes", _JSON, nullable=False, comment="what is asked for, in order"),
        sa.Column(
            "acr_values", _JSON, nullable=False, comment="levels that are asked for, in order of preference"
        ),
        sa.Column("acr_accepted", _JSON, nullable=False, comment="levels that are enough; empty for any"),
        sa.Column("created_at", Instant(), nullable=False, comment="when it was added"),
        sa.CheckConstraint(
            "auth_method IN ('client_secret_basic', 'client_secret_post')",
            name=op.f("ck_identity_providers_auth_method"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_key"],
            ["organisations.key"],
            name=op.f("fk_identity_providers_organisation_key"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_identity_providers")),
        sa.UniqueConstraint("slug", name=op.f("uq_identity_providers_slug")),
        comment="identity providers of organisations; those of the whole instance are settings",
    )
    op.create_index(
        op.f("ix_identity_providers_organisation_key"), "identity_providers", ["organisation_key"]
    )
    op.create_table(
        "sign_in_rounds",
        sa.Column("state_digest", _DIGEST, nullable=False, comment="SHA-256 of the state parameter"),
        sa.Column(
            "browser_digest",
            _DIGEST,
            nullable=False,
            comment="SHA-256 of the cookie that binds the browser",
        ),
        sa.Column(
            "provider", sa.String(length=80), nullable=False, comment="slug of the provider it went to"
        ),
        sa.Column(
            "issuer",
            sa.String(length=255),
            nullable=False,
            comment="that provider's issuer when it began",
        ),
        sa.Column(
            "sealed_secrets",
            sa.LargeBinary(),
            nullable=False,
            comment="nonce and code verifier, encrypted",
        ),
        sa.Column("return_to", sa.String(length=2000), nullable=False, comment="path to go to at the end"),
        sa.Column(
            "session_digest",
            _DIGEST,
            nullable=True,
            comment="personal: session that links an identity; null to sign in",
        ),
        sa.Column("expires_at", Instant(), nullable=False, comment="end of validity"),
        sa.ForeignKeyConstraint(
            ["session_digest"],
            ["sessions.token_digest"],
            name=op.f("fk_sign_in_rounds_session_digest"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("state_digest", name=op.f("pk_sign_in_rounds")),
        comment="sign-ins under way at a provider: used once, kept for ten minutes",
    )
    op.create_index(op.f("ix_sign_in_rounds_expires_at"), "sign_in_rounds", ["expires_at"])
    op.create_index(op.f("ix_sign_in_rounds_session_digest"), "sign_in_rounds", ["session_digest"])
    op.create_table(
        "provider_sessions",
        sa.Column(
            "token_digest",
            _DIGEST,
            nullable=False,
            comment="personal: the session here that was opened with it",
        ),
        sa.Column("provider", sa.String(length=80), nullable=False, comment="slug of the provider"),
        sa.Column(
            "sealed_id_token", sa.LargeBinary(), nullable=False, comment="personal: ID token, encrypted"
        ),
        sa.ForeignKeyConstraint(
            ["token_digest"],
            ["sessions.token_digest"],
            name=op.f("fk_provider_sessions_token_digest"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_provider_sessions")),
        comment="what is needed to sign out at the provider too; goes with the session",
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("provider_sessions")
    op.drop_index(op.f("ix_sign_in_rounds_session_digest"), table_name="sign_in_rounds")
    op.drop_index(op.f("ix_sign_in_rounds_expires_at"), table_name="sign_in_rounds")
    op.drop_table("sign_in_rounds")
    op.drop_index(op.f("ix_identity_providers_organisation_key"), table_name="identity_providers")
    op.drop_table("identity_providers")
    op.drop_index(op.f("ix_identities_person_key"), table_name="identities")
    op.drop_table("identities")
