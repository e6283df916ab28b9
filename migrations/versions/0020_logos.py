"""Logos of organisations.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go forward."""
    comment = "its logo: digest, width, height, alt, lang; null for none"
    op.add_column("organisations", sa.Column("logo", _JSON, nullable=True, comment=comment))
    op.create_table(
        "logos",
        sa.Column("organisation_key", _KEY, nullable=False, comment="whose"),
        sa.Column(
            "digest",
            sa.LargeBinary(length=32),
            nullable=False,
            comment="SHA-256 of the file, by which it is addressed",
        ),
        sa.Column(
            "media_type",
            sa.String(length=10),
            nullable=False,
            comment="image/png, image/jpeg or image/webp",
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="the file, without metadata"),
        sa.CheckConstraint(
            "media_type IN ('image/png', 'image/jpeg', 'image/webp')", name=op.f("ck_logos_media_type")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_key"], ["organisations.key"], name=op.f("fk_logos_organisation_key")
        ),
        sa.PrimaryKeyConstraint("organisation_key", name=op.f("pk_logos")),
        comment="the files of organisations' logos, which pages ask for apart",
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("logos")
    op.drop_column("organisations", "logo")
