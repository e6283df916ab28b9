"""Official responses to contributions, and outcomes of debates, among the acts on debates.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BEFORE = "acts on the debate itself: created, changed, published, extended, closed, reopened"
_AFTER = "acts on the debate itself, official responses and outcomes among them"
_RESPONSES = sa.text("number IS NOT NULL")
_OUTCOMES = sa.text("kind = 'outcome_published'")


def upgrade() -> None:
    """Go forward."""
    number = sa.Column(
        "number", sa.Integer(), nullable=True, comment="of the contribution that a response answers"
    )
    op.add_column("debate_acts", number)
    op.create_index(
        "ix_debate_acts_responses",
        "debate_acts",
        ["debate_key", "number", "sequence"],
        sqlite_where=_RESPONSES,
        postgresql_where=_RESPONSES,
    )
    op.create_index(
        "ix_debate_acts_outcomes",
        "debate_acts",
        ["debate_key", "sequence"],
        sqlite_where=_OUTCOMES,
        postgresql_where=_OUTCOMES,
    )
    if op.get_context().dialect.name == "postgresql":
        op.create_table_comment("debate_acts", _AFTER, existing_comment=_BEFORE)


def downgrade() -> None:
    """Go back. What was said officially goes: the release before does not know it."""
    op.execute("DELETE FROM debate_acts WHERE kind IN ('response_published', 'outcome_published')")
    op.drop_index("ix_debate_acts_outcomes", "debate_acts")
    op.drop_index("ix_debate_acts_responses", "debate_acts")
    op.drop_column("debate_acts", "number")
    if op.get_context().dialect.name == "postgresql":
        op.create_table_comment("debate_acts", _BEFORE, existing_comment=_AFTER)
