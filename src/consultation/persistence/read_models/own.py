"""What one person has in a debate, and what is known of them there, in one statement."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Select, Subquery, bindparam, literal, select, union_all

from consultation.application.documents import vote_document
from consultation.application.readers import Document, Own
from consultation.domain.debates import Debate
from consultation.domain.moderation import CaseState
from consultation.domain.participation import NOTHING_KNOWN
from consultation.domain.posts import PostHead
from consultation.domain.voting import Vote, VoteValue
from consultation.persistence.read_models.base import Reads
from consultation.persistence.repositories.heads import HEAD_COLUMNS, head_of
from consultation.persistence.repositories.participations import STANDING, standing_from
from consultation.persistence.tables import cases, held_posts, posts, votes
from consultation.persistence.types import AnyRow

_ON_POSTS: Final = (
    select(
        *HEAD_COLUMNS,
        votes.c.value.label("vote_value"),
        votes.c.revision.label("vote_revision"),
        votes.c.cast_at,
    )
    .select_from(
        posts.outerjoin(
            votes,
            (votes.c.debate_key == posts.c.debate_key)
            & (votes.c.number == posts.c.number)
            & (votes.c.person_key == bindparam("person_key")),
        )
    )
    .where(
        posts.c.debate_key == bindparam("debate_key"),
        posts.c.number.in_(bindparam("numbers", expanding=True)),
    )
)
_WAITING: Final = (
    select(
        held_posts.c.uid.label("held_uid"),
        held_posts.c.kind.label("held_kind"),
        held_posts.c.contribution.label("held_contribution"),
        held_posts.c.side.label("held_side"),
        held_posts.c.revises.label("held_revises"),
        held_posts.c.title.label("held_title"),
        held_posts.c.body.label("held_body"),
        held_posts.c.language.label("held_language"),
        held_posts.c.arrived_at.label("held_arrived_at"),
    )
    .join(cases, cases.c.held_key == held_posts.c.key)
    .where(
        held_posts.c.debate_key == bindparam("debate_key"),
        held_posts.c.author_key == bindparam("person_key"),
        cases.c.state == CaseState.OPEN.value,
    )
)


def _together(**parts: Subquery) -> Select[Any]:
    """The rows of some subqueries one below the other, each with its name and in columns of its own."""
    which = union_all(*(select(literal(name).label("part")) for name in parts)).subquery("which")
    rows, columns = select(which.c.part), which
    joined: Any = columns
    for name, part in parts.items():
        joined = joined.outerjoin(part, which.c.part == name)
        rows = rows.add_columns(*part.c)
    return rows.select_from(joined)


_waiting, _standing = _WAITING.subquery(), STANDING.order_by(None).subquery()
_ALL: Final = _together(posts=_ON_POSTS.subquery(), waiting=_waiting, standing=_standing).order_by(
    _waiting.c.held_uid, _standing.c.provider
)


class OwnReads(Reads):
    """Reads of what is one's own in a debate."""

    def own(self, debate: Debate, person_key: int, numbers: list[int]) -> Own:
        """What a person has in a debate: on these posts, what waits, and what the debate may ask for.

        Where nothing waits and nothing is asked for, as in most debates, neither is read.
        """
        given = {"debate_key": debate.key, "person_key": person_key, "numbers": numbers}
        if not (debate.limits.pre_moderation or debate.participation.asks):
            return _own(self._connection.execute(_ON_POSTS, given).all() if numbers else [])
        found = self._connection.execute(_ALL, given).all()
        # Of a part without rows there is one, with nothing in it.
        waiting = [row for row in found if row.part == "waiting" and row.held_uid is not None]
        known = [row for row in found if row.part == "standing" and row.email is not None]
        return replace(
            _own([row for row in found if row.part == "posts" and row.number is not None]),
            waiting=[_waiting_document(row) for row in waiting],
            standing=standing_from(known) if debate.participation.asks else NOTHING_KNOWN,
        )


def _own(rows: Sequence[AnyRow]) -> Own:
    own_votes: dict[int, Document] = {}
    heads: dict[int, PostHead] = {}
    for row in rows:
        heads[row.number] = head_of(row)
        if row.vote_value is not None:
            vote = Vote(VoteValue(row.vote_value), row.vote_revision)
            own_votes[row.number] = vote_document(vote, row.cast_at, row.revision)
    return Own(own_votes, heads)


def _waiting_document(row: AnyRow) -> Document:
    return {
        "id": row.held_uid,
        "kind": row.held_kind,
        "contribution": row.held_contribution,
        "side": row.held_side,
        "revises": row.held_revises,
        "title": row.held_title,
        "body": row.held_body,
        "lang": row.held_language,
        "arrived_at": row.held_arrived_at,
    }
