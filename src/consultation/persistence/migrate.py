"""Migrating a database to the newest schema, and asking how far it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import consultation
from consultation.persistence.engine import Database


def migrations_folder() -> Path:
    """Where the migrations are: inside the installed package, else at the project's root."""
    package = Path(consultation.__file__).parent
    packed = package / "migrations"
    return packed if packed.is_dir() else package.parents[1] / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision, in one transaction; forward only.

    On PostgreSQL an advisory lock makes concurrent starters wait for the first.
    """
    with database.writing() as connection, connection.begin():
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(2150)")
        command.upgrade(_config(connection), revision)


def head() -> str:
    """The newest revision that this program knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    return revision or ""


def present(database: Database) -> str:
    """The revision of the database, empty before the first migration."""
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
