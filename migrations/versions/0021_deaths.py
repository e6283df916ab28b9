"""How many workers died under a job.

Revision: 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward. Nobody knows of how many attempts so far the worker died: they count as others do."""
    comment = "attempts of which nobody said how they ended"
    op.add_column(
        "jobs",
        sa.Column("deaths", sa.SmallInteger(), nullable=False, server_default=sa.text("0"), comment=comment),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("jobs", "deaths")
