"""How connections are opened, pooled and begun."""

import sqlite3
import threading
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection, delete, event, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from consultation.application.ports import Busy
from consultation.persistence.engine import Database
from consultation.persistence.prepared import Prepared
from consultation.persistence.tables import organisations
from tests.persistence.rows import FIRST
from tests.postgres import create_database

PRAGMAS: Final = {
    "journal_mode": "wal",
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "synchronous": 1,
    "recursive_triggers": 1,
}


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Database:
    """A SQLite database of its own."""
    (tmp_path / "one.sqlite3").write_bytes(sqlite_template.read_bytes())
    return Database(f"sqlite:///{tmp_path / 'one.sqlite3'}", threads=3)


@pytest.fixture
def postgresql(postgres_server: str) -> Database:
    """The PostgreSQL database of the template, for reading only."""
    return Database(postgres_server, threads=3)


def setting(connection: Connection, name: str) -> str:
    return str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())


@pytest.mark.parametrize("threads", [1, 4, 7])
def test_the_pools_are_sized_to_the_threads(store_url: str, threads: int) -> None:
    database = Database(store_url, threads=threads)
    for engine in (database._writer, database._reader):
        assert isinstance(engine.pool, QueuePool)
        assert engine.pool.size() == threads
        assert engine.pool._max_overflow == threads
    database.dispose()


def test_sqlite_is_opened_as_operations_promise(sqlite: Database) -> None:
    for context in (sqlite.writing, sqlite.reading):
        with context() as connection:
            pragmas = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in PRAGMAS}
        assert pragmas == PRAGMAS
    sqlite.dispose()


@pytest.mark.parametrize(("name", "level"), [("NORMAL", 1), ("FULL", 2), ("EXTRA", 3)])
def test_sqlite_waits_for_the_disk_as_it_is_told(tmp_path: Path, name: str, level: int) -> None:
    database = Database(f"sqlite:///{tmp_path / 'one.sqlite3'}", synchronous=name)
    with database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == level
    database.dispose()


def test_a_writing_transaction_of_sqlite_takes_the_lock_at_once(sqlite: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "one.sqlite3", timeout=0, isolation_level=None)
    with sqlite.reading() as connection:
        connection.execute(select(organisations)).all()
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    with sqlite.writing() as connection:
        connection.execute(select(organisations)).all()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        connection.rollback()
    other.close()
    sqlite.dispose()


def test_who_is_hasty_does_not_wait_for_a_writer_of_this_process(sqlite: Database) -> None:
    with sqlite.writing(), pytest.raises(Busy), sqlite.writing(hasty=True):
        pass
    with sqlite.writing(hasty=True) as connection:
        assert connection.execute(select(organisations)).all() is not None
    sqlite.dispose()


def test_who_is_hasty_does_not_wait_for_a_writer_of_another_process(sqlite: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "one.sqlite3", timeout=0, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DBAPIError, match="locked"), sqlite.writing(hasty=True) as connection:
        connection.execute(select(organisations)).all()
    other.execute("ROLLBACK")
    with sqlite.writing(hasty=True) as connection:
        connection.execute(select(organisations)).all()
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == PRAGMAS["busy_timeout"]
    other.close()
    sqlite.dispose()


def test_who_is_hasty_does_not_write_while_the_log_is_copied(sqlite: Database) -> None:
    refused = []

    def attempt(*_: object) -> int:
        with pytest.raises(Busy), sqlite.writing(hasty=True):
            pass
        refused.append(True)
        return 0

    # SQLite calls it from within the statement, which is `wal_checkpoint` here.
    @event.listens_for(sqlite._writer, "checkout")
    def watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(attempt, 1)

    sqlite.checkpoint()
    assert refused
    with sqlite.writing(hasty=True) as connection:
        connection.execute(select(organisations)).all()
    sqlite.dispose()


def test_sqlite_checks_references(sqlite: Database) -> None:
    with sqlite.writing() as connection:
        with pytest.raises(DBAPIError, match="FOREIGN KEY"):
            connection.execute(text("INSERT INTO memberships VALUES (1, 1, 'organiser', '2026')"))
        connection.rollback()
    sqlite.dispose()


@pytest.mark.postgres
def test_postgresql_is_opened_as_operations_promise(postgresql: Database) -> None:
    with postgresql.writing() as connection:
        assert setting(connection, "statement_timeout") == "15s"
        assert setting(connection, "lock_timeout") == "10s"
        assert setting(connection, "idle_in_transaction_session_timeout") == "30s"
        assert setting(connection, "timezone") == "UTC"
        assert setting(connection, "application_name") == "consultation"
        assert setting(connection, "transaction_isolation") == "read committed"
        assert setting(connection, "transaction_read_only") == "off"
    postgresql.dispose()


@pytest.mark.postgres
def test_a_read_of_postgresql_is_one_snapshot_that_writes_nothing(postgresql: Database) -> None:
    with postgresql.reading() as connection:
        assert setting(connection, "transaction_isolation") == "repeatable read"
        assert setting(connection, "transaction_read_only") == "on"
        with pytest.raises(DBAPIError, match="read-only"):
            connection.exec_driver_sql("CREATE TABLE never (x int)")
    postgresql.dispose()


@pytest.mark.postgres
def test_a_connection_that_read_writes_again_afterwards(postgres_server: str) -> None:
    """Reads and writes share a pool: what a read was told must not stick to the connection."""
    database = Database(create_database(postgres_server, "shared_pool_test"), threads=1)
    for _ in range(2):
        with database.reading() as connection:
            assert setting(connection, "transaction_read_only") == "on"
        with database.writing() as connection:
            assert setting(connection, "transaction_read_only") == "off"
            assert setting(connection, "transaction_isolation") == "read committed"
    database.dispose()


def test_everything_read_on_one_connection_belongs_to_one_snapshot(store: Database) -> None:
    count = select(organisations.c.key).where(organisations.c.slug == "ville-premiere")
    with store.reading() as reader:
        assert reader.execute(count).all() == []
        with store.writing() as writer:
            writer.execute(insert(organisations).values(**FIRST["organisations"]))
            writer.commit()
        assert reader.execute(count).all() == []
    with store.reading() as reader:
        assert len(reader.execute(count).all()) == 1
    with store.writing() as writer:
        writer.execute(organisations.delete().where(organisations.c.slug == "ville-premiere"))
        writer.commit()


_FOUND: Final = Prepared(select(organisations.c.key).where(organisations.c.slug == "ville-premiere"))


@pytest.mark.parametrize("begun", [False, True])
def test_a_glance_at_sqlite_is_one_snapshot(sqlite: Database, *, begun: bool) -> None:
    """Also where SQLAlchemy began something of its own in it, which is nothing to the database."""
    count = select(organisations.c.key).where(organisations.c.slug == "ville-premiere")
    with sqlite.glancing() as reader:
        assert _FOUND.all(reader) == []
        assert not begun or reader.execute(count).all() == []
        with sqlite.writing() as writer:
            writer.execute(insert(organisations).values(**FIRST["organisations"]))
            writer.commit()
        assert _FOUND.all(reader) == []
        assert reader.execute(count).all() == []
    with sqlite.glancing() as again:
        assert len(_FOUND.all(again)) == 1
        assert again is reader
    sqlite.dispose()


@pytest.mark.parametrize("begun", [False, True])
def test_a_glance_at_sqlite_that_fails_leaves_no_transaction(sqlite: Database, *, begun: bool) -> None:
    drivers: list[sqlite3.Connection] = []

    def glance() -> None:
        with sqlite.glancing() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            drivers.append(driver)
            if begun:
                connection.execute(select(organisations.c.key)).all()
            raise LookupError

    with pytest.raises(LookupError):
        glance()
    assert not drivers[0].in_transaction
    with sqlite.glancing() as connection:
        assert _FOUND.all(connection) == []
    assert not drivers[0].in_transaction
    sqlite.dispose()


def test_a_checkpoint_brings_into_the_file_what_was_committed(sqlite: Database, tmp_path: Path) -> None:
    with sqlite.writing() as connection:
        connection.execute(insert(organisations), FIRST["organisations"])
        connection.commit()
    alone = f"file:{tmp_path / 'one.sqlite3'}?immutable=1"  # as if there were no -wal file

    def stored() -> int:
        reader = sqlite3.connect(alone, uri=True)
        (count,) = reader.execute("SELECT count(*) FROM organisations").fetchone()
        reader.close()
        return int(count)

    before = stored()
    sqlite.checkpoint()
    assert (before, stored()) == (0, 1)
    sqlite.dispose()


def test_a_checkpoint_waits_for_no_writer(sqlite: Database) -> None:
    with sqlite.writing() as connection:
        connection.execute(insert(organisations), FIRST["organisations"])
        sqlite.checkpoint()
        connection.commit()
    with sqlite.reading() as connection:
        assert connection.execute(select(organisations.c.key)).all() != []
    sqlite.dispose()


def test_who_tidies_up_fails_for_no_writer_of_another_process(
    sqlite: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = sqlite3.connect(tmp_path / "one.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    sqlite.tidy()
    assert "let go of later" in caplog.text
    other.execute("ROLLBACK")
    caplog.clear()
    sqlite.tidy()
    assert caplog.text == ""
    with sqlite.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 10_000
    sqlite.dispose()


def test_who_tidies_up_notices_that_what_was_deleted_is_still_read(
    sqlite: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept = tmp_path / "one.sqlite3-wal"
    reader = sqlite3.connect(tmp_path / "one.sqlite3", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM organisations").fetchall()
    with sqlite.writing() as connection:
        connection.execute(insert(organisations), FIRST["organisations"])
        connection.commit()
    sqlite.tidy()
    assert caplog.text.count("let go of later") == 3, "as often as is tried"
    assert kept.stat().st_size > 0
    reader.execute("ROLLBACK")
    caplog.clear()
    sqlite.tidy()
    assert (caplog.text, kept.stat().st_size) == ("", 0)
    reader.close()
    sqlite.dispose()


def test_who_tidies_up_is_not_turned_away_by_a_checkpoint_under_way(
    sqlite: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    over = threading.Event()

    def copying() -> None:
        while not over.is_set():
            sqlite.checkpoint()

    beside = threading.Thread(target=copying)
    beside.start()
    try:
        for _ in range(50):
            with sqlite.writing() as connection:
                connection.execute(delete(organisations))
                connection.execute(insert(organisations), FIRST["organisations"])
                connection.commit()
            sqlite.tidy()
            assert (tmp_path / "one.sqlite3-wal").stat().st_size == 0
    finally:
        over.set()
        beside.join()
    assert caplog.text == ""
    sqlite.dispose()
