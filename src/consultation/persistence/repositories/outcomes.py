"""The newest outcome of a debate, read along with the row of the debate."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Label, literal_column, select

from consultation.application.ports import Official
from consultation.domain.journal import EntryKind
from consultation.domain.official import OfficialText
from consultation.persistence.tables import debate_acts, debates

# Written out, because a partial index asks for it.
IS_OUTCOME: Final[ColumnElement[bool]] = debate_acts.c.kind == literal_column(
    f"'{EntryKind.OUTCOME_PUBLISHED.value}'"
)
"""Of acts on debates: a version of the outcome."""


def _newest(column: ColumnElement[Any], name: str) -> Label[Any]:
    newest = select(column).where(debate_acts.c.debate_key == debates.c.key, IS_OUTCOME)
    ordered = newest.order_by(debate_acts.c.sequence.desc()).limit(1)
    return ordered.correlate(debates).scalar_subquery().label(name)


OUTCOME_COLUMNS: Final = (
    _newest(debate_acts.c.content, "outcome"),
    _newest(debate_acts.c.at, "outcome_at"),
)
"""The outcome that stands, of a statement about debates: what it says, and since when."""


def official_of(content: Any, at: datetime) -> Official:  # noqa: ANN401 - what a column of JSON holds
    """An official text of what its act has as content."""
    return Official(OfficialText(content["body"], content["language"], content["version"]), at)
