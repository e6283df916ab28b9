"""Statements that run often: written in SQLAlchemy Core, compiled once, run on the driver.

Executing a Core statement costs some fifty microseconds of Python each time, five times what
SQLite needs to answer it (`docs/decisions/0014`). A `Prepared` statement pays that once for each
database: afterwards parameters go straight to the driver and rows come back as named tuples.
Events, errors and lost connections are those of SQLAlchemy.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

_Convert = Callable[[Any], Any]


class _Cursor(Protocol):
    """What their cursors have in common."""

    description: object

    def fetchall(self) -> list[Any]:
        """The rows that are left."""


class _Driver(Protocol):
    """What sqlite3 and psycopg connections have in common."""

    def execute(self, statement: str, parameters: object, /) -> _Cursor:
        """Run a statement on a new cursor."""


def _is_begun(driver: _Driver) -> bool:
    """Did somebody begin a transaction without SQLAlchemy? Only on SQLite, and only to have a glance."""
    return getattr(driver, "in_transaction", False)


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one database takes it."""

    sql: str
    names: tuple[str, ...]
    in_order: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    binds: tuple[tuple[int, _Convert], ...]
    constants: Mapping[str, Any]
    is_positional: bool
    make_row: _Convert
    converts: tuple[tuple[int, _Convert], ...]

    def bind(self, given: Mapping[str, Any]) -> list[Any] | dict[str, Any]:
        """The parameters in the driver's style and types. Raises KeyError for one that is missing."""
        bound = list(self.in_order({**self.constants, **given} if self.constants else given))
        for index, convert in self.binds:
            bound[index] = convert(bound[index])
        return bound if self.is_positional else dict(zip(self.names, bound, strict=True))

    def rows(self, found: list[Any]) -> list[Any]:
        """Named tuples of the driver's rows, in Python's types."""
        return list(map(self.make_row, self.plain(found)))

    def plain(self, found: list[Any]) -> list[Any]:
        """The driver's rows without names, in Python's types."""
        if not self.converts:
            return found
        rows = list(map(list, found))
        for index, convert in self.converts:
            for row in rows:
                value = row[index]
                if value is not None:  # which means the same to every type
                    row[index] = convert(value)
        return rows


class Prepared:
    """One statement. It takes single values only: no lists for IN, no None for IS."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def all(self, connection: Connection, **parameters: Any) -> list[Any]:  # noqa: ANN401 - any column type
        """Run it and return the rows; none for a statement that returns none."""
        form = self._form(connection)
        return form.rows(self._run(connection, form, parameters))

    def plain(self, connection: Connection, **parameters: Any) -> list[Any]:  # noqa: ANN401 - any column type
        """Run it and return the rows as sequences without names, for lists of which each row is a line."""
        form = self._form(connection)
        return form.plain(self._run(connection, form, parameters))

    def raw(self, connection: Connection, **parameters: Any) -> list[Any]:  # noqa: ANN401 - any column type
        """Run it and return the rows as the driver makes them, for `converted`."""
        return self._run(connection, self._form(connection), parameters)

    def converted(self, row: Any, dialect: str) -> Any:  # noqa: ANN401 - a named tuple
        """A row of `raw` in Python's types."""
        return self._forms[dialect].rows([row])[0]

    def _form(self, connection: Connection) -> _Form:
        return self._forms.get(connection.dialect.name) or self._compile(connection.dialect)

    @staticmethod
    def _run(connection: Connection, form: _Form, parameters: Mapping[str, Any]) -> list[Any]:
        bound = form.bind(parameters)
        driver: _Driver = connection.connection.dbapi_connection  # type: ignore[assignment]  # both drivers fit
        if not connection.in_transaction() and not _is_begun(driver):
            connection.begin()
        for observe in connection.dispatch.before_cursor_execute:
            observe(connection, None, form.sql, bound, None, False)  # noqa: FBT003 - SQLAlchemy's signature
        try:
            cursor = driver.execute(form.sql, bound)
            return [] if cursor.description is None else cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            raise _wrapped(connection, form.sql, error) from error

    def first(self, connection: Connection, **parameters: Any) -> Any | None:  # noqa: ANN401 - a named tuple
        """Run it and return the first row, or None."""
        rows = self.all(connection, **parameters)
        return rows[0] if rows else None

    def _compile(self, dialect: Dialect) -> _Form:
        compiled = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Core statement compiles
        if not isinstance(compiled, SQLCompiler):
            message = f"not a statement with rows and parameters: {compiled}"
            raise TypeError(message)
        binds = {name: parameter for parameter, name in compiled.bind_names.items()}
        names = tuple((compiled.positiontup if compiled.positional else binds) or ())
        bind_converts = tuple(
            (index, convert)
            for index, name in enumerate(names)
            if (convert := binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        )
        columns = compiled._result_columns  # noqa: SLF001 - the compiler's own account of them
        converts = tuple(
            (index, convert)
            for index, column in enumerate(columns)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
        )
        row = namedtuple("Row", [column.keyname for column in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024 - made at run time
        form = _Form(
            sql=str(compiled),
            names=names,
            in_order=_in_order(names),
            binds=bind_converts,
            constants={name: value for name, value in compiled.params.items() if not binds[name].required},
            is_positional=compiled.positional,
            # As its own `_make`, without counting columns that the statement has counted.
            make_row=partial(tuple.__new__, row),
            converts=converts,
        )
        self._forms[dialect.name] = form
        return form


def _in_order(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


_HIDDEN: Final = True


def _wrapped(connection: Connection, sql: str, error: Exception) -> BaseException:
    """The error as SQLAlchemy would raise it; a lost connection leaves the pool."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.driver_connection, None)  # type: ignore[arg-type]  # the driver's own
    if lost:
        connection.invalidate(error)
    # Parameters hold texts and names: they stay out of the error and so of every log.
    return DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=_HIDDEN,
        connection_invalidated=lost,
        dialect=dialect,
    )
