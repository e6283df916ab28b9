"""How far followers were told of a close, and what each case was reported for.

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


_BITS = {"charter": 1, "illegal": 2, "personal_data": 4, "spam": 8, "off_topic": 16}


def upgrade() -> None:
    """Go forward."""
    comment = "how far in the order of followers; null: to the end"
    op.add_column("closing_notices", sa.Column("place", _KEY, nullable=True, comment=comment))

    comment = "of its reports, as bits"
    op.add_column(
        "cases",
        sa.Column("grounds", sa.SmallInteger(), nullable=False, server_default=sa.text("0"), comment=comment),
    )
    for ground, bit in _BITS.items():
        op.execute(
            f"UPDATE cases SET grounds = grounds + {bit} WHERE EXISTS "  # noqa: S608 - words of this file
            f"(SELECT 1 FROM reports WHERE reports.case_key = cases.key AND reports.ground = '{ground}')"
        )
        reported = sa.text(f"(grounds & {bit}) <> 0")
        op.create_index(
            f"ix_cases_{ground}", "cases", ["uid"], sqlite_where=reported, postgresql_where=reported
        )


def downgrade() -> None:
    """Go back."""
    for ground in _BITS:
        op.drop_index(f"ix_cases_{ground}", table_name="cases")
    op.drop_column("cases", "grounds")
    op.drop_column("closing_notices", "place")
