"""How far a database has been migrated, asked without loading the tool that migrates.

Alembic takes a tenth of a second to import, and nearly every start finds a database that is up
to date. A test holds these answers equal to those of `persistence.migrate`.
"""

from typing import TYPE_CHECKING

from consultation.cli.failures import Failure

if TYPE_CHECKING:
    from pathlib import Path

    from consultation.persistence.engine import Database


def migrations_folder() -> "Path":
    """Where the migrations are: inside the installed package, else at the project's root."""
    from pathlib import Path  # noqa: PLC0415 - beside its only use

    import consultation  # noqa: PLC0415 - beside its only use

    package = Path(consultation.__file__).parent
    packed = package / "migrations"
    return packed if packed.is_dir() else package.parents[1] / "migrations"


def known_revisions() -> list[str]:
    """The revisions that this program knows, oldest first: files are named NNNN_slug.py."""
    return sorted(path.name.partition("_")[0] for path in migrations_folder().glob("versions/[0-9]*_*.py"))


def present_revision(database: "Database") -> str:
    """The revision of a database, empty before the first migration."""
    with database.reading() as connection:
        if not connection.dialect.has_table(connection, "alembic_version"):
            return ""
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or ""


def migrate_to_newest(database: "Database") -> None:
    """Bring a database to the newest revision."""
    from consultation.persistence.migrate import migrate  # noqa: PLC0415 - loads alembic

    migrate(database)


def ensure_schema(database: "Database", *, may_migrate: bool) -> str | None:
    """Make sure that the database fits this program.

    A missing or old schema is migrated where that is allowed, which is in development, and a
    sentence that says so is returned. Raises Failure where an operator decides when to migrate,
    and for a database that a newer release has migrated.
    """
    present, known = present_revision(database), known_revisions()
    if present == known[-1]:
        return None
    refuse_newer(present, known)
    if not may_migrate:
        state = f"at revision {present}" if present else "empty"
        raise Failure(
            f"The database is {state}, and this release needs revision {known[-1]}. "
            "Make a backup, then run `consultation migrate`."
        )
    migrate_to_newest(database)
    return f"Migrated the database from {present or 'nothing'} to {known[-1]}, as in development."


def refuse_newer(present: str, known: list[str]) -> None:
    """Raises Failure when a newer release has migrated the database."""
    if present and present not in known:
        raise Failure(
            f"The database is at revision {present}, which this release does not know "
            f"(it ends at {known[-1]}). Install the release that made it, or a newer one."
        )
