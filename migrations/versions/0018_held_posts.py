"""Moderation before publication: what waits, and cases about it.

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

from consultation.persistence.types import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BEFORE = "measure IN ('keep', 'hide', 'mask', 'move', 'restore')"
_AFTER = "measure IN ('keep', 'hide', 'mask', 'move', 'restore', 'publish', 'refuse')"
_CAPACITIES = "('citizen', 'association', 'company', 'public_body', 'elected_official')"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "held_posts",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7; also of its case"),
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False, comment="contribution, argument or source"),
        sa.Column(
            "contribution", sa.Integer(), nullable=True, comment="number it shall hang on; null for one"
        ),
        sa.Column("side", sa.String(length=6), nullable=True, comment="pro or contra, of arguments"),
        sa.Column("revises", sa.Integer(), nullable=True, comment="number of the post that it is an edit of"),
        sa.Column("author_key", _KEY, nullable=True, comment="personal: author"),
        sa.Column(
            "author_name", sa.String(length=100), nullable=True, comment="personal: name it was signed with"
        ),
        sa.Column(
            "capacity", sa.String(length=20), nullable=True, comment="personal: as what the author speaks"
        ),
        sa.Column("theme", sa.String(length=80), nullable=True, comment="slug of the theme"),
        sa.Column("title", sa.String(length=1000), nullable=True, comment="personal: as written"),
        sa.Column("body", sa.Text(), nullable=False, comment="personal: Markdown as written"),
        sa.Column("link", sa.String(length=2000), nullable=True, comment="http(s) address, of sources"),
        sa.Column("language", sa.String(length=2), nullable=False, comment="language of the text"),
        sa.Column("arrived_at", Instant(), nullable=False, comment="when it was accepted"),
        sa.Column("kept", sa.String(length=10), nullable=False, comment="kept, withdrawn or erased"),
        sa.Column("search_terms", sa.Text(), nullable=False, comment="analysed words"),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="of the journal entry"),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True, comment="of that entry's digest"),
        sa.Column("state_at", Instant(), nullable=True, comment="when it was withdrawn or erased"),
        sa.Column("state_sequence", sa.BigInteger(), nullable=True, comment="entry of that"),
        sa.Column("state_salt", sa.LargeBinary(length=16), nullable=True, comment="of that entry's digest"),
        sa.CheckConstraint(
            "(kind = 'argument') = (side IS NOT NULL)", name=op.f("ck_held_posts_side_of_arguments")
        ),
        sa.CheckConstraint(
            "(kind = 'contribution') = (contribution IS NULL)", name=op.f("ck_held_posts_contribution")
        ),
        sa.CheckConstraint(f"capacity IN {_CAPACITIES}", name=op.f("ck_held_posts_capacity")),
        sa.CheckConstraint("kept IN ('kept', 'withdrawn', 'erased')", name=op.f("ck_held_posts_kept")),
        sa.CheckConstraint("kind IN ('contribution', 'argument', 'source')", name=op.f("ck_held_posts_kind")),
        sa.CheckConstraint("side IN ('pro', 'contra')", name=op.f("ck_held_posts_side")),
        sa.ForeignKeyConstraint(["author_key"], ["people.key"], name=op.f("fk_held_posts_author_key")),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_held_posts_debate_key")),
        sa.ForeignKeyConstraint(
            ["debate_key", "contribution"],
            ["posts.debate_key", "posts.number"],
            name=op.f("fk_held_posts_debate_key_contribution"),
        ),
        sa.ForeignKeyConstraint(
            ["debate_key", "revises"],
            ["posts.debate_key", "posts.number"],
            name=op.f("fk_held_posts_debate_key_revises"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_held_posts")),
        sa.UniqueConstraint("uid", name=op.f("uq_held_posts_uid")),
        comment="posts and edits that arrived and are not published before somebody has read them",
    )
    op.create_index("ix_held_posts_author", "held_posts", ["author_key", "debate_key", "uid"], unique=False)
    op.create_index("ix_held_posts_debate", "held_posts", ["debate_key", "uid"], unique=False)
    # SQLite makes both tables anew; `persistence.migrate` keeps foreign keys out of the way.
    with op.batch_alter_table("cases") as batch:
        batch.add_column(sa.Column("held_key", _KEY, nullable=True, comment="what waits, or waited"))
        batch.alter_column(
            "number",
            existing_type=sa.Integer(),
            nullable=True,
            comment="of the post; null for what is held or was never shown",
            existing_comment="of the post",
        )
        batch.alter_column(
            "opened_at",
            existing_type=Instant(),
            existing_nullable=False,
            comment="first report, or when what is held arrived",
            existing_comment="first report",
        )
        batch.create_foreign_key(op.f("fk_cases_held_key"), "held_posts", ["held_key"], ["key"])
        batch.create_check_constraint(op.f("ck_cases_about"), "number IS NOT NULL OR held_key IS NOT NULL")
        batch.drop_constraint(op.f("ck_cases_measure"), type_="check")
        batch.create_check_constraint(op.f("ck_cases_measure"), _AFTER)
        batch.create_index(op.f("ix_cases_held_key"), ["held_key"], unique=True)
    with op.batch_alter_table("decisions") as batch:
        batch.drop_constraint(op.f("ck_decisions_measure"), type_="check")
        batch.create_check_constraint(op.f("ck_decisions_measure"), _AFTER)


def downgrade() -> None:
    """Go back. What was held goes: the schema before has no place for it."""
    held = "SELECT key FROM cases WHERE held_key IS NOT NULL"
    for table in ("appeals", "decisions"):
        op.execute(f"DELETE FROM {table} WHERE case_key IN ({held})")  # noqa: S608 - two fixed names
    op.execute("DELETE FROM cases WHERE held_key IS NOT NULL")
    with op.batch_alter_table("decisions") as batch:
        batch.drop_constraint(op.f("ck_decisions_measure"), type_="check")
        batch.create_check_constraint(op.f("ck_decisions_measure"), _BEFORE)
    with op.batch_alter_table("cases") as batch:
        batch.drop_index(op.f("ix_cases_held_key"))
        batch.drop_constraint(op.f("ck_cases_measure"), type_="check")
        batch.create_check_constraint(op.f("ck_cases_measure"), _BEFORE)
        batch.drop_constraint(op.f("ck_cases_about"), type_="check")
        batch.drop_constraint(op.f("fk_cases_held_key"), type_="foreignkey")
        batch.alter_column(
            "opened_at",
            existing_type=Instant(),
            existing_nullable=False,
            comment="first report",
            existing_comment="first report, or when what is held arrived",
        )
        batch.alter_column(
            "number",
            existing_type=sa.Integer(),
            nullable=False,
            comment="of the post",
            existing_comment="of the post; null for what is held or was never shown",
        )
        batch.drop_column("held_key")
    op.drop_table("held_posts")
