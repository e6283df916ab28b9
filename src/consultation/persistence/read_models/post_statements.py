"""The statements behind the reads of posts, each compiled once."""

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from consultation.application.readers import ContributionSort, ReplySort
from consultation.domain.posts import PostKind, Side
from consultation.persistence.prepared import Prepared
from consultation.persistence.tables import debate_acts, debates, posts, revisions
from consultation.persistence.types import InstantText, WhereNotOneSnapshot

RESPONSE: Final = "response"
"""In the place of a kind: the row of a thread that is the official response."""

# Instants go into documents as text: the database writes it, nothing parses it.
COLUMNS: Final = (
    posts.c.number,
    posts.c.kind,
    posts.c.contribution,
    posts.c.side,
    posts.c.author_name,
    posts.c.capacity,
    posts.c.theme,
    posts.c.title,
    posts.c.body,
    posts.c.link,
    posts.c.language,
    InstantText(posts.c.created_at).label("created_at"),
    posts.c.revision,
    InstantText(posts.c.revised_at).label("revised_at"),
    posts.c.state,
    posts.c.state_reason,
    InstantText(posts.c.state_since).label("state_since"),
    posts.c.pro,
    posts.c.contra,
    posts.c.sources,
    posts.c.agree,
    posts.c.mixed,
    posts.c.disagree,
    posts.c.support,
    posts.c.on_earlier_revisions,
    posts.c.reference,
    posts.c.reported_tally,
)
# Read along with the posts, so that who reads without a transaction can tell whether they are those
# of the version that was read before.
_LENGTH: Final = (
    select(debates.c.journal_length).where(debates.c.key == bindparam("debate_key")).scalar_subquery()
)
_POST: Final = select(*COLUMNS, WhereNotOneSnapshot(_LENGTH).label("journal_length")).where(
    posts.c.debate_key == bindparam("debate_key")
)
_ONE: Final = _POST.where(posts.c.number == bindparam("number"))


def _is(kind: PostKind) -> ColumnElement[bool]:
    # Written out, because a partial index asks for it: with a bound value SQLite plans the
    # statement anew at each execution, which takes longer than to run it.
    return posts.c.kind == literal_column(f"'{kind.value}'")


def _replies(kind: PostKind, side: Side | None) -> Select[*tuple[Any, ...]]:
    # `IS NOT NULL` is implied by the line above it; it names the condition of the partial
    # index. A source's side is null, said so that the index gives the order by number.
    replies = _POST.where(
        posts.c.contribution == bindparam("number"),
        posts.c.contribution.is_not(None),
        _is(kind),
    )
    if kind is PostKind.SOURCE:
        return replies.where(posts.c.side.is_(None))
    return replies if side is None else replies.where(posts.c.side == side.value)


def _first(kind: PostKind, side: Side | None) -> Select[*tuple[Any, ...]]:
    first = _replies(kind, side).order_by(posts.c.number).limit(bindparam("replies"))
    return select(first.subquery())


def _nothing(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(null(), column.type).label(column.key)


def _response() -> Select[*tuple[Any, ...]]:
    """The response that stands, in the columns of a post: its text travels in the one that holds JSON."""
    said: dict[str, ColumnElement[Any]] = {
        "kind": literal_column(f"'{RESPONSE}'", String),
        "created_at": InstantText(debate_acts.c.at),
        "reported_tally": debate_acts.c.content,
    }
    newest = (
        select(
            *(said[one.key].label(one.key) if one.key in said else _nothing(one) for one in COLUMNS),
            WhereNotOneSnapshot(_LENGTH).label("journal_length"),
        )
        .where(
            debate_acts.c.debate_key == bindparam("debate_key"),
            debate_acts.c.number == bindparam("number"),
            debate_acts.c.number.is_not(None),
        )
        .order_by(debate_acts.c.sequence.desc())
        .limit(1)
    )
    return select(newest.subquery())


ONE: Final = Prepared(_ONE)
# A thread in one statement: each branch reads one stretch of an index and stops.
THREAD: Final = Prepared(
    union_all(
        _ONE.where(_is(PostKind.CONTRIBUTION)),
        _first(PostKind.ARGUMENT, Side.PRO),
        _first(PostKind.ARGUMENT, Side.CONTRA),
        _first(PostKind.SOURCE, None),
        _response(),
    )
)
_BEFORE: Final = bindparam("before", type_=BigInteger)
NEWEST: Final = Prepared(
    _POST.where(posts.c.number < _BEFORE).order_by(posts.c.number.desc()).limit(bindparam("rows"))
)


def _newest(kind: PostKind, side: Side | None) -> Select[*tuple[Any, ...]]:
    newest = _replies(kind, side).where(posts.c.number < _BEFORE)
    return select(newest.order_by(posts.c.number.desc()).limit(bindparam("rows")).subquery())


# As THREAD, from the other end; the contribution comes in any case, to say that there is one.
NEWEST_OF_THREAD: Final = Prepared(
    union_all(
        _ONE.where(_is(PostKind.CONTRIBUTION)),
        _newest(PostKind.ARGUMENT, Side.PRO),
        _newest(PostKind.ARGUMENT, Side.CONTRA),
        _newest(PostKind.SOURCE, None),
    )
)
REPLIES_TO: Final = _POST.where(
    posts.c.contribution.in_(bindparam("numbers", expanding=True)), posts.c.contribution.is_not(None)
).order_by(posts.c.number)
BY_REFERENCE: Final = Prepared(_POST.where(posts.c.reference == bindparam("reference")))
_SHOWN_FROM: Final = (
    select(posts.c.shown_from)
    .where(posts.c.debate_key == bindparam("debate_key"), posts.c.number == bindparam("number"))
    .scalar_subquery()
)
_SHOWN_REVISIONS: Final = select(
    revisions.c.revision,
    revisions.c.author_name,
    revisions.c.capacity,
    revisions.c.theme,
    revisions.c.title,
    revisions.c.body,
    revisions.c.link,
    InstantText(revisions.c.created_at).label("created_at"),
).where(
    revisions.c.debate_key == bindparam("debate_key"),
    revisions.c.number == bindparam("number"),
    revisions.c.revision >= _SHOWN_FROM,
)
REVISIONS: Final = Prepared(_SHOWN_REVISIONS.order_by(revisions.c.revision))
NEWEST_REVISIONS: Final = Prepared(
    _SHOWN_REVISIONS.where(revisions.c.revision <= bindparam("until", type_=BigInteger))
    .order_by(revisions.c.revision.desc())
    .limit(bindparam("rows"))
)

_RANKS: Final = {
    ContributionSort.MOST_VOTED: posts.c.votes,
    ContributionSort.MOST_AGREED: posts.c.balance,
    ContributionSort.MOST_DISCUSSED: posts.c.arguments,
    ContributionSort.RANDOM: posts.c.shuffle,
    ReplySort.MOST_SUPPORTED: posts.c.support,
}
# Cursors come from outside and may hold any 64-bit number.
_RANK: Final = bindparam("rank", type_=BigInteger)
_LAST_NUMBER: Final = bindparam("last_number", type_=BigInteger)
_ASCENDING: Final = {ContributionSort.OLDEST, ContributionSort.RANDOM, ReplySort.OLDEST}


def is_ranked(sort: ContributionSort | ReplySort) -> bool:
    """Does the order go by a rank before the number?"""
    return sort in _RANKS


def ordered(
    statement: Select[*tuple[Any, ...]], sort: ContributionSort | ReplySort, *, after: bool
) -> Select[*tuple[Any, ...]]:
    """The statement in an order, cut at `rows`; after (`rank`, `last_number`) if asked.

    The rank is a column of that name; without one, the order is by number alone.
    """
    rank = _RANKS.get(sort)
    statement = statement.limit(bindparam("rows"))
    if rank is None:
        if after:
            statement = statement.where(_beyond(posts.c.number, _LAST_NUMBER, sort))
        return statement.order_by(_directed(posts.c.number, sort))
    statement = statement.add_columns(rank.label("rank"))
    if after:
        same = and_(rank == _RANK, _beyond(posts.c.number, _LAST_NUMBER, sort))
        # The bound on the rank alone is redundant; it lets the index start at the right place.
        bound = rank >= _RANK if sort in _ASCENDING else rank <= _RANK
        statement = statement.where(bound, or_(_beyond(rank, _RANK, sort), same))
    return statement.order_by(_directed(rank, sort), _directed(posts.c.number, sort))


def _beyond(
    column: ColumnElement[int], value: ColumnElement[int], sort: ContributionSort | ReplySort
) -> ColumnElement[bool]:
    return column > value if sort in _ASCENDING else column < value


def _directed(column: ColumnElement[int], sort: ContributionSort | ReplySort) -> ColumnElement[int]:
    return column.asc() if sort in _ASCENDING else column.desc()


def contributions_of(*, theme: bool, lap: int | None = None) -> Select[*tuple[Any, ...]]:
    """The contributions of a debate, of one theme if asked.

    The random order is a ring of shuffled places: `lap` 0 is from `start` to its end, 1 from
    its beginning to `start`.
    """
    statement = _POST.where(_is(PostKind.CONTRIBUTION))
    if theme:
        statement = statement.where(posts.c.theme == bindparam("theme"))
    if lap == 0:
        return statement.where(posts.c.shuffle >= bindparam("start"))
    if lap == 1:
        return statement.where(posts.c.shuffle < bindparam("start"))
    return statement


@cache
def contribution_page(
    sort: ContributionSort, *, theme: bool, after: bool, lap: int | None = None
) -> Prepared:
    """A page of contributions."""
    return Prepared(ordered(contributions_of(theme=theme, lap=lap), sort, after=after))


@cache
def reply_page(kind: PostKind, side: Side | None, sort: ReplySort, *, after: bool) -> Prepared:
    """A page of a contribution's arguments or sources."""
    return Prepared(ordered(_replies(kind, side), sort, after=after))
