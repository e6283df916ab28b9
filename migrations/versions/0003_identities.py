"""Identities: providers, what they say of people, sign-ins under way.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

from consultation.persistence.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


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


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_identities_person_key"), table_name="identities")
    op.drop_table("identities")
