"""Keyset pages: stable under writes, no offset."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_

from consultation.application.readers import Position, Window
from consultation.persistence.types import AnyRow


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows by non-null integer columns, of which the last is unique."""

    columns: tuple[ColumnElement[int], ...]
    descending: tuple[bool, ...]

    def page(self, statement: Select[*tuple[Any, ...]], window: Window) -> Select[*tuple[Any, ...]]:
        """The statement ordered, after the window's position, with one row more than asked."""
        for column, descending in zip(self.columns, self.descending, strict=True):
            statement = statement.order_by(column.desc() if descending else column.asc())
        if window.after is not None:
            statement = statement.where(self._beyond(window.after))
        return statement.limit(window.limit + 1)

    def _beyond(self, position: Position) -> ColumnElement[bool]:
        # (a, b) after (x, y): a beyond x, or a = x and b beyond y.
        choices = []
        for index, column in enumerate(self.columns):
            beyond = column < position[index] if self.descending[index] else column > position[index]
            equal = (self.columns[i] == position[i] for i in range(index))
            choices.append(and_(*equal, beyond))
        first = self.columns[0]
        # Redundant, but lets the database start in the index instead of filtering from its end.
        bound = first <= position[0] if self.descending[0] else first >= position[0]
        return and_(bound, or_(*choices))


def cut(rows: Sequence[AnyRow], window: Window) -> tuple[Sequence[AnyRow], bool]:
    """The rows of the page, and whether there are more behind it."""
    return rows[: window.limit], len(rows) > window.limit
