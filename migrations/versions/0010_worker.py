"""The worker: how far journals are planned, and the jobs that follow.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from consultation.persistence.types import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "journal_positions",
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="last entry that was planned"),
        sa.ForeignKeyConstraint(
            ["debate_key"], ["debates.key"], name=op.f("fk_journal_positions_debate_key")
        ),
        sa.PrimaryKeyConstraint("debate_key", name=op.f("pk_journal_positions")),
        comment="how far the worker has read each journal",
    )
    op.create_table(
        "worker_instants",
        sa.Column("name", sa.String(length=20), nullable=False, comment="of what falls due; one row: due"),
        sa.Column("at", Instant(), nullable=False, comment="planned up to here"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_instants")),
        comment="up to when things that fall due are planned",
    )
    op.create_table(
        "jobs",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="the same over all attempts, UUIDv7"),
        sa.Column("kind", sa.String(length=30), nullable=False, comment="which handler carries it out"),
        sa.Column("lane", sa.String(length=60), nullable=False, comment="jobs of one hold up no other"),
        sa.Column("debate_key", _KEY, nullable=True, comment="whose journal it follows"),
        sa.Column("sequence", sa.BigInteger(), nullable=True, comment="entry it follows from"),
        sa.Column(
            "payload", _JSON, nullable=False, comment="what it is about: keys and ids, no text or address"
        ),
        sa.Column("created_at", Instant(), nullable=False, comment="when planned"),
        sa.Column("due_at", Instant(), nullable=False, comment="not before"),
        sa.Column("attempts", sa.SmallInteger(), nullable=False, comment="begun so far"),
        sa.Column("claimed_until", Instant(), nullable=True, comment="a worker has it until then"),
        sa.Column("state", sa.String(length=4), nullable=False, comment="due, or dead when given up"),
        sa.Column("error", sa.String(length=200), nullable=True, comment="kind of the last failure"),
        sa.CheckConstraint("state IN ('due', 'dead')", name=op.f("ck_jobs_state")),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_jobs_debate_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_jobs")),
        sa.UniqueConstraint("uid", name=op.f("uq_jobs_uid")),
        comment="what is left to do outside the service; done jobs are deleted",
    )
    op.create_index(op.f("ix_jobs_state_due_at"), "jobs", ["state", "due_at"])
    op.create_index(op.f("ix_jobs_debate_key"), "jobs", ["debate_key"])
    # What happened before there was a worker is not announced now.
    op.execute("INSERT INTO journal_positions SELECT key, journal_length FROM debates")


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_jobs_debate_key"), table_name="jobs")
    op.drop_index(op.f("ix_jobs_state_due_at"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_table("worker_instants")
    op.drop_table("journal_positions")
