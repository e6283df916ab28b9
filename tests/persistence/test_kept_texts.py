"""No text takes the place of another before the database itself has kept that one, whichever way it comes."""

from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from consultation.persistence.tables import posts, revisions
from tests.persistence.rows import insert_first, insert_row
from tests.persistence.values import DAY, NOW, SALT

SIGNED = {
    "author_name": "Dominique",
    "capacity": "citizen",
    "theme": "rues",
    "title": "Planter",
    "body": "Un arbre dans chaque rue.",
    "link": "https://example.org/arbres",
}
ANOTHER = dict.fromkeys(SIGNED, "autre") | {"capacity": "company", "sequence": 9, "salt": None}


@pytest.fixture
def written(connection: Connection) -> Connection:
    """A connection on which #2 stands in its third revision, and #3 in its first; none earlier is kept."""
    insert_first(connection)
    insert_row(connection, "posts", **SIGNED, revision=3, revised_at=NOW + DAY, sequence=7)
    insert_row(connection, "posts", number=3, reference=None)
    return connection


def kept(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(select(revisions).where(revisions.c.number > 1).order_by(revisions.c.number))
    return [dict(row._mapping) for row in rows]


def test_a_text_that_is_replaced_is_kept_with_all_that_a_revision_has(written: Connection) -> None:
    new = {"revision": posts.c.revision + 1, "revised_at": NOW + 2 * DAY, **ANOTHER}
    written.execute(update(posts).where(posts.c.number == 2).values(new))
    place = {"debate_key": 1001, "number": 2, "revision": 3}
    assert kept(written) == [place | SIGNED | {"created_at": NOW + DAY, "sequence": 7, "salt": SALT}]


def test_each_of_several_is_kept_and_a_first_one_with_the_instant_of_the_post(written: Connection) -> None:
    new = {"revision": posts.c.revision + 2, "revised_at": NOW + 2 * DAY}
    written.execute(update(posts).where(posts.c.number > 1).values(new))
    instants = [(one["number"], one["revision"], one["created_at"]) for one in kept(written)]
    assert instants == [(2, 3, NOW + DAY), (3, 1, NOW)]


def test_what_leaves_the_revision_as_it_is_keeps_nothing(written: Connection) -> None:
    """So an erasure leaves nothing of a text, and counting copies none."""
    written.execute(update(posts).values(body="", agree=3))
    written.execute(update(posts).values(revision=posts.c.revision))
    assert kept(written) == []


def test_what_is_kept_is_not_kept_anew_in_other_words(written: Connection) -> None:
    with pytest.raises(IntegrityError):
        written.execute(update(posts).where(posts.c.number == 1).values(revision=2))
