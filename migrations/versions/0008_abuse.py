"""Rate limits and proofs of work.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

from consultation.persistence.types import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "call_counters",
        sa.Column(
            "subject_digest",
            sa.LargeBinary(length=32),
            nullable=False,
            comment="keyed hash of policy, window and subject",
        ),
        sa.Column("calls", sa.Integer(), nullable=False, comment="calls of all processes"),
        sa.Column("expires_at", Instant(), nullable=False, comment="end of the window after it"),
        sa.CheckConstraint("calls >= 0", name=op.f("ck_call_counters_calls")),
        sa.PrimaryKeyConstraint("subject_digest", name=op.f("pk_call_counters")),
        comment="calls that processes tell each other of; no address, and no hash outlives two windows",
    )
    op.create_index(op.f("ix_call_counters_expires_at"), "call_counters", ["expires_at"])
    op.create_table(
        "used_proofs",
        sa.Column(
            "proof_digest",
            sa.LargeBinary(length=32),
            nullable=False,
            comment="SHA-256 of the challenge's signature",
        ),
        sa.Column("expires_at", Instant(), nullable=False, comment="end of the challenge's validity"),
        sa.PrimaryKeyConstraint("proof_digest", name=op.f("pk_used_proofs")),
        comment="proofs of work that were used, so that each is good once",
    )
    op.create_index(op.f("ix_used_proofs_expires_at"), "used_proofs", ["expires_at"])
    if op.get_bind().dialect.name == "postgresql":
        # Counters of minutes need no write-ahead log, and stay out of its archive that way.
        op.execute("ALTER TABLE call_counters SET UNLOGGED")


def downgrade() -> None:
    """Go back."""
    op.drop_table("used_proofs")
    op.drop_table("call_counters")
