"""Connections between two uses: kept, rolled back, replaced when they are old or lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from consultation.persistence.idle import Idle


class Ticks:
    """A monotonic clock that stands still until a test moves it."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with an empty table."""
    made = create_engine(f"sqlite:///{tmp_path / 'one.sqlite3'}", pool_size=2)
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE words (word TEXT)")
    yield made
    made.dispose()


def words(idle: Idle) -> list[str]:
    with idle.connection() as connection:
        return list(connection.exec_driver_sql("SELECT word FROM words").scalars())


def test_the_connection_last_used_is_used_again(engine: Engine) -> None:
    idle = Idle(engine, 2)
    with idle.connection() as first:
        pass
    with idle.connection() as again:
        assert again is first
        with idle.connection() as other:
            assert other is not first


def test_what_was_not_committed_is_rolled_back(engine: Engine) -> None:
    idle = Idle(engine, 1)
    with idle.connection() as connection:
        connection.exec_driver_sql("INSERT INTO words VALUES ('kept')")
        connection.commit()
        connection.exec_driver_sql("INSERT INTO words VALUES ('lost')")
    assert words(idle) == ["kept"]


def test_a_fault_rolls_back_and_gives_the_connection_up(engine: Engine) -> None:
    idle = Idle(engine, 1)

    def failing() -> None:
        with idle.connection() as connection:
            connection.exec_driver_sql("INSERT INTO words VALUES ('lost')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert idle._idle == []
    assert words(idle) == []


def test_no_more_are_kept_than_asked(engine: Engine) -> None:
    idle = Idle(engine, 1)
    with idle.connection(), idle.connection():
        pass
    assert len(idle._idle) == 1
    assert engine.pool.checkedout() == 1  # type: ignore[attr-defined]  # of a QueuePool


def test_an_old_connection_is_replaced(engine: Engine) -> None:
    ticks = Ticks()
    idle = Idle(engine, 1, recycle=60, ticks=ticks)
    with idle.connection() as first:
        pass
    ticks.seconds = 59
    with idle.connection() as again:
        assert again is first
    ticks.seconds = 60
    with idle.connection() as newer:
        assert newer is not first


def test_when_one_connection_is_lost_its_idle_neighbours_are_given_up(engine: Engine) -> None:
    idle = Idle(engine, 2)

    def losing() -> None:
        with idle.connection() as connection:
            with idle.connection():
                pass
            assert len(idle._idle) == 1
            connection.invalidate()
            raise ConnectionError

    with pytest.raises(ConnectionError):
        losing()
    assert idle._idle == []


def test_closing_gives_all_of_them_back(engine: Engine) -> None:
    idle = Idle(engine, 2)
    with idle.connection(), idle.connection():
        pass
    idle.close()
    assert idle._idle == []
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of a QueuePool
