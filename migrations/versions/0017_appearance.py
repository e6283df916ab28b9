"""The accent colour of an organisation.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    accent = sa.Column(
        "accent", sa.String(length=7), nullable=True, comment="colour of its pages, #rrggbb; null for ours"
    )
    op.add_column("organisations", accent)


def downgrade() -> None:
    """Go back."""
    op.drop_column("organisations", "accent")
