"""Instants mean the same on both databases: aware, UTC, exact to the microsecond, in order."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from consultation.domain.journal import format_instant
from consultation.persistence.engine import Database
from consultation.persistence.types import Instant, InstantText

ZONES = (UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=11)))
FIRST, LAST = datetime(2, 1, 1), datetime(9998, 12, 31)  # noqa: DTZ001 - the zones follow
INSTANTS = st.datetimes(FIRST, LAST, timezones=st.sampled_from(ZONES))
kept = Table(
    "kept",
    MetaData(),
    Column("key", Integer, primary_key=True),
    Column("at", Instant, nullable=True),
    prefixes=["TEMPORARY"],
)


def keep(connection: Connection, instants: Iterable[datetime | None]) -> None:
    """A table of instants, gone with the transaction."""
    kept.create(connection)
    rows = [{"key": key, "at": instant} for key, instant in enumerate(instants)]
    connection.execute(insert(kept), rows)


@given(instants=st.lists(INSTANTS, min_size=1, max_size=20))
@settings(max_examples=25, deadline=None)
def test_an_instant_comes_back_as_it_was_and_in_its_order(store: Database, instants: list[datetime]) -> None:
    with store.writing() as connection:
        keep(connection, instants)
        back = list(connection.execute(select(kept.c.at).order_by(kept.c.key)).scalars())
        ordered = list(connection.execute(select(kept.c.at).order_by(kept.c.at)).scalars())
        written = list(connection.execute(select(InstantText(kept.c.at)).order_by(kept.c.key)).scalars())
        connection.rollback()
    assert back == instants
    assert all(instant.utcoffset() == timedelta(0) for instant in back)
    assert ordered == sorted(instants)
    assert written == [format_instant(instant) for instant in instants], "documents get the same text"


@given(bound=INSTANTS, instants=st.lists(INSTANTS, min_size=1, max_size=20))
@settings(max_examples=25, deadline=None)
def test_the_database_compares_instants_as_we_do(
    store: Database, bound: datetime, instants: list[datetime]
) -> None:
    with store.writing() as connection:
        keep(connection, [*instants, bound])
        before = set(connection.execute(select(kept.c.key).where(kept.c.at < bound)).scalars())
        connection.rollback()
    assert before == {key for key, instant in enumerate(instants) if instant < bound}


def test_neighbours_a_microsecond_apart_stay_apart(connection: Connection) -> None:
    instant = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)
    keep(connection, [instant, instant + timedelta(microseconds=1)])
    assert list(connection.execute(select(kept.c.key).where(kept.c.at <= instant)).scalars()) == [0]


def test_a_naive_datetime_is_refused(connection: Connection) -> None:
    naive = datetime(2026, 3, 15, 12, 0)  # noqa: DTZ001 - what must not pass
    kept.create(connection)
    with pytest.raises(StatementError, match="naive"):
        connection.execute(insert(kept), {"key": 1, "at": naive})
    with pytest.raises(StatementError, match="naive"):
        connection.execute(select(kept.c.key).where(kept.c.at == naive))


def test_no_instant_stays_no_instant(connection: Connection) -> None:
    keep(connection, [None])
    assert connection.execute(select(kept.c.at, InstantText(kept.c.at))).one() == (None, None)
