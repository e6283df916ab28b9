"""Columns and rows as the text that an archive holds, made by the database.

The database writes instants, ids, hashes and whole JSON objects faster than Python objects
could be made of them and taken apart again, and both databases write the same.
"""

from collections.abc import Mapping
from functools import lru_cache, reduce
from itertools import chain
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    Uuid,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects import postgresql

from consultation.application.exports import participant_id
from consultation.persistence.tables import people

_INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
_REMEMBERED = 4_096
_GROUPS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
"""Where the groups of digits of a UUID start, and how long they are (RFC 9562)."""


Columns: TypeAlias = Mapping[str, ColumnElement[Any] | str | None]
"""Columns by the names of the fields; texts and None stand for themselves."""


class TextColumns:
    """Text forms of columns for the database of one connection, and for one debate."""

    def __init__(self, connection: Connection, debate: UUID) -> None:
        self._debate = debate
        self._is_sqlite = connection.dialect.name == "sqlite"
        if self._is_sqlite:
            driver: Any = connection.connection.driver_connection
            driver.create_function("participant_id", 2, _participant_id, deterministic=True)

    def json_object(self, fields: Columns, tables: FromClause) -> Select[Any]:
        """Selects from the tables one compact JSON object a row, as `text`."""
        if self._is_sqlite:
            parts = chain.from_iterable(fields.items())
            return select(func.json_object(*parts, type_=String).label("text")).select_from(tables)
        columns = (
            literal(value, String).label(name)
            if value is None or isinstance(value, str)
            else value.label(name)
            for name, value in fields.items()
        )
        row = select(*columns).correlate_except().lateral("row")
        text = cast(func.row_to_json(row.table_valued()), String)
        return select(text.label("text")).select_from(tables.join(row, true()))

    def instant(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """RFC 3339 in UTC with six fractional digits, as `format_instant` writes it."""
        if self._is_sqlite:  # which keeps exactly this
            return type_coerce(column, String)
        return func.to_char(func.timezone("UTC", column), _INSTANT, type_=String)

    def uid(self, column: ColumnElement[UUID]) -> ColumnElement[str]:
        """A UUID with hyphens, in lower case."""
        return type_coerce(column, Uuid(as_uuid=False))

    def octets(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Lower-case hexadecimal digits."""
        if self._is_sqlite:  # whose hex() of null is empty
            return func.nullif(func.lower(func.hex(column)), "", type_=String)
        return func.encode(column, "hex", type_=String)

    def participant(self) -> ColumnElement[str]:
        """The participant's id for a row of `people`: the SQL twin of `participant_id`."""
        return (
            type_coerce(self.participant_order(), String)
            if self._is_sqlite
            else cast(self.participant_order(), String)
        )

    def participant_order(self) -> ColumnElement[Any]:
        """What sorts as the octets of the participant's id do, whatever the collation."""
        came_with_it = people.c.imported_with == self._debate
        if self._is_sqlite:
            uid = type_coerce(people.c.uid, String)
            return case((came_with_it, _with_hyphens(uid)), else_=func.participant_id(self._debate.hex, uid))
        debate = literal(self._debate, postgresql.UUID())
        octets = func.uuid_send(debate).concat(func.uuid_send(people.c.uid))
        digest = func.encode(func.sha256(octets), "hex", type_=String)
        digits = func.concat(
            *(func.substr(digest, 1, 12), "8", func.substr(digest, 14, 3)),
            *("8", func.substr(digest, 18, 15)),
        )
        derived = cast(digits, postgresql.UUID())
        # concat() takes null for an empty text: nobody stands behind a post of somebody erased.
        return case((people.c.uid.is_(None), null()), (came_with_it, people.c.uid), else_=derived)


def _with_hyphens(digits: ColumnElement[str]) -> ColumnElement[str]:
    groups = [func.substr(digits, start, length, type_=String) for start, length in _GROUPS]
    return reduce(lambda left, right: left.concat("-").concat(right), groups)


@lru_cache(_REMEMBERED)
def _participant_id(debate: str, person: str | None) -> str | None:
    return None if person is None else str(participant_id(UUID(debate), UUID(person), None))
