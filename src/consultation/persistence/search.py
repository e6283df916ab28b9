"""Search over analysed words (see `application.search`): both databases find the same posts.

Only whole words are compared. Posts have an index for it (migration 0002): FTS5 on SQLite, GIN
on PostgreSQL; debates are few and are looked through.
"""

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.types import Text

from consultation.persistence.tables import posts

_post_search = table("post_search", column("rowid"))
_NUMBERS = 2**32 - 1


def debates_with(debates: Table, terms: list[str]) -> ColumnElement[bool]:
    """Does a debate hold all of these analysed words? Without any word nothing matches."""
    if not terms:
        return false()
    padded = literal(" ") + debates.c.search_terms + literal(" ")
    return and_(*(padded.contains(f" {term} ", autoescape=True) for term in terms))


def posts_with(connection: Connection, debate_key: int, terms: list[str]) -> ColumnElement[bool]:
    """Does a post of the debate hold all of these analysed words? Without any nothing matches."""
    if not terms:
        return false()
    if connection.dialect.name == "postgresql":
        words = func.string_to_array(posts.c.search_terms, literal_column("' '"), type_=ARRAY(Text))
        return words.contains(cast(array(terms), ARRAY(Text)))
    # Quoted, so that no word is taken for an operator of the query language.
    query = " ".join(f'"{term}"' for term in terms)
    found = (
        select(_post_search.c.rowid.op("&")(_NUMBERS))
        .where(text("post_search MATCH :search_query").bindparams(bindparam("search_query", query)))
        .where(_post_search.c.rowid.between(debate_key << 32, (debate_key << 32) | _NUMBERS))
    )
    return posts.c.number.in_(found)
