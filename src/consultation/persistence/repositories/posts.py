"""Posts of a locked debate."""

from collections.abc import Sequence
from types import SimpleNamespace

from sqlalchemy import Connection, bindparam, exists, func, insert, or_, select, update

from consultation.application.ports import Background, Counters, Mark
from consultation.domain.participation import SpeaksAs
from consultation.domain.posts import Post, PostHead, PostKind, PostState, PostText, Side
from consultation.domain.repetition import LOOKED_AT, Earlier, Wording
from consultation.persistence.prepared import Prepared
from consultation.persistence.tables import posts, revisions, votes
from consultation.persistence.types import AnyRow

HEAD_COLUMNS = (
    posts.c.number,
    posts.c.kind,
    posts.c.contribution,
    posts.c.author_key,
    posts.c.revision,
    posts.c.state,
    posts.c.state_reason,
    posts.c.state_since,
)
_HERE = (posts.c.debate_key == bindparam("debate_key"), posts.c.number == bindparam("number"))
_FIND = Prepared(select(posts).where(*_HERE))
# A column of the index is selected: with `SELECT *`, EXISTS's usual form, SQLite does without the
# covering index of a table without rowid and walks through all votes of the debate.
PRESENT = or_(
    exists(
        select(posts.c.author_key).where(
            posts.c.author_key == bindparam("person_key"),
            posts.c.debate_key == bindparam("debate_key"),
        )
    ),
    exists(
        select(votes.c.person_key).where(
            votes.c.person_key == bindparam("person_key"),
            votes.c.debate_key == bindparam("debate_key"),
        )
    ),
)
_own = (posts.c.author_key == bindparam("person_key"), posts.c.debate_key == bindparam("debate_key"))
# Along the index, however much the person has written: the last few posts, and the one that a cap
# counts up to. Without a cap the latter is not looked for at all.
_newest = (
    select(
        posts.c.number.label("earlier_number"),
        posts.c.contribution.label("earlier_contribution"),
        posts.c.search_terms.label("earlier_words"),
        posts.c.link.label("earlier_link"),
        posts.c.side.label("earlier_side"),
        (func.length(func.coalesce(posts.c.title, "")) + func.length(posts.c.body)).label("earlier_size"),
        posts.c.kind,
        posts.c.state,
    )
    .where(*_own)
    .order_by(posts.c.number.desc())
    .limit(LOOKED_AT)
    .subquery()
)
_counted = (
    select(posts.c.created_at)
    .where(*_own)
    .order_by(posts.c.number.desc())
    .limit(bindparam("counted"))
    .offset(bindparam("beyond"))
    .scalar_subquery()
)
_one = select(PRESENT.label("takes_part"), _counted.label("oldest_counted")).subquery()
_BACKGROUND = Prepared(
    select(
        *HEAD_COLUMNS,
        _one.c.takes_part,
        _one.c.oldest_counted,
        _newest.c.earlier_number,
        _newest.c.earlier_contribution,
        _newest.c.earlier_words,
        _newest.c.earlier_link,
        _newest.c.earlier_side,
        _newest.c.earlier_size,
    )
    .select_from(
        _one.outerjoin(
            posts,
            (posts.c.debate_key == bindparam("debate_key")) & (posts.c.number == bindparam("number")),
        ).outerjoin(
            _newest, (_newest.c.kind == bindparam("kind")) & (_newest.c.state == PostState.VISIBLE.value)
        )
    )
    .order_by(_newest.c.earlier_number.desc())
)
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
_REVISE = (
    update(posts)
    .where(posts.c.debate_key == bindparam("in_debate"), posts.c.number == bindparam("at_number"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "author_name",
                "capacity",
                "theme",
                "title",
                "body",
                "link",
                "revision",
                "revised_at",
                "search_terms",
                "sequence",
                "salt",
            )
        }
        | {"on_earlier_revisions": posts.c.votes + posts.c.support}
    )
)
_KEEP = insert(revisions).from_select(
    [
        "debate_key",
        "number",
        "revision",
        "author_name",
        "capacity",
        "theme",
        "title",
        "body",
        "link",
        "created_at",
        "sequence",
        "salt",
    ],
    select(
        posts.c.debate_key,
        posts.c.number,
        posts.c.revision,
        posts.c.author_name,
        posts.c.capacity,
        posts.c.theme,
        posts.c.title,
        posts.c.body,
        posts.c.link,
        bindparam("made_at", type_=posts.c.created_at.type),
        posts.c.sequence,
        posts.c.salt,
    ).where(*_HERE),
)
_REPLIES = {
    name: Prepared(
        update(posts)
        .where(posts.c.debate_key == bindparam("in_debate"), posts.c.number == bindparam("at_number"))
        .values({name: posts.c[name] + bindparam("change")})
    )
    for name in ("pro", "contra", "sources")
}
_WRITTEN = (
    "debate_key",
    "number",
    "kind",
    "contribution",
    "side",
    "author_key",
    "author_name",
    "capacity",
    "theme",
    "title",
    "body",
    "link",
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
_ADD = Prepared(insert(posts).values({name: bindparam(name) for name in _WRITTEN}))
_COUNTERS = tuple(Counters.__dataclass_fields__)


def head_of(row: AnyRow) -> PostHead:
    """The domain's post without its text, of a row with HEAD_COLUMNS."""
    return PostHead(
        number=row.number,
        kind=PostKind(row.kind),
        contribution=row.contribution,
        author_key=row.author_key,
        revision=row.revision,
        state=PostState(row.state),
        state_reason=row.state_reason,
        state_since=row.state_since,
    )


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


def background_of(rows: Sequence[AnyRow], side: Side | None, earlier: Sequence[AnyRow]) -> Background:
    """What a new post depends on, of rows of which some have what its author wrote before."""
    first = rows[0]
    return Background(
        head=None if first.number is None else head_of(first),
        takes_part=bool(first.takes_part),
        earlier=tuple(
            Earlier(
                row.earlier_number,
                Wording(row.earlier_words, row.earlier_size, row.earlier_contribution, row.earlier_link),
            )
            for row in earlier
            if row.earlier_side == side
        ),
        oldest_counted=first.oldest_counted,
    )


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
    ) -> Background:
        """All that a person's new post depends on; `number` is what it shall hang on."""
        rows = _BACKGROUND.all(
            self._connection,
            debate_key=debate_key,
            number=number,
            person_key=person_key,
            kind=kind.value,
            counted=0 if cap is None else 1,
            beyond=0 if cap is None else cap - 1,
        )
        return background_of(rows, side, [row for row in rows if row.earlier_number is not None])

    def add(self, debate_key: int, post: Post, mark: Mark, search_terms: str) -> None:
        """Insert a post."""
        _ADD.all(self._connection, **post_values(debate_key, post, mark, search_terms))

    def revise(self, debate_key: int, before: Post, after: Post, mark: Mark, terms: str) -> None:
        """Keep the present text as an earlier revision and write the new one."""
        made_at = before.revised_at or before.created_at
        self._connection.execute(
            _KEEP, {"debate_key": debate_key, "number": before.number, "made_at": made_at}
        )
        self._connection.execute(
            _REVISE,
            {
                "in_debate": debate_key,
                "at_number": after.number,
                "new_author_name": after.author_name,
                "new_capacity": after.capacity,
                "new_theme": after.text.theme,
                "new_title": after.text.title,
                "new_body": after.text.body,
                "new_link": after.text.link,
                "new_revision": after.revision,
                "new_revised_at": after.revised_at,
                "new_search_terms": terms,
                "new_sequence": mark.sequence,
                "new_salt": mark.salt,
            },
        )

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

    def count_reply(self, debate_key: int, contribution: int, field: str, change: int) -> None:
        """Add to `pro`, `contra` or `sources` of a contribution."""
        _REPLIES[field].all(self._connection, in_debate=debate_key, at_number=contribution, change=change)
