"""What debates ask of participants, participation codes, and as what people speak.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from consultation.persistence.types import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_CAPACITIES = "('citizen', 'association', 'company', 'public_body', 'elected_official')"
_SPEAKERS = {
    "posts": "personal: as what the author speaks",
    "revisions": "personal: as what the author spoke",
}


def _key(name: str, comment: str | None = None) -> sa.Column[int]:
    return sa.Column(name, _KEY, nullable=False, comment=comment)


def upgrade() -> None:
    """Go forward."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.add_column(
        "debates",
        sa.Column(
            "participation",
            _JSON,
            nullable=False,
            server_default="{}",
            comment="what it asks of participants",
        ),
    )
    for table, comment in _SPEAKERS.items():
        # One statement that both databases take; SQLite adds no constraint to a table by itself.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN capacity VARCHAR(20) "
            f"CONSTRAINT ck_{table}_capacity CHECK (capacity IN {_CAPACITIES})"
        )
        if is_postgresql:
            op.execute(f"COMMENT ON COLUMN {table}.capacity IS '{comment}'")
    op.create_index(
        "ix_posts_capacity",
        "posts",
        ["debate_key", "capacity", "author_key"],
        sqlite_where=sa.text("capacity IS NOT NULL"),
        postgresql_where=sa.text("capacity IS NOT NULL"),
    )
    op.create_table(
        "code_batches",
        sa.Column("key", _KEY, sa.Identity(), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"),
        _key("debate_key"),
        sa.Column("note", sa.String(length=200), nullable=False, comment="the organiser's own"),
        sa.Column("made_at", Instant(), nullable=False, comment="when its codes were made"),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_code_batches_debate_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_code_batches")),
        sa.UniqueConstraint("uid", name=op.f("uq_code_batches_uid")),
        comment="participation codes that were made together",
    )
    op.create_index(op.f("ix_code_batches_debate_key"), "code_batches", ["debate_key"])
    op.create_table(
        "participation_codes",
        _key("debate_key"),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=False, comment="keyed hash of the code"),
        _key("batch_key", "made with it"),
        sa.Column(
            "state",
            sa.String(length=8),
            nullable=False,
            comment="free, used, spent or revoked; not by whom or when",
        ),
        sa.CheckConstraint(
            "state IN ('free', 'used', 'spent', 'revoked')", name=op.f("ck_participation_codes_state")
        ),
        sa.ForeignKeyConstraint(
            ["debate_key"], ["debates.key"], name=op.f("fk_participation_codes_debate_key")
        ),
        sa.ForeignKeyConstraint(
            ["batch_key"], ["code_batches.key"], name=op.f("fk_participation_codes_batch_key")
        ),
        sa.PrimaryKeyConstraint("debate_key", "code_digest", name=op.f("pk_participation_codes")),
        comment="one-use codes that admit to a debate; the codes themselves are not kept",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_participation_codes_batch_key"), "participation_codes", ["batch_key"])
    op.create_table(
        "code_redemptions",
        _key("debate_key"),
        _key("person_key", "personal: who"),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_code_redemptions_debate_key")),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_code_redemptions_person_key")),
        sa.PrimaryKeyConstraint("debate_key", "person_key", name=op.f("pk_code_redemptions")),
        comment="people who redeemed a code of a debate; not which",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_code_redemptions_person_key"), "code_redemptions", ["person_key"])
    op.create_table(
        "code_tries",
        _key("person_key", "personal: who"),
        sa.Column(
            "window_started_at",
            Instant(),
            nullable=False,
            comment="personal: start of the counting window",
        ),
        sa.Column("tries", sa.SmallInteger(), nullable=False, comment="wrong codes sent in the window"),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_code_tries_person_key")),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_code_tries")),
        comment="wrong participation codes that people sent, forgotten with their window",
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("code_tries")
    op.drop_table("code_redemptions")
    op.drop_table("participation_codes")
    op.drop_table("code_batches")
    op.drop_index("ix_posts_capacity", "posts")
    for table in _SPEAKERS:
        op.drop_column(table, "capacity")
    op.drop_column("debates", "participation")
