"""Keyset pages: stable under writes, no offset."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, and_, literal, or_

from consultation.application.readers import Position, Window
from consultation.persistence.types import AnyRow


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows by non-null columns, of which the last is unique."""

    columns: tuple[ColumnElement[Any], ...]
    descending: bool

    def page(self, statement: Select[*tuple[Any, ...]], window: Window) -> Select[*tuple[Any, ...]]:
        """The statement ordered, after the window's position, with one row more than asked."""
        for column in self.columns:
            statement = statement.order_by(column.desc() if self.descending else column.asc())
        if window.after is not None:
            statement = statement.where(self._beyond(window.after))
        return statement.limit(window.limit + 1)

    def _beyond(self, position: Position) -> ColumnElement[bool]:
        # (a, b) after (x, y): a beyond x, or a = x and b beyond y.
        choices = []
        for index, column in enumerate(self.columns):
            value = literal(position[index], None if isinstance(position[index], UUID) else BigInteger())
            beyond = column < value if self.descending else column > value
            equal = (self.columns[i] == position[i] for i in range(index))
            choices.append(and_(*equal, beyond))
        return or_(*choices)


def cut(rows: Sequence[AnyRow], window: Window) -> tuple[Sequence[AnyRow], bool]:
    """The rows of the page, and whether there are more behind it."""
    return rows[: window.limit], len(rows) > window.limit
