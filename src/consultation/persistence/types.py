"""Column types that mean the same on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import CursorResult, DateTime, Float, LargeBinary, Row, String
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from consultation.domain.journal import format_instant

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row whose columns are known from its statement."""


def inserted_key(result: CursorResult[*tuple[Any, ...]]) -> int:
    """The internal key that the database gave to an inserted row."""
    key = result.inserted_primary_key
    if key is None:
        message = "the statement inserted no row"
        raise LookupError(message)
    return int(key[0])


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC, exact to the microsecond; naive values are refused.

    PostgreSQL keeps it as `timestamptz`. SQLite, which drops zones, keeps RFC 3339 text of
    fixed width with `Z`, so that the order of the text is the order of the instants.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of the database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        """What is sent to the database. Raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a naive datetime is not an instant: {value.isoformat()}"
            raise ValueError(message)
        return format_instant(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """What comes back, always aware and in UTC."""
        del dialect
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC) if isinstance(value, datetime) else None


class InstantText(FunctionElement[str]):
    """An `Instant` column as RFC 3339 text with six digits and `Z`, made by the database.

    For documents: what only travels into JSON need not become a datetime on the way.
    """

    type = String()
    inherit_cache = True
    name = "instant_text"


@compiles(InstantText, "sqlite")
def _as_stored(element: InstantText, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    return compiler.process(element.clauses, **options)


@compiles(InstantText, "postgresql")
def _formatted(element: InstantText, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    column = compiler.process(element.clauses, **options)
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


_IDS_KEPT: Final = 1_000
"""A page says the same debate in every line."""


class _Dashed(UserDefinedType[str]):
    """The text of an id as documents have it: SQLite keeps the 32 digits without the dashes."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
        """What CAST would be told."""
        return "TEXT"

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], str | None] | None:
        """What makes a value of the driver's."""
        del coltype
        return _dashed if dialect.name == "sqlite" else None


@lru_cache(_IDS_KEPT)
def _dashed(digits: str | None) -> str | None:
    if digits is None:
        return None
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class UuidText(FunctionElement[str]):
    """A `Uuid` column as text (RFC 9562), for documents: no object is made on the way into JSON."""

    type = _Dashed()
    inherit_cache = True
    name = "uuid_text"


@compiles(UuidText, "sqlite")
def _as_digits(element: UuidText, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    return compiler.process(element.clauses, **options)


@compiles(UuidText, "postgresql")
def _as_text(element: UuidText, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    return f"CAST({compiler.process(element.clauses, **options)} AS TEXT)"


class WhereNotOneSnapshot(FunctionElement[Any]):
    """A column whose value is asked for only where a glance is not one snapshot; else null.

    SQLite reads all of a transaction from one snapshot and need not look the value up.
    """

    inherit_cache = True
    name = "where_not_one_snapshot"


@compiles(WhereNotOneSnapshot, "sqlite")
def _not_asked(_element: WhereNotOneSnapshot, _compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    return "NULL"


@compiles(WhereNotOneSnapshot, "postgresql")
def _asked(element: WhereNotOneSnapshot, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    return compiler.process(element.clauses, **options)


Digest = LargeBinary(32)
"""A SHA-256 value, 32 bytes."""

Salt = LargeBinary(16)
"""A journal salt, 16 random bytes."""


class SecondsBetween(FunctionElement[float]):
    """The seconds from one `Instant` column to another, computed by the database."""

    type = Float()
    inherit_cache = True
    name = "seconds_between"


@compiles(SecondsBetween, "sqlite")
def _by_day_numbers(element: SecondsBetween, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    start, end = (compiler.process(column, **options) for column in element.clauses)
    return f"((julianday({end}) - julianday({start})) * 86400.0)"


@compiles(SecondsBetween, "postgresql")
def _by_epoch(element: SecondsBetween, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's signature
    start, end = (compiler.process(column, **options) for column in element.clauses)
    return f"CAST(extract(epoch from ({end} - {start})) AS double precision)"
