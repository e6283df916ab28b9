"""Changing posts: their state, alone or with the counter of what they hang on, and their text."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, case, update

from consultation.application.ports import Mark, Signed
from consultation.domain.posts import PostHead
from consultation.persistence.prepared import Prepared
from consultation.persistence.repositories.new_posts import SIGNED
from consultation.persistence.tables import posts
from consultation.persistence.types import AnyRow

HERE: Final = and_(posts.c.debate_key == bindparam("in_debate"), posts.c.number == bindparam("at_number"))
"""Which post, in statements whose other parameters go by the names of columns."""
_STATE: Final = ("state", "state_reason", "state_since", "state_sequence", "state_salt")
_SET_STATE: Final = Prepared(
    update(posts).where(HERE).values({name: bindparam(f"new_{name}") for name in _STATE})
)


def _setting_and_counting(field: str) -> Prepared:
    """A reply's state, and its contribution's counter: to decide on a reply has no statement to spare."""
    is_reply = posts.c.number == bindparam("at_number")
    is_contribution = posts.c.number == bindparam("on_contribution")
    changed = {
        name: case(
            (is_reply, bindparam(f"new_{name}", type_=posts.c[name].type)),
            else_=posts.c[name],
        )
        for name in _STATE
    }
    counted = {field: case((is_contribution, posts.c[field] + bindparam("change")), else_=posts.c[field])}
    return Prepared(
        update(posts)
        .where(posts.c.debate_key == bindparam("in_debate"), is_reply | is_contribution)
        .values(changed | counted)
        .returning(posts.c.number)
    )


_SET_REPLY_STATE: Final = {field: _setting_and_counting(field) for field in ("pro", "contra", "sources")}
# A trigger keeps the text that stood, whoever replaces it: see the migration 0022.
_REVISE: Final = (
    update(posts)
    .where(HERE)
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (*SIGNED, "revised_at", "search_terms", "sequence", "salt")
        }
        | {
            "revision": posts.c.revision + 1,
            "on_earlier_revisions": posts.c.votes + posts.c.support,
        }
    )
    .returning(posts)
)
_REVISING: Final = {
    False: Prepared(_REVISE),
    True: Prepared(_REVISE.values(shown_from=posts.c.revision + 1)),
}
"""By whether no text before the new one is shown any more."""


def write_state(connection: Connection, debate_key: int, post: PostHead, mark: Mark) -> None:
    """Write the state of a post."""
    _SET_STATE.all(connection, in_debate=debate_key, at_number=post.number, **_state_of(post, mark))


def write_reply_state(
    connection: Connection, debate_key: int, reply: PostHead, mark: Mark, field: str, change: int
) -> None:
    """Write the state of a reply, and move a counter of its contribution.

    Raises LookupError when one of the two is not there.
    """
    place = {"in_debate": debate_key, "at_number": reply.number, "on_contribution": reply.contribution}
    written = _SET_REPLY_STATE[field].all(connection, **place, **_state_of(reply, mark), change=change)
    if len(written) != len({reply.number, reply.contribution}):
        raise LookupError(reply.number)


def _state_of(post: PostHead, mark: Mark) -> dict[str, Any]:
    return {
        "new_state": post.state.value,
        "new_state_reason": post.state_reason,
        "new_state_since": post.state_since,
        "new_state_sequence": mark.sequence,
        "new_state_salt": mark.salt,
    }


def write_revision(
    connection: Connection,
    debate_key: int,
    number: int,
    signed: Signed,
    at: datetime,
    mark: Mark,
    search_terms: str,
    *,
    masks_earlier: bool,
) -> AnyRow:
    """Write another text in the place of the present one, and return the row of the post with it.

    With `masks_earlier`, no earlier one is shown any more. Raises LookupError when there is no such post.
    """
    row: AnyRow | None = _REVISING[masks_earlier].first(
        connection,
        in_debate=debate_key,
        at_number=number,
        new_author_name=signed.author_name,
        new_capacity=signed.capacity,
        new_theme=signed.text.theme,
        new_title=signed.text.title,
        new_body=signed.text.body,
        new_link=signed.text.link,
        new_revised_at=at,
        new_search_terms=search_terms,
        new_sequence=mark.sequence,
        new_salt=mark.salt,
    )
    if row is None:
        raise LookupError(number)
    return row
