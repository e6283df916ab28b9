"""Members: invitations and administrators of the platform.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from consultation.persistence.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "organisations",
        sa.Column(
            "revision",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="how often it was changed; part of its debates' entity tags",
        ),
    )
    op.create_table(
        "invitations",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"),
        sa.Column("organisation_key", _KEY, nullable=False),
        sa.Column(
            "email",
            sa.String(length=320),
            nullable=True,
            comment="personal: address it went to; null once accepted",
        ),
        sa.Column(
            "role",
            sa.String(length=20),
            nullable=False,
            comment="offered: moderator, organiser, administrator",
        ),
        sa.Column(
            "token_digest", sa.LargeBinary(length=32), nullable=True, comment="SHA-256; null once accepted"
        ),
        sa.Column("inviter_key", _KEY, nullable=True, comment="personal: who invited"),
        sa.Column("invited_at", Instant(), nullable=False, comment="when"),
        sa.Column("expires_at", Instant(), nullable=False, comment="end of validity"),
        sa.Column("accepter_key", _KEY, nullable=True, comment="personal: who accepted"),
        sa.Column("accepted_at", Instant(), nullable=True, comment="personal: when; null while pending"),
        sa.CheckConstraint(
            "role IN ('moderator', 'organiser', 'administrator')", name=op.f("ck_invitations_role")
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (email IS NOT NULL)", name=op.f("ck_invitations_address")
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (token_digest IS NOT NULL)", name=op.f("ck_invitations_token")
        ),
        sa.CheckConstraint(
            "accepter_key IS NULL OR accepted_at IS NOT NULL", name=op.f("ck_invitations_accepter")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_key"], ["organisations.key"], name=op.f("fk_invitations_organisation_key")
        ),
        sa.ForeignKeyConstraint(["inviter_key"], ["people.key"], name=op.f("fk_invitations_inviter_key")),
        sa.ForeignKeyConstraint(["accepter_key"], ["people.key"], name=op.f("fk_invitations_accepter_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_invitations")),
        sa.UniqueConstraint("uid", name=op.f("uq_invitations_uid")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitations_token_digest")),
        sa.UniqueConstraint("organisation_key", "email", name=op.f("uq_invitations_organisation_key_email")),
        comment="roles offered by e-mail; the address stays until the invitation is accepted or expires",
    )
    op.create_table(
        "platform_administrators",
        sa.Column("person_key", _KEY, nullable=False, comment="personal: who"),
        sa.Column("named_at", Instant(), nullable=False, comment="since when"),
        sa.ForeignKeyConstraint(
            ["person_key"], ["people.key"], name=op.f("fk_platform_administrators_person_key")
        ),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_platform_administrators")),
        comment="people who may set up organisations",
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("platform_administrators")
    op.drop_table("invitations")
    op.drop_column("organisations", "revision")
