"""Posts of a locked debate."""

from datetime import datetime
from types import SimpleNamespace

from sqlalchemy import Connection, bindparam, select, update

from consultation.application.ports import Background, Counters, Mark, Signed
from consultation.domain.participation import SpeaksAs
from consultation.domain.posts import Post, PostHead, PostKind, PostState, PostText, Side
from consultation.persistence.prepared import Prepared
from consultation.persistence.repositories.backgrounds import background
from consultation.persistence.repositories.changed_posts import (
    HERE,
    write_reply_state,
    write_revision,
    write_state,
)
from consultation.persistence.repositories.heads import HEAD_COLUMNS, head_of
from consultation.persistence.repositories.new_posts import insert_post, insert_reply
from consultation.persistence.tables import posts, revisions
from consultation.persistence.types import AnyRow

_HERE = (posts.c.debate_key == bindparam("debate_key"), posts.c.number == bindparam("number"))
_FIND = Prepared(select(posts).where(*_HERE))
_REPLIES = {
    name: Prepared(
        update(posts).where(HERE).values({name: posts.c[name] + bindparam("change")}).returning(*HEAD_COLUMNS)
    )
    for name in ("pro", "contra", "sources")
}
_EARLIER = Prepared(
    select(revisions.c.body, revisions.c.title, revisions.c.link, revisions.c.theme).where(
        revisions.c.debate_key == bindparam("debate_key"),
        revisions.c.number == bindparam("number"),
        revisions.c.revision == bindparam("revision"),
    )
)
_COUNTERS = tuple(Counters.__dataclass_fields__)


def post_of(row: AnyRow | SimpleNamespace) -> Post:
    """The domain's post of a row of the posts table."""
    return Post(
        number=row.number,
        kind=PostKind(row.kind),
        contribution=row.contribution,
        author_key=row.author_key,
        revision=row.revision,
        state=PostState(row.state),
        state_reason=row.state_reason,
        state_since=row.state_since,
        side=None if row.side is None else Side(row.side),
        author_name=row.author_name,
        capacity=None if row.capacity is None else SpeaksAs(row.capacity),
        text=PostText(body=row.body, title=row.title, link=row.link, theme=row.theme),
        language=row.language,
        created_at=row.created_at,
        revised_at=row.revised_at,
    )


def shuffle_of(number: int) -> int:
    """The place of a post in the random order: a fixed scattering of its number on 32 bits.

    Multiplication by an odd constant is a permutation of the 32-bit integers, so no two
    numbers share a place (Knuth, The Art of Computer Programming, volume 3, section 6.4).
    """
    return number * 2_654_435_761 % 2**32


def post_values(debate_key: int, post: Post, mark: Mark, search_terms: str) -> dict[str, object]:
    """A row of the posts table, without counters."""
    return {
        "debate_key": debate_key,
        "number": post.number,
        "kind": post.kind.value,
        "contribution": post.contribution,
        "side": None if post.side is None else post.side.value,
        "author_key": post.author_key,
        "author_name": post.author_name,
        "capacity": post.capacity,
        "theme": post.text.theme,
        "title": post.text.title,
        "body": post.text.body,
        "link": post.text.link,
        "language": post.language,
        "created_at": post.created_at,
        "revision": post.revision,
        "revised_at": post.revised_at,
        "state": post.state.value,
        "state_reason": post.state_reason,
        "state_since": post.state_since,
        "shuffle": shuffle_of(post.number),
        "search_terms": search_terms,
        "sequence": mark.sequence,
        "salt": mark.salt,
    }


def counters_of(row: AnyRow) -> Counters:
    """The counters of a row of the posts table."""
    return Counters(**{name: getattr(row, name) for name in _COUNTERS})


class SqlPosts:
    """The posts port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, debate_key: int, number: int) -> tuple[Post, Counters] | None:
        """A post with its text and counters."""
        place = {"debate_key": debate_key, "number": number}
        row = _FIND.first(self._connection, **place)
        if row is None:
            return None
        return post_of(row), counters_of(row)

    def background(
        self,
        debate_key: int,
        number: int | None,
        person_key: int,
        kind: PostKind,
        side: Side | None,
        cap: int | None,
        *,
        waits: bool,
    ) -> Background:
        """All that a person's new post depends on; `number` is what it shall hang on."""
        return background(self._connection, debate_key, number, person_key, kind, side, cap, waits=waits)

    def add(self, debate_key: int, post: Post, mark: Mark, search_terms: str) -> None:
        """Insert a post."""
        insert_post(self._connection, post_values(debate_key, post, mark, search_terms))

    def add_reply(self, debate_key: int, post: Post, mark: Mark, search_terms: str, field: str) -> PostHead:
        """Insert a reply, add one to `pro`, `contra` or `sources` of its contribution, and return that."""
        return insert_reply(self._connection, post_values(debate_key, post, mark, search_terms), field)

    def revise(
        self,
        debate_key: int,
        number: int,
        signed: Signed,
        at: datetime,
        mark: Mark,
        terms: str,
        *,
        masks_earlier: bool = False,
    ) -> Post:
        """Keep the present text as an earlier revision, write the new one, and return what stands."""
        row = write_revision(
            self._connection, debate_key, number, signed, at, mark, terms, masks_earlier=masks_earlier
        )
        return post_of(row)

    def earlier_text(self, debate_key: int, number: int, revision: int) -> PostText | None:
        """The text of an earlier revision of a post; None where it was erased."""
        row = _EARLIER.first(self._connection, debate_key=debate_key, number=number, revision=revision)
        return None if row is None else PostText(**row._asdict())

    def set_state(self, debate_key: int, post: PostHead, mark: Mark) -> None:
        """Write the state of a post."""
        write_state(self._connection, debate_key, post, mark)

    def set_reply_state(self, debate_key: int, reply: PostHead, mark: Mark, field: str, change: int) -> None:
        """Write the state of a reply, and add to `pro`, `contra` or `sources` of its contribution."""
        write_reply_state(self._connection, debate_key, reply, mark, field, change)

    def count_reply(self, debate_key: int, contribution: int, field: str, change: int) -> PostHead:
        """Add to `pro`, `contra` or `sources` of a contribution, and return it."""
        row = _REPLIES[field].first(
            self._connection, in_debate=debate_key, at_number=contribution, change=change
        )
        if row is None:
            raise LookupError(contribution)
        return head_of(row)
