"""Own words for reasons, addresses that notices leave for an answer, and the queue in its order.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from consultation.persistence.types import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "organisations",
        sa.Column(
            "reasons",
            _JSON,
            nullable=False,
            server_default="{}",
            comment="its own words for reasons of moderation",
        ),
    )
    op.create_table(
        "notice_contacts",
        sa.Column("report_key", _KEY, nullable=False, comment="of which notice"),
        sa.Column("email", sa.String(length=254), nullable=False, comment="personal: where to answer"),
        sa.Column("locale", sa.String(length=2), nullable=False, comment="personal: language of the answer"),
        sa.Column("created_at", Instant(), nullable=False, comment="when"),
        sa.ForeignKeyConstraint(["report_key"], ["reports.key"], name=op.f("fk_notice_contacts_report_key")),
        sa.PrimaryKeyConstraint("report_key", name=op.f("pk_notice_contacts")),
        comment="addresses of people who sent a notice without an account; deleted after the case",
    )
    op.create_index("ix_cases_state", "cases", ["state", "uid"], unique=False)
    op.create_index(op.f("ix_notice_contacts_email"), "notice_contacts", ["email"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_cases_state", table_name="cases")
    op.drop_table("notice_contacts")
    op.drop_column("organisations", "reasons")
