"""Migrating a database to the newest schema, and asking how far it is.

Alembic takes a tenth of a second to import, and nearly every start finds a database that is up
to date: so only `migrate` loads it. A test holds the other answers equal to Alembic's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

import consultation
from consultation.persistence.engine import Database


def migrations_folder() -> Path:
    """Where the migrations are: inside the installed package, else at the project's root."""
    package = Path(consultation.__file__).parent
    packed = package / "migrations"
    return packed if packed.is_dir() else package.parents[1] / "migrations"


def known_revisions() -> list[str]:
    """The revisions that this program knows, oldest first: files are named NNNN_slug.py."""
    return sorted(path.name.partition("_")[0] for path in migrations_folder().glob("versions/[0-9]*_*.py"))


def head() -> str:
    """The newest revision that this program knows."""
    return known_revisions()[-1]


def present(database: Database) -> str:
    """The revision of the database, empty before the first migration."""
    with database.reading() as connection:
        if not connection.dialect.has_table(connection, "alembic_version"):
            return ""
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or ""


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision, in one transaction; forward only.

    On PostgreSQL an advisory lock makes concurrent starters wait for the first.
    """
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with database.writing() as connection, _making_tables_anew(connection), connection.begin():
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(2150)")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            message = "a migration left rows that refer to nothing"
            raise RuntimeError(message)


@contextmanager
def _making_tables_anew(connection: Connection) -> Iterator[None]:
    """Let a migration put a new table in the place of one that others refer to.

    SQLite changes a column's constraints in no other way, and would not drop the old table as long as it
    holds foreign keys, which it only lets go of outside a transaction
    (https://sqlite.org/lang_altertable.html, section 7). What they hold is checked before the commit.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
