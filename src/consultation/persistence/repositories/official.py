"""What the organiser has said officially in a locked debate: the newest of the acts that say it."""

from sqlalchemy import Connection, bindparam, select

from consultation.application.ports import Answerable, Official
from consultation.persistence.repositories.heads import HEAD_COLUMNS, head_of
from consultation.persistence.repositories.outcomes import IS_OUTCOME, official_of
from consultation.persistence.tables import debate_acts, posts

_RESPONSE = (
    select(debate_acts.c.debate_key, debate_acts.c.at, debate_acts.c.content)
    .where(
        debate_acts.c.debate_key == bindparam("debate_key"),
        debate_acts.c.number == bindparam("number"),
    )
    .order_by(debate_acts.c.sequence.desc())
    .limit(1)
    .subquery()
)
_ANSWERABLE = (
    select(*HEAD_COLUMNS, _RESPONSE.c.at, _RESPONSE.c.content)
    .select_from(posts.outerjoin(_RESPONSE, _RESPONSE.c.debate_key == posts.c.debate_key))
    .where(posts.c.debate_key == bindparam("debate_key"), posts.c.number == bindparam("number"))
)
_OUTCOME = (
    select(debate_acts.c.at, debate_acts.c.content)
    .where(debate_acts.c.debate_key == bindparam("debate_key"), IS_OUTCOME)
    .order_by(debate_acts.c.sequence.desc())
    .limit(1)
)


class SqlOfficials:
    """The officials port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def answerable(self, debate_key: int, number: int) -> Answerable | None:
        """A post and the response that stands on it."""
        place = {"debate_key": debate_key, "number": number}
        row = self._connection.execute(_ANSWERABLE, place).one_or_none()
        if row is None:
            return None
        return Answerable(head_of(row), None if row.content is None else official_of(row.content, row.at))

    def outcome(self, debate_key: int) -> Official | None:
        """The outcome that stands."""
        row = self._connection.execute(_OUTCOME, {"debate_key": debate_key}).one_or_none()
        return None if row is None else official_of(row.content, row.at)
