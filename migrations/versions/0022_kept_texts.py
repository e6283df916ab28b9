"""Earlier texts are kept by the database, and a post says from which revision on it is shown.

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_KEEP = """
    INSERT INTO revisions (
        debate_key, number, revision, author_name, capacity, theme, title, body, link,
        created_at, sequence, salt
    ) VALUES (
        old.debate_key, old.number, old.revision, old.author_name, old.capacity, old.theme, old.title,
        old.body, old.link, coalesce(old.revised_at, old.created_at), old.sequence, old.salt
    );
"""
_UP = {
    "sqlite": [
        f"""
        CREATE TRIGGER posts_texts_are_kept AFTER UPDATE OF revision ON posts
        WHEN old.revision <> new.revision
        BEGIN {_KEEP} END
        """,
    ],
    "postgresql": [
        f"""
        CREATE FUNCTION posts_texts_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {_KEEP} RETURN NULL; END $$
        """,
        """
        CREATE TRIGGER posts_texts_are_kept AFTER UPDATE OF revision ON posts
        FOR EACH ROW WHEN (old.revision <> new.revision) EXECUTE FUNCTION posts_texts_are_kept()
        """,
    ],
}
_DOWN = {
    "sqlite": ["DROP TRIGGER posts_texts_are_kept"],
    "postgresql": [
        "DROP TRIGGER posts_texts_are_kept ON posts",
        "DROP FUNCTION posts_texts_are_kept()",
    ],
}


def upgrade() -> None:
    """Go forward. A mask has always hidden each revision before it: of those, the last tells all."""
    comment = "first revision that is shown: those before have a masked passage"
    op.add_column(
        "posts",
        sa.Column("shown_from", sa.Integer(), nullable=False, server_default=sa.text("1"), comment=comment),
    )
    op.execute(
        """
        UPDATE posts SET shown_from = (
            SELECT max(revisions.revision) + 1 FROM revisions
            WHERE revisions.debate_key = posts.debate_key AND revisions.number = posts.number
            AND revisions.hidden
        )
        WHERE (debate_key, number) IN (SELECT debate_key, number FROM revisions WHERE hidden)
        """
    )
    op.drop_column("revisions", "hidden")
    for statement in _UP[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    for statement in _DOWN[op.get_bind().dialect.name]:
        op.execute(statement)
    comment = "not shown: a passage in it is masked"
    op.add_column(
        "revisions",
        sa.Column("hidden", sa.Boolean(), nullable=False, server_default=sa.false(), comment=comment),
    )
    op.execute(
        """
        UPDATE revisions SET hidden = true WHERE revision < (
            SELECT shown_from FROM posts
            WHERE posts.debate_key = revisions.debate_key AND posts.number = revisions.number
        )
        """
    )
    op.drop_column("posts", "shown_from")
