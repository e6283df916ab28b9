"""Inserting posts: alone, or in one statement with the counter of what they hang on."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, union_all
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from consultation.domain.posts import PostHead
from consultation.persistence.prepared import Prepared
from consultation.persistence.repositories.heads import HEAD_COLUMNS, head_of
from consultation.persistence.tables import posts

SIGNED: Final = ("author_name", "capacity", "theme", "title", "body", "link")
"""Columns of what an author signs: with each revision they are written anew, and kept as they were."""
_WRITTEN: Final = (
    "debate_key",
    "number",
    "kind",
    "contribution",
    "side",
    "author_key",
    *SIGNED,
    "language",
    "created_at",
    "revision",
    "revised_at",
    "state",
    "state_reason",
    "state_since",
    "shuffle",
    "search_terms",
    "sequence",
    "salt",
)
_ADD: Final = Prepared(insert(posts).values({name: bindparam(name) for name in _WRITTEN}))


def _adding(insertion: "type[PostgresqlInsert | SqliteInsert]", field: str) -> Prepared:
    """A reply, and its contribution once more: where that meets itself, its counter is moved.

    Both are rows of one table, and what publishes a reply on appeal has no statement to spare.
    """
    reply = select(*(bindparam(name, type_=posts.c[name].type).label(name) for name in _WRITTEN))
    contribution = select(*(posts.c[name] for name in _WRITTEN)).where(
        posts.c.debate_key == bindparam("in_debate"), posts.c.number == bindparam("at_number")
    )
    statement = insertion(posts).from_select(list(_WRITTEN), union_all(reply, contribution))
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=["debate_key", "number"], set_={field: posts.c[field] + 1}
        ).returning(*HEAD_COLUMNS)
    )


_ADD_REPLY: Final = {
    (dialect, field): _adding(insertion, field)
    for dialect, insertion in (("postgresql", PostgresqlInsert), ("sqlite", SqliteInsert))
    for field in ("pro", "contra", "sources")
}


def insert_post(connection: Connection, values: Mapping[str, Any]) -> None:
    """Insert a post of these columns."""
    _ADD.all(connection, **values)


def insert_reply(connection: Connection, values: Mapping[str, Any], field: str) -> PostHead:
    """Insert a reply of these columns, add one to a counter of its contribution, and return that.

    Raises LookupError when there is no such contribution.
    """
    adding, number = _ADD_REPLY[connection.dialect.name, field], values["contribution"]
    rows = adding.all(connection, **values, in_debate=values["debate_key"], at_number=number)
    for row in rows:
        if row.number == number:
            return head_of(row)
    raise LookupError(number)
