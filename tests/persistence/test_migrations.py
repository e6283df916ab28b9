"""Migrations: from nothing to the newest schema and one step back, and no drift from the tables."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, text

from consultation.persistence.engine import Database
from consultation.persistence.migrate import head, known_revisions, migrate, migrations_folder, present
from consultation.persistence.tables import metadata
from tests.conftest import ENGINES
from tests.persistence.rows import FIRST, OTHER
from tests.postgres import create_database, drop_database


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield database
        database.dispose()
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"test_{uuid4().hex[:12]}"
    database = Database(create_database(server, name))
    yield database
    database.dispose()
    drop_database(server, name)


def alembic(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our folder."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def shape(database: Database) -> dict[str, object]:
    """Tables with columns, indexes and constraints, and the triggers."""
    triggers = {
        True: "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        False: "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[database.is_sqlite]
    with database.reading() as connection:
        inspector = inspect(connection)
        found: dict[str, object] = {
            table: (
                [(one["name"], str(one["type"]), one["nullable"]) for one in inspector.get_columns(table)],
                sorted(str(index["name"]) for index in inspector.get_indexes(table)),
                sorted(str(check["name"]) for check in inspector.get_check_constraints(table)),
            )
            for table in inspector.get_table_names()
        }
        found["triggers"] = sorted(connection.execute(text(triggers)).scalars())
    return found


def drift(database: Database) -> list[object]:
    """What Alembic would change in a migrated database to make our tables of it."""
    options = {
        "include_name": lambda name, *_: not (name or "").startswith(("post_search", "ix_posts_search")),
        "compare_type": True,
        # SQLite gives identities and quoted defaults back in other words.
        "compare_server_default": not database.is_sqlite,
    }
    with database.reading() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_there_is_one_newest_revision_the_one_that_alembic_finds() -> None:
    scripts = ScriptDirectory.from_config(alembic())
    assert scripts.get_heads() == [head()]


def test_revisions_are_numbered_in_their_order() -> None:
    scripts = ScriptDirectory.from_config(alembic())
    assert known_revisions() == [script.revision for script in scripts.walk_revisions()][::-1]


def test_the_present_revision_is_the_one_that_alembic_finds(empty: Database) -> None:
    assert present(empty) == ""
    migrate(empty)
    with empty.reading() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == present(empty) == head()


def test_migrating_from_nothing_makes_every_table_and_leaves_no_drift(empty: Database) -> None:
    migrate(empty)
    assert present(empty) == head()
    made = {table for table in shape(empty) if not table.startswith("post_search")}  # SQLite's search index
    assert made == {*metadata.tables, "alembic_version", "triggers"}
    assert drift(empty) == []


def test_migrating_again_changes_nothing(empty: Database) -> None:
    migrate(empty)
    before = shape(empty)
    migrate(empty)
    assert shape(empty) == before


def test_one_step_down_and_up_again_leads_to_the_same(empty: Database) -> None:
    migrate(empty)
    before = shape(empty)
    with empty.writing() as connection, connection.begin():
        command.downgrade(alembic(connection), "-1")
    assert present(empty) != head()
    migrate(empty)
    assert shape(empty) == before


def test_all_the_way_down_leaves_nothing_behind(empty: Database) -> None:
    migrate(empty)
    with empty.writing() as connection, connection.begin():
        command.downgrade(alembic(connection), "base")
    left = shape(empty)
    assert left.pop("triggers") == []
    assert left.keys() <= {"alembic_version"}


def test_two_who_start_at_once_both_find_the_newest_schema(empty: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: migrate(empty), range(2)))
    assert present(empty) == head()


def test_what_a_mask_hid_stays_hidden_on_the_way_up_and_down(empty: Database) -> None:
    migrate(empty, "0021")
    with empty.writing() as connection, connection.begin():
        for name in ("organisations", "people", "debates", "posts"):
            connection.execute(insert(metadata.tables[name]).values(FIRST[name]))
        post = {**FIRST["posts"], **OTHER["posts"]}
        connection.execute(insert(metadata.tables["posts"]).values(post))
        for number, revision in ((1, 1), (1, 2), (1, 3), (2, 1)):
            earlier = {**FIRST["revisions"], "number": number, "revision": revision}
            connection.execute(insert(metadata.tables["revisions"]).values(earlier))
        hide = "UPDATE revisions SET hidden = true WHERE number = 1 AND revision < 3"
        before = "SELECT number, revision FROM revisions WHERE hidden ORDER BY number, revision"
        connection.execute(text(hide))
        hidden = connection.execute(text(before)).all()
    migrate(empty)
    with empty.writing() as connection, connection.begin():
        shown = connection.execute(text("SELECT number, shown_from FROM posts ORDER BY number")).all()
        command.downgrade(alembic(connection), "0021")
        assert connection.execute(text(before)).all() == hidden == [(1, 1), (1, 2)]
    assert shown == [(1, 3), (2, 1)]


def test_every_column_says_what_it_holds() -> None:
    """Comments are the dictionary of the data; `personal:` marks what an erasure must reach."""
    keys = {"key", "organisation_key", "debate_key"}
    silent = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if not column.comment and column.computed is None and column.name not in keys
    ]
    assert silent == []
