"""Origins that may embed and call, and what is shown of sessions.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

from consultation.persistence.types import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_METHODS = "method IN ('code', 'oidc', 'operator')"


def upgrade() -> None:
    """Go forward. Sessions that are open end: nothing is known of how they came to be."""
    op.create_table(
        "embed_origins",
        sa.Column("key", _KEY, sa.Identity(), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"),
        sa.Column("organisation_key", _KEY, nullable=False, comment="whose list"),
        sa.Column(
            "origin",
            sa.String(length=300),
            nullable=False,
            comment="as browsers send it: scheme://host[:port]",
        ),
        sa.Column("person_key", _KEY, nullable=True, comment="personal: who added it"),
        sa.Column("created_at", Instant(), nullable=False, comment="since when"),
        sa.ForeignKeyConstraint(
            ["organisation_key"], ["organisations.key"], name=op.f("fk_embed_origins_organisation_key")
        ),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_embed_origins_person_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_embed_origins")),
        sa.UniqueConstraint("uid", name=op.f("uq_embed_origins_uid")),
        sa.UniqueConstraint(
            "organisation_key", "origin", name=op.f("uq_embed_origins_organisation_key_origin")
        ),
        comment="origins whose pages may frame an organisation's debates and read its answers",
    )
    op.execute("DELETE FROM sessions")
    with op.batch_alter_table("sessions") as batch:
        batch.add_column(sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"))
        batch.add_column(
            sa.Column(
                "method",
                sa.String(length=20),
                nullable=False,
                comment="how it came to be: code, oidc, operator",
            )
        )
        batch.add_column(
            sa.Column("used_at", Instant(), nullable=False, comment="personal: hour of the last use")
        )
        batch.add_column(
            sa.Column("ends_at", Instant(), nullable=False, comment="end of validity, however it is used")
        )
        batch.alter_column(
            "expires_at",
            existing_type=Instant(),
            existing_nullable=False,
            existing_comment="end of validity",
            comment="end of validity unless it is used before",
        )
        batch.create_unique_constraint(op.f("uq_sessions_uid"), ["uid"])
        batch.create_check_constraint(op.f("ck_sessions_method"), _METHODS)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("sessions") as batch:
        batch.drop_constraint(op.f("ck_sessions_method"), type_="check")
        batch.drop_constraint(op.f("uq_sessions_uid"), type_="unique")
        batch.alter_column(
            "expires_at",
            existing_type=Instant(),
            existing_nullable=False,
            existing_comment="end of validity unless it is used before",
            comment="end of validity",
        )
        batch.drop_column("ends_at")
        batch.drop_column("used_at")
        batch.drop_column("method")
        batch.drop_column("uid")
    op.drop_table("embed_origins")
