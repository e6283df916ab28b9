"""Prepared statements behave as Core statements do: rows, types, errors, events, transactions."""

import pytest
from sqlalchemy import Connection, bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from consultation.persistence.engine import Database
from consultation.persistence.prepared import Prepared
from consultation.persistence.tables import debates, memberships, organisations
from tests.persistence.rows import FIRST, insert_first

BY_UID = select(debates).where(debates.c.uid == bindparam("uid"))
RENAME = (
    update(debates)
    .where(debates.c.key == bindparam("debate_key"))
    .values(title=bindparam("new_title"), last_number=debates.c.last_number + bindparam("more"))
    .returning(debates.c.title, debates.c.last_number)
)
NEW_ORGANISATION = insert(organisations).values({name: bindparam(name) for name in FIRST["organisations"]})


def test_rows_are_those_of_core(connection: Connection) -> None:
    insert_first(connection)
    uid = FIRST["debates"]["uid"]
    core = connection.execute(BY_UID, {"uid": uid}).one()
    row = Prepared(BY_UID).first(connection, uid=uid)
    assert row is not None
    assert row._asdict() == core._asdict()


def test_a_write_returns_what_it_wrote(connection: Connection) -> None:
    insert_first(connection)
    row = Prepared(RENAME).first(connection, debate_key=1001, new_title="Quels bancs ?", more=4)
    assert row == ("Quels bancs ?", 5)


def test_no_row_is_none_and_no_rows_are_none(connection: Connection) -> None:
    statement = Prepared(BY_UID)
    assert statement.first(connection, uid=FIRST["debates"]["uid"]) is None
    assert statement.all(connection, uid=FIRST["debates"]["uid"]) == []


def test_a_statement_that_returns_nothing_returns_no_rows(connection: Connection) -> None:
    statement = Prepared(NEW_ORGANISATION)
    assert statement.all(connection, **FIRST["organisations"]) == []


def test_what_is_written_is_rolled_back_with_the_rest(store: Database) -> None:
    statement = Prepared(NEW_ORGANISATION)
    with store.writing() as connection:
        statement.all(connection, **FIRST["organisations"])
        connection.rollback()
    with store.reading() as connection:
        assert connection.execute(select(organisations)).all() == []


def test_a_broken_rule_is_the_error_of_core_without_the_parameters(connection: Connection) -> None:
    row = {**FIRST["memberships"], "role": "a secret king"}
    statement = Prepared(insert(memberships).values({name: bindparam(name) for name in row}))
    with pytest.raises(IntegrityError) as refused:
        statement.all(connection, **row)
    assert refused.value.params is None
    assert refused.value.statement is not None


def test_a_statement_that_cannot_run_is_the_error_of_core(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE import_reports RENAME TO gone")
    statement = Prepared(select(debates.metadata.tables["import_reports"]))
    with pytest.raises((ProgrammingError, OperationalError)):
        statement.all(connection)


def test_whoever_listens_to_statements_hears_them(store: Database) -> None:
    heard: list[str] = []

    def note(*told: object) -> None:
        heard.append(str(told[2]))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        with store.writing() as connection:
            Prepared(BY_UID).all(connection, uid=FIRST["debates"]["uid"])
            connection.rollback()
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    assert any(statement.startswith("SELECT debates") for statement in heard)
