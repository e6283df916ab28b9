"""What was said officially, every version of it."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Select, bindparam, select

from consultation.application.documents import official_version
from consultation.application.readers import Document
from consultation.application.versions import DebateVersion
from consultation.persistence.read_models.base import Reads
from consultation.persistence.repositories.debates import WITH_OWNER
from consultation.persistence.repositories.outcomes import IS_OUTCOME, OUTCOME_COLUMNS
from consultation.persistence.tables import debate_acts
from consultation.persistence.types import AnyRow

_SAID: Final = (
    select(debate_acts.c.at, debate_acts.c.content)
    .where(debate_acts.c.debate_key == bindparam("debate_key"))
    .order_by(debate_acts.c.sequence)
)
_RESPONSES: Final = _SAID.where(
    debate_acts.c.number == bindparam("number"), debate_acts.c.number.is_not(None)
)
_OUTCOMES: Final = _SAID.where(IS_OUTCOME)


WITH_OUTCOME: Final[Select[Any]] = WITH_OWNER.add_columns(*OUTCOME_COLUMNS)
"""Debates with their owners and the outcome that stands."""


def outcome_of(row: AnyRow) -> Document | None:
    """The outcome of a row of WITH_OUTCOME."""
    return None if row.outcome is None else _version(row.outcome, row.outcome_at)


def _version(content: Document, at: Any) -> Document:  # noqa: ANN401 - an instant, read or written
    return official_version(content["version"], content["body"], content["language"], at)


class OfficialReads(Reads):
    """Reads of responses and outcomes."""

    def response_versions(self, version: DebateVersion, number: int) -> list[Document]:
        """Every version of the response to a contribution, oldest first."""
        rows = self._connection.execute(_RESPONSES, {"debate_key": version.key, "number": number})
        return [_version(row.content, row.at) for row in rows]

    def answered(self, version: DebateVersion, numbers: Collection[int]) -> frozenset[int]:
        """Which of these contributions have a response."""
        statement = (
            select(debate_acts.c.number)
            .distinct()
            .where(debate_acts.c.debate_key == version.key, debate_acts.c.number.in_(numbers))
        )
        return frozenset(number for (number,) in self._connection.execute(statement))

    def outcome_versions(self, version: DebateVersion) -> list[Document]:
        """Every version of a debate's outcome, oldest first."""
        rows = self._connection.execute(_OUTCOMES, {"debate_key": version.key})
        return [_version(row.content, row.at) for row in rows]
