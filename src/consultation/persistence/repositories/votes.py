"""Votes of a locked debate."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from consultation.application.ports import Mark
from consultation.domain.posts import PostHead
from consultation.domain.voting import TallyChange, Vote, VoteValue
from consultation.persistence.prepared import Prepared
from consultation.persistence.repositories.heads import HEAD_COLUMNS, head_of
from consultation.persistence.repositories.presence import takes_part
from consultation.persistence.tables import posts, votes

_FIND = Prepared(
    select(
        *HEAD_COLUMNS,
        votes.c.value.label("vote_value"),
        votes.c.revision.label("vote_revision"),
        takes_part(besides_a_vote=True).label("elsewhere"),
    )
    .select_from(
        posts.outerjoin(
            votes,
            (votes.c.debate_key == posts.c.debate_key)
            & (votes.c.number == posts.c.number)
            & (votes.c.person_key == bindparam("person_key")),
        )
    )
    .where(posts.c.debate_key == bindparam("debate_key"), posts.c.number == bindparam("number"))
)
_COLUMNS = ("value", "revision", "cast_at", "sequence", "salt")
_VOTE = ("debate_key", "number", "person_key", *_COLUMNS)


def _put(insertion: "type[PostgresqlInsert | SqliteInsert]") -> Prepared:
    statement = insertion(votes).values({name: bindparam(name) for name in _VOTE})
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=["debate_key", "number", "person_key"],
            set_={name: statement.excluded[name] for name in _COLUMNS},
        )
    )


_PUT = {"postgresql": _put(PostgresqlInsert), "sqlite": _put(SqliteInsert)}
_REMOVE = delete(votes).where(
    votes.c.debate_key == bindparam("in_debate"),
    votes.c.number == bindparam("at_number"),
    votes.c.person_key == bindparam("by_person"),
)
_TALLY = tuple(TallyChange.__dataclass_fields__)
_COUNT = Prepared(
    update(posts)
    .where(posts.c.debate_key == bindparam("in_debate"), posts.c.number == bindparam("at_number"))
    .values({name: posts.c[name] + bindparam(f"add_{name}") for name in _TALLY})
)


class SqlVotes:
    """The votes port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(
        self, debate_key: int, number: int, person_key: int
    ) -> tuple[PostHead | None, Vote | None, bool]:
        """The post, the person's vote on it, and whether the person takes part elsewhere."""
        place = {"debate_key": debate_key, "number": number, "person_key": person_key}
        row = _FIND.first(self._connection, **place)
        if row is None:
            return None, None, False
        vote = None
        if row.vote_value is not None:
            vote = Vote(VoteValue(row.vote_value), row.vote_revision)
        return head_of(row), vote, bool(row.elsewhere)

    def put(
        self, debate_key: int, number: int, person_key: int, vote: Vote, at: datetime, mark: Mark
    ) -> None:
        """Insert or replace the person's vote."""
        _PUT[self._connection.dialect.name].all(
            self._connection,
            debate_key=debate_key,
            number=number,
            person_key=person_key,
            value=vote.value.value,
            revision=vote.revision,
            cast_at=at,
            sequence=mark.sequence,
            salt=mark.salt,
        )

    def remove(self, debate_key: int, number: int, person_key: int) -> None:
        """Delete the person's vote."""
        self._connection.execute(
            _REMOVE, {"in_debate": debate_key, "at_number": number, "by_person": person_key}
        )

    def count(self, debate_key: int, number: int, change: TallyChange) -> None:
        """Add to the counters of the post."""
        added = {f"add_{name}": getattr(change, name) for name in _TALLY}
        _COUNT.all(self._connection, in_debate=debate_key, at_number=number, **added)
