"""What is kept of one person, read from the list of holdings in one snapshot, row by row."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from consultation.application.privacy.archives import Row, Value
from consultation.persistence.privacy.holding import Holding
from consultation.persistence.privacy.holdings import HOLDINGS
from consultation.persistence.tables import debates, organisations
from consultation.persistence.types import AnyRow

_BATCH: Final = 500


class SqlSections:
    """The sections of one person's archive, on one connection."""

    def __init__(self, connection: Connection, person_key: int) -> None:
        self._connection = connection
        self._person_key = person_key

    def sections(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """Each table with something to show, by its name, with its rows."""
        for holding in HOLDINGS:
            if holding.shown:
                yield holding.section, self._rows(holding)

    def _rows(self, holding: Holding) -> Iterator[Row]:
        statement = _statement(holding).where(holding.of(self._person_key))
        for row in self._connection.execute(statement, execution_options={"yield_per": _BATCH}):
            yield _shown(row)


def _statement(holding: Holding) -> Select[Any]:
    """The columns of a holding, and of what debate or organisation the row is."""
    table = holding.table
    columns = [table.c[name] for name in holding.shown if name != "debate_key"]
    if "debate_key" in table.c:
        statement = select(debates.c.uid.label("debate"), debates.c.title.label("debate_title"), *columns)
        statement = statement.join_from(table, debates, debates.c.key == table.c.debate_key)
    elif "organisation_key" in table.c:
        statement = select(organisations.c.slug.label("organisation"), *columns)
        statement = statement.join_from(table, organisations, organisations.c.key == table.c.organisation_key)
    else:
        statement = select(*columns)
    return statement.order_by(*table.primary_key)


def _shown(row: AnyRow) -> Row:
    return {str(name): _value(value) for name, value in row._mapping.items()}  # noqa: SLF001 - public by its documentation


def _value(value: Value) -> Value:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
