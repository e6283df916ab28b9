"""Keys of organisations, and the people they act for.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from consultation.persistence.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_DIGEST = sa.LargeBinary(length=32)
_THROUGH_A_KEY = sa.text("access_key IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "access_keys",
        sa.Column(
            "key",
            _KEY,
            sa.Identity(always=False),
            nullable=False,
            comment="internal, never leaves",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7, named in digests"),
        sa.Column("organisation_key", _KEY, nullable=False, comment="whose"),
        sa.Column(
            "name",
            sa.String(length=100),
            nullable=False,
            comment="what it is for, in the words of its makers",
        ),
        sa.Column("scopes", _JSON, nullable=False, comment="what it may do"),
        sa.Column(
            "issuer",
            sa.String(length=255),
            nullable=False,
            comment="issuer of the identities that it acts for",
        ),
        sa.Column("hint", sa.String(length=12), nullable=False, comment="how its secret begins"),
        sa.Column("token_digest", _DIGEST, nullable=False, comment="SHA-256 of its secret"),
        sa.Column("former_digest", _DIGEST, nullable=True, comment="of the secret before"),
        sa.Column("former_until", Instant(), nullable=True, comment="when the secret before stops working"),
        sa.Column("created_at", Instant(), nullable=False, comment="when it was made"),
        sa.Column("expires_at", Instant(), nullable=False, comment="end of validity"),
        sa.Column("rotated_at", Instant(), nullable=True, comment="when it got its present secret"),
        sa.Column("revoked_at", Instant(), nullable=True, comment="when it was revoked"),
        sa.Column("used_at", Instant(), nullable=True, comment="last use, to the minute"),
        sa.CheckConstraint(
            "(former_digest IS NULL) = (former_until IS NULL)", name=op.f("ck_access_keys_former")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_key"], ["organisations.key"], name=op.f("fk_access_keys_organisation_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_access_keys")),
        sa.UniqueConstraint("former_digest", name=op.f("uq_access_keys_former_digest")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_access_keys_token_digest")),
        sa.UniqueConstraint("uid", name=op.f("uq_access_keys_uid")),
        comment="keys with which servers of organisations call; rows stay, for what was done with them",
    )
    op.create_index(op.f("ix_access_keys_organisation_key"), "access_keys", ["organisation_key"])
    op.create_table(
        "key_answers",
        sa.Column("access_key", _KEY, nullable=False, comment="whose"),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False, comment="as the client sent it"),
        sa.Column("fingerprint", _DIGEST, nullable=False, comment="SHA-256 of method, path and body"),
        sa.Column("status", sa.SmallInteger(), nullable=False, comment="status of the first answer"),
        sa.Column("headers", _JSON, nullable=False, comment="headers of the first answer"),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="body of the first answer"),
        sa.Column("created_at", Instant(), nullable=False, comment="kept for 24 hours"),
        sa.ForeignKeyConstraint(["access_key"], ["access_keys.key"], name=op.f("fk_key_answers_access_key")),
        sa.PrimaryKeyConstraint("access_key", "idempotency_key", name=op.f("pk_key_answers")),
        comment="first answers to calls that a server made in its own name",
    )
    op.create_index(op.f("ix_key_answers_created_at"), "key_answers", ["created_at"])
    op.add_column(
        "journal_entries",
        sa.Column(
            "access_key",
            sa.String(length=36),
            nullable=True,
            comment="public id of the key it came through",
        ),
    )
    op.create_index(
        op.f("ix_journal_entries_access_key"),
        "journal_entries",
        ["access_key", "debate_key", "sequence"],
        sqlite_where=_THROUGH_A_KEY,
        postgresql_where=_THROUGH_A_KEY,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_journal_entries_access_key"), table_name="journal_entries")
    op.drop_column("journal_entries", "access_key")
    op.drop_index(op.f("ix_key_answers_created_at"), table_name="key_answers")
    op.drop_table("key_answers")
    op.drop_index(op.f("ix_access_keys_organisation_key"), table_name="access_keys")
    op.drop_table("access_keys")
