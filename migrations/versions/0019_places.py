"""How far followers were told of a close.

Revision: 0019, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    comment = "how far in the order of followers; null: to the end"
    op.add_column("closing_notices", sa.Column("place", _KEY, nullable=True, comment=comment))


def downgrade() -> None:
    """Go back."""
    op.drop_column("closing_notices", "place")
