"""Search: an index of the analysed words of posts.

SQLite gets a contentless FTS5 table kept by triggers, whose rowid is the debate's key and the
post's number in one 64-bit integer; PostgreSQL gets a GIN index of the words as an array.

Revision: 0002, after 0001.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UP = {
    "sqlite": [
        """
        CREATE VIRTUAL TABLE post_search USING fts5(
            search_terms, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '_'"
        )
        """,
        """
        INSERT INTO post_search(rowid, search_terms)
        SELECT (debate_key << 32) | number, search_terms FROM posts WHERE search_terms <> ''
        """,
        """
        CREATE TRIGGER posts_are_found AFTER INSERT ON posts WHEN new.search_terms <> ''
        BEGIN
            INSERT INTO post_search(rowid, search_terms)
            VALUES ((new.debate_key << 32) | new.number, new.search_terms);
        END
        """,
        """
        CREATE TRIGGER posts_are_found_by_new_words AFTER UPDATE OF search_terms ON posts
        WHEN old.search_terms <> new.search_terms
        BEGIN
            INSERT INTO post_search(post_search, rowid, search_terms)
            SELECT 'delete', (old.debate_key << 32) | old.number, old.search_terms
            WHERE old.search_terms <> '';
            INSERT INTO post_search(rowid, search_terms)
            SELECT (new.debate_key << 32) | new.number, new.search_terms
            WHERE new.search_terms <> '';
        END
        """,
        """
        CREATE TRIGGER posts_are_found_no_more AFTER DELETE ON posts WHEN old.search_terms <> ''
        BEGIN
            INSERT INTO post_search(post_search, rowid, search_terms)
            VALUES ('delete', (old.debate_key << 32) | old.number, old.search_terms);
        END
        """,
    ],
    "postgresql": [
        "CREATE INDEX ix_posts_search ON posts USING gin (string_to_array(search_terms, ' '))",
    ],
}
_DOWN = {
    "sqlite": [
        "DROP TRIGGER posts_are_found_no_more",
        "DROP TRIGGER posts_are_found_by_new_words",
        "DROP TRIGGER posts_are_found",
        "DROP TABLE post_search",
    ],
    "postgresql": ["DROP INDEX ix_posts_search"],
}


def upgrade() -> None:
    """Go forward."""
    for statement in _UP[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    for statement in _DOWN[op.get_bind().dialect.name]:
        op.execute(statement)
