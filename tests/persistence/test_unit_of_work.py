"""One command, one transaction: all or nothing, again when it lost a race, Busy when it waited in vain."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from consultation.application.organisations import add_organisation
from consultation.application.people import CodeToSend, request_code
from consultation.application.ports import Busy, Transaction
from consultation.application.versions import Versions
from consultation.digests import KeyedDigests
from consultation.domain.decisions import RefusalCode, Refused
from consultation.ids import SystemIds
from consultation.persistence import engine as engine_module
from consultation.persistence.engine import Database
from consultation.persistence.tables import organisations, sign_in_codes
from consultation.persistence.unit_of_work import SqlTransaction, SqlUnitOfWork
from tests.builders import StepClock
from tests.persistence.rows import insert_first
from tests.postgres import create_database, drop_database

DIGESTS = KeyedDigests("x" * 40)


def unit_of_work(database: Database, clock: StepClock | None = None) -> SqlUnitOfWork:
    return SqlUnitOfWork(database, SystemIds(), clock or StepClock(), Versions())


@pytest.fixture
def work(store: Database) -> Iterator[SqlUnitOfWork]:
    """A unit of work on the shared database, the organisations it made removed afterwards."""
    yield unit_of_work(store)
    with store.writing() as connection:
        connection.execute(organisations.delete())
        connection.commit()


@pytest.fixture(scope="module")
def own_postgresql(postgres_server: str) -> Iterator[Database]:
    """A PostgreSQL database of this module's own."""
    name = f"test_{SystemIds().uid().hex[-12:]}"
    database = Database(create_database(postgres_server, name, template="template_test"), threads=4)
    yield database
    database.dispose()
    drop_database(postgres_server, name)


@pytest.fixture
def postgresql(own_postgresql: Database) -> Iterator[Database]:
    """For what only PostgreSQL does: emptied after each test."""
    yield own_postgresql
    with own_postgresql.writing() as connection:
        connection.execute(organisations.delete())
        connection.execute(sign_in_codes.delete())
        connection.commit()


def found(tx: Transaction, slug: str = "ville-neuve") -> str:
    add_organisation(tx, slug, "Ville neuve", "Europe/Paris", "fr")
    return slug


def slugs(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.execute(select(organisations.c.slug)).scalars())


def sql(tx: Transaction, statement: str) -> str:
    """A statement that no command has."""
    assert isinstance(tx, SqlTransaction)
    tx.connection.exec_driver_sql(statement)
    return statement


def raise_state(tx: Transaction, state: str) -> str:
    """Let PostgreSQL fail with a SQLSTATE."""
    return sql(tx, f"DO $$ BEGIN RAISE EXCEPTION 'forced' USING ERRCODE = '{state}'; END $$")


def test_a_result_is_committed(store: Database, work: SqlUnitOfWork) -> None:
    assert work.perform(found) == "ville-neuve"
    assert slugs(store) == ["ville-neuve"]


def test_a_refusal_rolls_everything_back(store: Database, work: SqlUnitOfWork) -> None:
    def refusing(tx: Transaction) -> Refused:
        found(tx)
        return Refused(RefusalCode.NOT_PERMITTED)

    assert work.perform(refusing) == Refused(RefusalCode.NOT_PERMITTED)
    assert slugs(store) == []


def test_an_exception_rolls_everything_back_and_comes_out(store: Database, work: SqlUnitOfWork) -> None:
    def failing(tx: Transaction) -> str:
        found(tx)
        raise RuntimeError("a fault of ours")

    with pytest.raises(RuntimeError, match="a fault of ours"):
        work.perform(failing)
    assert slugs(store) == []


def test_after_a_fault_the_next_command_finds_the_database_free(store: Database, work: SqlUnitOfWork) -> None:
    with pytest.raises(ZeroDivisionError):
        work.perform(lambda tx: str(1 // 0))
    assert work.perform(found) == "ville-neuve"


def test_a_broken_rule_of_the_database_comes_out_as_such(work: SqlUnitOfWork) -> None:
    statement = "INSERT INTO memberships VALUES (9, 9, 'organiser', '2026-01-01')"
    with pytest.raises(DBAPIError, match=r"(?i)constraint"):
        work.perform(lambda tx: sql(tx, statement))


def test_a_refused_command_tells_nobody_of_a_version(store: Database) -> None:
    versions = Versions()
    work = SqlUnitOfWork(store, SystemIds(), StepClock(), versions)
    with store.writing() as connection:
        insert_first(connection)
        connection.rollback()
    work.perform(lambda tx: Refused(RefusalCode.NOT_PERMITTED))
    assert versions.trusted(UUID(int=3001)) is None


def test_commands_that_share_are_committed_at_the_end_and_not_before(
    store: Database, work: SqlUnitOfWork
) -> None:
    with work.shared() as shared:
        shared.perform(lambda tx: found(tx, "a"))
        shared.perform(lambda tx: found(tx, "b"))
        assert slugs(store) == []
    assert sorted(slugs(store)) == ["a", "b"]


def test_of_commands_that_share_only_those_that_went_well_leave_something(
    store: Database, work: SqlUnitOfWork
) -> None:
    def refusing(tx: Transaction) -> Refused:
        found(tx, "refused")
        return Refused(RefusalCode.NOT_PERMITTED)

    def failing(tx: Transaction) -> str:
        found(tx, "failed")
        return sql(tx, "INSERT INTO memberships VALUES (9, 9, 'organiser', '2026-01-01')")

    with work.shared() as shared:
        shared.perform(lambda tx: found(tx, "first"))
        assert shared.perform(refusing) == Refused(RefusalCode.NOT_PERMITTED)
        with pytest.raises(DBAPIError):
            shared.perform(failing)
        shared.perform(lambda tx: found(tx, "last"))
    assert sorted(slugs(store)) == ["first", "last"]


def test_a_fault_between_commands_that_share_undoes_them_all(store: Database, work: SqlUnitOfWork) -> None:
    def interrupted() -> None:
        with work.shared() as shared:
            shared.perform(found)
            raise LookupError

    with pytest.raises(LookupError):
        interrupted()
    assert slugs(store) == []


def test_what_the_database_undid_by_itself_is_not_taken_for_done(
    store: Database, work: SqlUnitOfWork
) -> None:
    """As SQLite may when the disk is full: what comes after it must not be committed as if all was well."""

    def undone(tx: Transaction) -> str:
        sql(tx, "ROLLBACK")
        raise LookupError

    def going_on() -> None:
        with work.shared() as shared:
            shared.perform(lambda tx: found(tx, "before"))
            with pytest.raises(Exception, match=r"(?i)savepoint"):
                shared.perform(undone)
            with pytest.raises(Busy):
                shared.perform(lambda tx: found(tx, "after"))

    with pytest.raises(Busy):
        going_on()
    assert slugs(store) == []
    assert work.perform(found) == "ville-neuve"


@pytest.mark.postgres
@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
def test_a_command_that_lost_a_race_is_run_again(postgresql: Database, state: str) -> None:
    """Serialisation failure, deadlock, and a key that somebody else inserted first."""
    attempts = []

    def racing(tx: Transaction) -> str:
        attempts.append(found(tx))
        if len(attempts) < 3:
            raise_state(tx, state)
        return "won"

    assert unit_of_work(postgresql).perform(racing) == "won"
    assert len(attempts) == 3
    assert slugs(postgresql) == ["ville-neuve"]


@pytest.mark.postgres
@pytest.mark.parametrize(("state", "error"), [("40001", Busy), ("40P01", Busy), ("23505", DBAPIError)])
def test_a_command_that_loses_every_race_gives_up_after_five(
    postgresql: Database, state: str, error: type[Exception]
) -> None:
    attempts = []

    def losing(tx: Transaction) -> str:
        attempts.append(1)
        raise_state(tx, state)
        return "never"

    with pytest.raises(error):
        unit_of_work(postgresql).perform(losing)
    assert len(attempts) == 5


@pytest.mark.postgres
@pytest.mark.parametrize("state", ["22003", "42P01", "P0001"])
def test_any_other_fault_is_not_tried_again(postgresql: Database, state: str) -> None:
    attempts = []

    def failing(tx: Transaction) -> str:
        attempts.append(1)
        raise_state(tx, state)
        return "never"

    with pytest.raises(DBAPIError):
        unit_of_work(postgresql).perform(failing)
    assert len(attempts) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("state", ["55P03", "57014", "53300"])
def test_a_database_that_does_not_come_free_is_busy(postgresql: Database, state: str) -> None:
    with pytest.raises(Busy):
        unit_of_work(postgresql).perform(lambda tx: raise_state(tx, state))


@pytest.mark.postgres
def test_two_commands_that_lock_crosswise_both_succeed(postgresql: Database) -> None:
    work = unit_of_work(postgresql)
    work.perform(lambda tx: found(tx, "ville-a"))
    work.perform(lambda tx: found(tx, "ville-b"))
    both_hold_one, runs = Barrier(2), []

    def locking(first: str, second: str) -> object:
        def command(tx: Transaction) -> str:
            sql(tx, "SET LOCAL deadlock_timeout = '10ms'")
            tx.organisations.lock(first)
            runs.append(first)
            if len(runs) <= 2:
                both_hold_one.wait(timeout=60)
            tx.organisations.lock(second)
            return first

        return work.perform(command)

    with ThreadPoolExecutor(2) as pool:
        results = set(pool.map(locking, ("ville-a", "ville-b"), ("ville-b", "ville-a")))
    assert results == {"ville-a", "ville-b"}
    # More than once, when the victim comes back before the other has woken and taken its lock.
    assert len(runs) >= 3, "one of them was the victim and was run again"


@pytest.mark.postgres
def test_a_connection_lost_before_the_commit_is_replaced_and_the_command_run_again(
    postgresql: Database,
) -> None:
    attempts = []

    def losing(tx: Transaction) -> str:
        attempts.append(found(tx))
        if len(attempts) == 1:
            sql(tx, "SELECT pg_terminate_backend(pg_backend_pid())")
        return "done"

    assert unit_of_work(postgresql).perform(losing) == "done"
    assert slugs(postgresql) == ["ville-neuve"]


@pytest.mark.postgres
def test_a_connection_lost_under_a_prepared_statement_is_replaced_too(postgresql: Database) -> None:
    attempts = []

    def losing(tx: Transaction) -> str:
        assert isinstance(tx, SqlTransaction)
        attempts.append(1)
        if len(attempts) == 1:
            pid = tx.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with postgresql.writing() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
        assert tx.debates.lock(UUID(int=1)) is None
        return "done"

    assert unit_of_work(postgresql).perform(losing) == "done"
    assert len(attempts) == 2


@pytest.mark.postgres
def test_two_first_codes_for_one_address_at_once_are_both_counted(postgresql: Database) -> None:
    """Both see no row and insert one; the second is run again and finds the first."""
    both_looked = Barrier(2)

    class Meeting(StepClock):
        # Unlike adding to a number, taking the next of these cannot be lost between two threads.
        readings = count(1)

        def __call__(self) -> object:  # type: ignore[override]  # read as a clock all the same
            if next(self.readings) <= 2:
                both_looked.wait(timeout=60)
            return super().__call__()

    work = unit_of_work(postgresql, Meeting())

    def asking(_: int) -> object:
        return work.perform(lambda tx: request_code(tx, DIGESTS, "camille@citoyens.example"))

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(asking, range(2)))
    assert all(isinstance(result, CodeToSend) for result in results)
    with postgresql.reading() as connection:
        assert connection.execute(select(sign_in_codes.c.sent_in_window)).scalars().all() == [2]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch, store_url: str) -> Iterator[Database]:
    """The shared database, opened by somebody who waits a twentieth of a second."""
    monkeypatch.setattr(engine_module, "_BUSY_MILLISECONDS", 50)
    database = Database(store_url)
    yield database
    database.dispose()


def test_a_writer_that_waits_in_line_too_long_is_told_that_we_are_busy(hasty: Database) -> None:
    if not hasty.is_sqlite:
        with hasty.writing(), hasty.writing():
            return  # PostgreSQL has rows to wait for, and no line of writers
    with hasty.writing(), pytest.raises(Busy):
        unit_of_work(hasty).perform(found)


def test_a_writer_that_waits_for_another_process_too_long_is_told_that_we_are_busy(
    hasty: Database, store_url: str
) -> None:
    if hasty.is_sqlite:
        other = sqlite3.connect(store_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            unit_of_work(hasty).perform(found)
        other.execute("ROLLBACK")
        other.close()
        return

    def waiting(tx: Transaction) -> str:
        sql(tx, "SET LOCAL lock_timeout = '50ms'")
        sql(tx, "LOCK TABLE organisations IN EXCLUSIVE MODE")
        return "never"

    with hasty.writing() as holder:
        holder.exec_driver_sql("LOCK TABLE organisations IN EXCLUSIVE MODE")
        with pytest.raises(Busy):
            unit_of_work(hasty).perform(waiting)
        holder.rollback()


def test_when_the_other_is_done_the_next_writer_gets_through(hasty: Database) -> None:
    work = unit_of_work(hasty)
    try:
        assert [work.perform(found), work.perform(lambda tx: found(tx, "ville-autre"))] == [
            "ville-neuve",
            "ville-autre",
        ]
    finally:
        with hasty.writing() as connection:
            connection.execute(organisations.delete())
            connection.commit()


def test_every_transaction_reads_the_clock_that_it_was_given(work: SqlUnitOfWork) -> None:
    clock = StepClock()
    timed = SqlUnitOfWork(work._database, SystemIds(), clock, Versions())
    assert timed.perform(lambda tx: str(tx.now())) == str(clock.now)
    clock.step()
    assert timed.perform(lambda tx: str(tx.now())) == str(clock.now)
