"""Posts of a locked debate."""

from datetime import datetime
from types import SimpleNamespace

from sqlalchemy import Connection, bindparam, func, insert, select, update

from consultation.application.ports import Background, Counters, Mark, Signed
from consultation.domain.participation import SpeaksAs
from consultation.domain.posts import Post, PostHead, PostKind, PostState, PostText, Side
from consultation.persistence.prepared import Prepared
from consultation.persistence.repositories.backgrounds import background
from consultation.persistence.repositories.heads import HEAD_COLUMNS, head_of
from consultation.persistence.repositories.new_posts import SIGNED, insert_post, insert_reply
from consultation.persistence.tables import posts, revisions
from consultation.persistence.types import AnyRow

_HERE = (posts.c.debate_key == bindparam("debate_key"), posts.c.number == bindparam("number"))
_FIND = Prepared(select(posts).where(*_HERE))
_STATE = (
    update(posts)
    .where(posts.c.debate_key == bindparam("in_debate"), posts.c.number == bindparam("at_number"))
    .values(
        state=bindparam("state"),
        state_reason=bindparam("state_reason"),
        state_since=bindparam("state_since"),
        state_sequence=bindparam("state_sequence"),
        state_salt=bindparam("state_salt"),
    )
)
_REVISE = Prepared(
    update(posts)
    .where(posts.c.debate_key == bindparam("in_debate"), posts.c.number == bindparam("at_number"))
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
_KEEP = Prepared(
    insert(revisions).from_select(
        ["debate_key", "number", "revision", *SIGNED, "created_at", "sequence", "salt"],
        select(
            posts.c.debate_key,
            posts.c.number,
            posts.c.revision,
            *(posts.c[name] for name in SIGNED),
            func.coalesce(posts.c.revised_at, posts.c.created_at),
            posts.c.sequence,
            posts.c.salt,
        ).where(*_HERE),
    )
)
_REPLIES = {
    name: Prepared(
        update(posts)
        .where(posts.c.debate_key == bindparam("in_debate"), posts.c.number == bindparam("at_number"))
        .values({name: posts.c[name] + bindparam("change")})
        .returning(*HEAD_COLUMNS)
    )
    for name in ("pro", "contra", "sources")
}
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
        self, debate_key: int, number: int, signed: Signed, at: datetime, mark: Mark, terms: str
    ) -> Post:
        """Keep the present text as an earlier revision, write the new one, and return what stands."""
        _KEEP.all(self._connection, debate_key=debate_key, number=number)
        row = _REVISE.first(
            self._connection,
            in_debate=debate_key,
            at_number=number,
            new_author_name=signed.author_name,
            new_capacity=signed.capacity,
            new_theme=signed.text.theme,
            new_title=signed.text.title,
            new_body=signed.text.body,
            new_link=signed.text.link,
            new_revised_at=at,
            new_search_terms=terms,
            new_sequence=mark.sequence,
            new_salt=mark.salt,
        )
        if row is None:
            raise LookupError(number)
        return post_of(row)

    def set_state(self, debate_key: int, post: PostHead, mark: Mark) -> None:
        """Write the state of a post."""
        self._connection.execute(
            _STATE,
            {
                "in_debate": debate_key,
                "at_number": post.number,
                "state": post.state.value,
                "state_reason": post.state_reason,
                "state_since": post.state_since,
                "state_sequence": mark.sequence,
                "state_salt": mark.salt,
            },
        )

    def hide_revisions(self, debate_key: int, number: int) -> None:
        """Take the earlier revisions of a post from public view."""
        self._connection.execute(
            update(revisions)
            .where(revisions.c.debate_key == debate_key, revisions.c.number == number)
            .values(hidden=True)
        )

    def count_reply(self, debate_key: int, contribution: int, field: str, change: int) -> PostHead:
        """Add to `pro`, `contra` or `sources` of a contribution, and return it."""
        row = _REPLIES[field].first(
            self._connection, in_debate=debate_key, at_number=contribution, change=change
        )
        if row is None:
            raise LookupError(contribution)
        return head_of(row)
