"""What a person's new post depends on, read in one statement."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Subquery,
    Table,
    bindparam,
    func,
    literal,
    select,
    union_all,
)

from consultation.application.ports import Background
from consultation.domain.moderation import CaseState
from consultation.domain.posts import PostKind, PostState, Side
from consultation.domain.repetition import LOOKED_AT, Earlier, Wording
from consultation.persistence.prepared import Prepared
from consultation.persistence.repositories.heads import HEAD_COLUMNS, head_of
from consultation.persistence.tables import cases, held_posts, posts
from consultation.persistence.types import AnyRow


def _own(
    table: Table, number: ColumnElement[Any], compared: ColumnElement[bool], place: ColumnElement[Any]
) -> Select[Any]:
    """A person's own of a table: its wording, whether it is compared, and its place among the others."""
    return select(
        number.label("earlier_number"),
        table.c.contribution.label("earlier_contribution"),
        table.c.search_terms.label("earlier_words"),
        table.c.link.label("earlier_link"),
        table.c.side.label("earlier_side"),
        (func.length(func.coalesce(table.c.title, "")) + func.length(table.c.body)).label("earlier_size"),
        table.c.kind,
        compared.label("compared"),
        place.label("place"),
    ).where(table.c.author_key == bindparam("person_key"), table.c.debate_key == bindparam("debate_key"))


def _counted(own: Select[Any]) -> ScalarSelect[Any]:
    return own.limit(bindparam("counted")).offset(bindparam("beyond")).scalar_subquery()


def _background(newest: Subquery, counted: ScalarSelect[Any]) -> Prepared:
    one = select(counted.label("oldest_counted")).subquery()
    head = (posts.c.debate_key == bindparam("debate_key")) & (posts.c.number == bindparam("number"))
    earlier = (newest.c.kind == bindparam("kind")) & newest.c.compared
    return Prepared(
        select(
            *HEAD_COLUMNS,
            one.c.oldest_counted,
            *(column for column in newest.c if column.name.startswith("earlier_")),
            newest.c.compared,
        )
        .select_from(one.outerjoin(posts, head).outerjoin(newest, earlier))
        .order_by(newest.c.place.desc())
    )


# Along the index, however much the person has written: the last few posts, and the one that a cap
# counts up to. Without a cap the latter is not looked for at all.
_posted = _own(posts, posts.c.number, posts.c.state == PostState.VISIBLE.value, posts.c.number)
_POSTED: Final = _background(
    _posted.order_by(posts.c.number.desc()).limit(LOOKED_AT).subquery(),
    _counted(_posted.with_only_columns(posts.c.created_at).order_by(posts.c.number.desc())),
)
_nowhere: ColumnElement[Any] = literal(None, posts.c.number.type)
_sent = union_all(
    _own(posts, posts.c.number, posts.c.state == PostState.VISIBLE.value, posts.c.created_at),
    _own(held_posts, _nowhere, cases.c.state == CaseState.OPEN.value, held_posts.c.arrived_at)
    .join(cases, cases.c.held_key == held_posts.c.key)
    .where(
        held_posts.c.revises.is_(None),
        # What was published is there as a post; what was refused or withdrawn had to be read, and counts.
        cases.c.number.is_(None),
    ),
).cte("sent")
_SENT: Final = _background(
    select(_sent).order_by(_sent.c.place.desc()).limit(LOOKED_AT).subquery(),
    _counted(select(_sent.c.place).order_by(_sent.c.place.desc())),
)


def background(
    connection: Connection,
    debate_key: int,
    number: int | None,
    person_key: int,
    kind: PostKind,
    side: Side | None,
    cap: int | None,
    *,
    waits: bool,
) -> Background:
    """See `Posts.background`."""
    rows = (_SENT if waits else _POSTED).all(
        connection,
        debate_key=debate_key,
        number=number,
        person_key=person_key,
        kind=kind.value,
        counted=0 if cap is None else 1,
        beyond=0 if cap is None else cap - 1,
    )
    first = rows[0]
    return Background(
        head=None if first.number is None else head_of(first),
        earlier=_earlier([row for row in rows if row.compared], side),
        oldest_counted=first.oldest_counted,
    )


def _earlier(rows: Sequence[AnyRow], side: Side | None) -> tuple[Earlier, ...]:
    return tuple(
        Earlier(
            row.earlier_number,
            Wording(row.earlier_words, row.earlier_size, row.earlier_contribution, row.earlier_link),
        )
        for row in rows
        if row.earlier_side == side
    )
