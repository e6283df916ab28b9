"""Counting anew what counters keep: for imports, which trust none, and for `doctor`."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    literal_column,
    select,
    true,
    union,
    union_all,
)

from consultation.application.ports import Counts
from consultation.domain.journal import EntryKind
from consultation.persistence.tables import debate_acts, posts, unlinked_votes, votes

POST_COUNTERS: Final = (
    *("pro", "contra", "sources", "agree", "mixed", "disagree", "support"),
    "on_earlier_revisions",
)
"""The counters of a post."""

DEBATE_COUNTERS: Final = tuple(Counts.__dataclass_fields__)
"""The counters of a debate."""

_VISIBLE: Final = posts.c.state == "visible"
_REPLIES: Final = {
    "pro": and_(_VISIBLE, posts.c.side == "pro"),
    "contra": and_(_VISIBLE, posts.c.side == "contra"),
    "sources": and_(_VISIBLE, posts.c.kind == "source"),
}
_BALLOTS: Final = {
    **{name: votes.c.value == name for name in ("agree", "mixed", "disagree", "support")},
    "on_earlier_revisions": votes.c.revision != posts.c.revision,
}
_COUNTED_BALLOTS: Final = {
    **{name: unlinked_votes.c.value == name for name in ("agree", "mixed", "disagree", "support")},
    "on_earlier_revisions": unlinked_votes.c.revision != posts.c.revision,
}
_DEBATE_POSTS: Final = {
    "contributions": and_(_VISIBLE, posts.c.kind == "contribution"),
    "arguments_pro": and_(_VISIBLE, posts.c.side == "pro"),
    "arguments_contra": and_(_VISIBLE, posts.c.side == "contra"),
    "sources": and_(_VISIBLE, posts.c.kind == "source"),
}
_DEBATE_BALLOTS: Final = {
    "votes": posts.c.kind == "contribution",
    "supports": posts.c.kind != "contribution",
}


_ONE: Final[ColumnElement[int]] = literal_column("1")


def _count(condition: ColumnElement[bool], weight: ColumnElement[int] = _ONE) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, weight), else_=0)), 0)


def _counted(
    conditions: dict[str, ColumnElement[bool]], weight: ColumnElement[int] = _ONE
) -> Iterable[ColumnElement[int]]:
    return (
        _count(conditions[name], weight).label(name) if name in conditions else literal(0).label(name)
        for name in POST_COUNTERS
    )


def tallies(debate_key: int) -> Subquery:
    """The true counters of every post that has a reply or a vote, by `number`."""
    replies = (
        select(posts.c.contribution.label("number"), *_counted(_REPLIES))
        .where(posts.c.debate_key == debate_key, posts.c.contribution.is_not(None))
        .group_by(posts.c.contribution)
    )
    ballots = (
        select(votes.c.number, *_counted(_BALLOTS))
        .join(posts, and_(posts.c.debate_key == votes.c.debate_key, posts.c.number == votes.c.number))
        .where(votes.c.debate_key == debate_key)
        .group_by(votes.c.number)
    )
    counted = (
        select(unlinked_votes.c.number, *_counted(_COUNTED_BALLOTS, unlinked_votes.c.votes))
        .join(
            posts,
            and_(
                posts.c.debate_key == unlinked_votes.c.debate_key,
                posts.c.number == unlinked_votes.c.number,
            ),
        )
        .where(unlinked_votes.c.debate_key == debate_key)
        .group_by(unlinked_votes.c.number)
    )
    both = union_all(replies, ballots, counted).subquery()
    return (
        select(both.c.number, *(func.sum(both.c[name]).label(name) for name in POST_COUNTERS))
        .group_by(both.c.number)
        .subquery("tallies")
    )


def debate_counters(debate_key: int) -> Select[Any]:
    """One row with the true counters of a debate."""
    by_post = (
        select(*(_count(condition).label(name) for name, condition in _DEBATE_POSTS.items()))
        .where(posts.c.debate_key == debate_key)
        .subquery()
    )
    ballots = union_all(
        select(votes.c.number, _ONE.label("votes")).where(votes.c.debate_key == debate_key),
        select(unlinked_votes.c.number, unlinked_votes.c.votes).where(
            unlinked_votes.c.debate_key == debate_key
        ),
    ).subquery()
    by_vote = (
        select(
            *(_count(condition, ballots.c.votes).label(name) for name, condition in _DEBATE_BALLOTS.items())
        )
        .select_from(ballots)
        .join(posts, and_(posts.c.debate_key == debate_key, posts.c.number == ballots.c.number))
        .subquery()
    )
    people = union(
        select(posts.c.author_key).where(posts.c.debate_key == debate_key, posts.c.author_key.is_not(None)),
        select(votes.c.person_key).where(votes.c.debate_key == debate_key),
    ).subquery()
    known = select(func.count()).select_from(people).scalar_subquery()
    # Whoever was erased took part all the same: each has one entry in the journal.
    erased = (
        select(func.count())
        .where(debate_acts.c.debate_key == debate_key, debate_acts.c.kind == EntryKind.PERSON_ERASED)
        .scalar_subquery()
    )
    participants = known + erased
    one_row = by_post.join(by_vote, true())
    return select(by_post, by_vote, participants.label("participants")).select_from(one_row)
