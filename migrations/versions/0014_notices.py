"""Notices, follows, and what people want of mail.

Revision: 0014, after 0012.
"""

import sqlalchemy as sa
from alembic import op

from consultation.persistence.types import Instant

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key() -> sa.Column[int]:
    return sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "notices",
        _key(),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"),
        sa.Column("person_key", _KEY, nullable=False, comment="personal: to whom"),
        sa.Column("kind", sa.String(length=30), nullable=False, comment="what is told"),
        sa.Column("debate_key", _KEY, nullable=False, comment="in which debate"),
        sa.Column("number", sa.Integer(), nullable=True, comment="about which post"),
        sa.Column(
            "sequence", sa.BigInteger(), nullable=True, comment="entry of the journal it follows from, if any"
        ),
        sa.Column("created_at", Instant(), nullable=False, comment="when it was made"),
        sa.Column("read_at", Instant(), nullable=True, comment="personal: when it was marked as read"),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_notices_person_key")),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_notices_debate_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notices")),
        sa.UniqueConstraint("uid", name=op.f("uq_notices_uid")),
        sa.UniqueConstraint(
            "person_key",
            "debate_key",
            "sequence",
            "kind",
            name=op.f("uq_notices_person_key_debate_key_sequence_kind"),
        ),
        comment="what people are told of; texts are read where they are",
    )
    op.create_index(op.f("ix_notices_person_key_uid"), "notices", ["person_key", "uid"])
    op.create_index(op.f("ix_notices_debate_key"), "notices", ["debate_key"])
    op.create_index(op.f("ix_notices_created_at"), "notices", ["created_at"])
    op.create_table(
        "follows",
        _key(),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"),
        sa.Column("person_key", _KEY, nullable=False, comment="personal: who"),
        sa.Column("debate_key", _KEY, nullable=False, comment="in which debate"),
        sa.Column("theme", sa.String(length=80), nullable=False, comment="slug of a theme; empty for none"),
        sa.Column("number", sa.Integer(), nullable=False, comment="of a contribution; 0 for none"),
        sa.Column("created_at", Instant(), nullable=False, comment="since when"),
        sa.Column(
            "told", sa.BigInteger(), nullable=False, comment="last entry of the journal that was told of"
        ),
        sa.CheckConstraint("theme = '' OR number = 0", name=op.f("ck_follows_target")),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_follows_person_key")),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_follows_debate_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_follows")),
        sa.UniqueConstraint("uid", name=op.f("uq_follows_uid")),
        sa.UniqueConstraint(
            "person_key",
            "debate_key",
            "theme",
            "number",
            name=op.f("uq_follows_person_key_debate_key_theme_number"),
        ),
        comment="debates, themes and contributions that people follow",
    )
    op.create_index(op.f("ix_follows_debate_key_number"), "follows", ["debate_key", "number"])
    op.create_table(
        "mail_settings",
        sa.Column("person_key", _KEY, nullable=False, comment="personal: whose"),
        sa.Column("follows", sa.String(length=8), nullable=False, comment="how often about what is followed"),
        sa.Column(
            "notices", sa.Boolean(), nullable=False, comment="does the person want mail for each notice?"
        ),
        sa.Column("digest_due_at", Instant(), nullable=True, comment="when the next digest is planned"),
        sa.Column("off_at", Instant(), nullable=True, comment="personal: since when nothing is sent"),
        sa.Column("off_reason", sa.String(length=8), nullable=True, comment="personal: refused, or bounced"),
        sa.CheckConstraint(
            "follows IN ('at_once', 'daily', 'weekly', 'never')", name=op.f("ck_mail_settings_follows")
        ),
        sa.CheckConstraint("off_reason IN ('refused', 'bounced')", name=op.f("ck_mail_settings_off_reason")),
        sa.CheckConstraint("(off_at IS NULL) = (off_reason IS NULL)", name=op.f("ck_mail_settings_off")),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_mail_settings_person_key")),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_mail_settings")),
        comment="what people want of mail; without a row what holds for everybody",
    )
    op.create_index(op.f("ix_mail_settings_digest_due_at"), "mail_settings", ["digest_due_at"])
    op.create_table(
        "closing_notices",
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("closes_at", Instant(), nullable=False, comment="the close that was told of"),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_closing_notices_debate_key")),
        sa.PrimaryKeyConstraint("debate_key", "closes_at", name=op.f("pk_closing_notices")),
        comment="of which closes followers were told beforehand",
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("closing_notices")
    op.drop_index(op.f("ix_mail_settings_digest_due_at"), table_name="mail_settings")
    op.drop_table("mail_settings")
    op.drop_index(op.f("ix_follows_debate_key_number"), table_name="follows")
    op.drop_table("follows")
    for name in ("created_at", "debate_key", "person_key_uid"):
        op.drop_index(op.f(f"ix_notices_{name}"), table_name="notices")
    op.drop_table("notices")
