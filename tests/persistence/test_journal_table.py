"""The journal's table takes rows and gives none back."""

import pytest
from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.exc import DBAPIError

from consultation.persistence.tables import journal_entries
from tests.persistence.rows import insert_first, insert_row


@pytest.fixture
def journal(connection: Connection) -> Connection:
    """A journal of two entries."""
    insert_first(connection)
    insert_row(connection, "journal_entries")
    return connection


@pytest.mark.parametrize("column", [column.name for column in journal_entries.columns])
def test_no_column_of_an_entry_changes(journal: Connection, column: str) -> None:
    statement = update(journal_entries).values({column: journal_entries.c[column]})
    with pytest.raises(DBAPIError, match="journal entries are never changed"):
        journal.execute(statement)


def test_no_entry_is_removed(journal: Connection) -> None:
    with pytest.raises(DBAPIError, match="never"):
        journal.execute(delete(journal_entries).where(journal_entries.c.sequence == 2))


def test_no_entry_takes_the_place_of_another(journal: Connection) -> None:
    if journal.dialect.name == "sqlite":
        replace = "INSERT OR REPLACE INTO journal_entries SELECT * FROM journal_entries WHERE sequence = 2"
    else:
        replace = (
            "INSERT INTO journal_entries SELECT * FROM journal_entries WHERE sequence = 2 "
            "ON CONFLICT (debate_key, sequence) DO UPDATE SET kind = 'vote_cast'"
        )
    with pytest.raises(DBAPIError):
        journal.execute(text(replace))


def test_the_whole_journal_is_not_emptied_at_once(journal: Connection) -> None:
    empty = "DELETE FROM journal_entries" if journal.dialect.name == "sqlite" else "TRUNCATE journal_entries"
    with pytest.raises(DBAPIError, match="never"):
        journal.execute(text(empty))


def test_entries_are_added(journal: Connection) -> None:
    sequences = select(journal_entries.c.sequence).where(journal_entries.c.debate_key == 1001)
    assert sorted(journal.execute(sequences).scalars()) == [1, 2]
