"""Migrating, and what commands do on a database that is not as far as they are."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from consultation.cli.failures import ExitCode
from consultation.persistence.engine import Database
from consultation.persistence.migrate import head, known_revisions, migrations_folder, present
from tests.cli.conftest import Cli
from tests.postgres import create_database, drop_database

SECRETS = {
    "CONSULTATION_ENVIRONMENT": "production",
    "CONSULTATION_SECRET_KEY": "x" * 40,
    "CONSULTATION_MAIL_URL": "smtp://127.0.0.1:2525",
}


@pytest.fixture
def empty_url(
    engine_name: str, request: pytest.FixtureRequest, environment: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[str]:
    """The URL of a database without tables, in the environment too."""
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path}/folder/empty.sqlite3"
        environment.setenv("CONSULTATION_DATABASE_URL", url)
        yield url
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid4().hex[:12]}"
    url = create_database(server, name)
    environment.setenv("CONSULTATION_DATABASE_URL", url)
    yield url
    drop_database(server, name)


def test_the_known_revisions_are_those_of_the_migration_tool() -> None:
    scripts = ScriptDirectory(str(migrations_folder()))
    in_order = [script.revision for script in scripts.walk_revisions()]
    assert known_revisions() == list(reversed(in_order))
    assert known_revisions()[-1] == scripts.get_current_head() == head()


def test_migrating_says_from_where_to_where_and_can_be_repeated(bare_cli: Cli, empty_url: str) -> None:
    newest = known_revisions()[-1]
    told = bare_cli("migrate")
    assert (told.code, told.out) == (0, f"Migrated the database from nothing to {newest}.\n")
    told = bare_cli("migrate")
    assert (told.code, told.out) == (0, f"The database is at revision {newest} already.\n")
    database = Database(empty_url)
    try:
        with database.reading() as connection:
            by_alembic = MigrationContext.configure(connection).get_current_revision()
        assert present(database) == by_alembic == newest
    finally:
        database.dispose()


def test_in_development_a_command_migrates_and_says_so(bare_cli: Cli, empty_url: str) -> None:
    told = bare_cli("organisation", "create", "ville", "Ville")
    assert told.code == 0
    assert f"Migrated the database from nothing to {known_revisions()[-1]}" in told.err
    assert "Migrated" not in bare_cli("organisation", "list").err


@pytest.mark.parametrize("arguments", [("organisation", "list"), ("serve", "--port", "0")])
def test_in_production_nothing_starts_on_an_old_schema(
    bare_cli: Cli, empty_url: str, environment: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    for name, value in SECRETS.items():
        environment.setenv(name, value)
    told = bare_cli(*arguments)
    assert told.code == ExitCode.REFUSED
    assert "The database is empty" in told.err
    assert "consultation migrate" in told.err
    assert told.out == ""


@pytest.mark.parametrize("arguments", [("organisation", "list"), ("migrate",), ("serve", "--port", "0")])
def test_a_database_of_a_newer_release_is_left_alone(
    bare_cli: Cli, empty_url: str, arguments: tuple[str, ...]
) -> None:
    bare_cli("migrate")
    database = Database(empty_url)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    database.dispose()
    told = bare_cli(*arguments)
    assert told.code == ExitCode.REFUSED
    assert "at revision 9999, which this release does not know" in told.err
