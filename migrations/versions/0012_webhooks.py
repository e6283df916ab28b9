"""Webhooks of organisations, their deliveries, and the phases of debates that were told of.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from consultation.persistence.types import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _key() -> sa.Column[int]:
    return sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "webhooks",
        _key(),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"),
        sa.Column("organisation_key", _KEY, nullable=False, comment="whose"),
        sa.Column("url", sa.String(length=500), nullable=False, comment="where to"),
        sa.Column("events", _JSON, nullable=False, comment="which events; an empty list for all"),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False, comment="encrypted: what signs"),
        sa.Column("sealed_former", sa.LargeBinary(), nullable=True, comment="encrypted: what signed before"),
        sa.Column("former_until", Instant(), nullable=True, comment="when the former one stops signing"),
        sa.Column("created_at", Instant(), nullable=False, comment="when it was made"),
        sa.Column("rotated_at", Instant(), nullable=True, comment="when it got its present secret"),
        sa.Column("failing_since", Instant(), nullable=True, comment="first failure after the last success"),
        sa.Column("disabled_at", Instant(), nullable=True, comment="when it was given up"),
        sa.Column("ending", sa.String(length=10), nullable=True, comment="why: gone, or failing"),
        sa.CheckConstraint(
            "(sealed_former IS NULL) = (former_until IS NULL)", name=op.f("ck_webhooks_former")
        ),
        sa.CheckConstraint("(disabled_at IS NULL) = (ending IS NULL)", name=op.f("ck_webhooks_disabled")),
        sa.ForeignKeyConstraint(
            ["organisation_key"], ["organisations.key"], name=op.f("fk_webhooks_organisation_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_webhooks")),
        sa.UniqueConstraint("uid", name=op.f("uq_webhooks_uid")),
        comment="endpoints to which events are sent",
    )
    op.create_index(op.f("ix_webhooks_organisation_key"), "webhooks", ["organisation_key"])
    op.create_table(
        "webhook_deliveries",
        _key(),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="webhook-id, UUIDv7, the same in all attempts"),
        sa.Column("webhook_key", _KEY, nullable=False, comment="where to"),
        sa.Column("event", sa.String(length=30), nullable=False, comment="what happened"),
        sa.Column("at", Instant(), nullable=False, comment="when it happened"),
        sa.Column("debate_key", _KEY, nullable=True, comment="in which debate"),
        sa.Column("sequence", sa.BigInteger(), nullable=True, comment="in which entry of its journal"),
        sa.Column("number", sa.Integer(), nullable=True, comment="to which post"),
        sa.Column("state", sa.String(length=10), nullable=False, comment="pending, delivered, or failed"),
        sa.Column("attempts", sa.SmallInteger(), nullable=False, comment="made so far"),
        sa.Column("attempted_at", Instant(), nullable=True, comment="when the last one was"),
        sa.Column("status", sa.SmallInteger(), nullable=True, comment="what it was answered, if it was"),
        sa.Column("error", sa.String(length=200), nullable=True, comment="kind of the last failure"),
        sa.CheckConstraint(
            "state IN ('pending', 'delivered', 'failed')", name=op.f("ck_webhook_deliveries_state")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_key"], ["webhooks.key"], name=op.f("fk_webhook_deliveries_webhook_key")
        ),
        sa.ForeignKeyConstraint(
            ["debate_key"], ["debates.key"], name=op.f("fk_webhook_deliveries_debate_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("uid", name=op.f("uq_webhook_deliveries_uid")),
        comment="what was sent to endpoints: bodies are not kept; rows go after 30 days",
    )
    op.create_index(
        op.f("ix_webhook_deliveries_webhook_key_uid"), "webhook_deliveries", ["webhook_key", "uid"]
    )
    op.create_index(op.f("ix_webhook_deliveries_at"), "webhook_deliveries", ["at"])
    op.create_index(op.f("ix_webhook_deliveries_debate_key"), "webhook_deliveries", ["debate_key"])
    op.create_table(
        "announced_phases",
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column(
            "phase",
            sa.String(length=10),
            nullable=False,
            comment="last told of; elsewhere: came from there, untold",
        ),
        sa.CheckConstraint(
            "phase IN ('elsewhere', 'upcoming', 'open', 'closed')", name=op.f("ck_announced_phases_phase")
        ),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_announced_phases_debate_key")),
        sa.PrimaryKeyConstraint("debate_key", name=op.f("pk_announced_phases")),
        comment="which phase of each debate was told of",
    )
    # What opened and closed before there were webhooks is not told now.
    op.execute(
        "INSERT INTO announced_phases SELECT key, 'elsewhere' FROM debates WHERE published_at IS NOT NULL"
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("announced_phases")
    for name in ("debate_key", "at", "webhook_key_uid"):
        op.drop_index(op.f(f"ix_webhook_deliveries_{name}"), table_name="webhook_deliveries")
    op.drop_table("webhook_deliveries")
    op.drop_index(op.f("ix_webhooks_organisation_key"), table_name="webhooks")
    op.drop_table("webhooks")
