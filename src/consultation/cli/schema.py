"""What a command does with a database that is not as far as the program."""

from typing import TYPE_CHECKING

from consultation.cli.failures import Failure

if TYPE_CHECKING:
    from consultation.persistence.engine import Database


def ensure_schema(database: "Database", *, may_migrate: bool) -> str | None:
    """Make sure that the database fits this program.

    A missing or old schema is migrated where that is allowed, which is in development, and a
    sentence that says so is returned. Raises Failure where an operator decides when to migrate,
    and for a database that a newer release has migrated.
    """
    from consultation.persistence.migrate import (  # noqa: PLC0415 - `--help` needs no database
        known_revisions,
        migrate,
        present,
    )

    found, known = present(database), known_revisions()
    if found == known[-1]:
        return None
    refuse_newer(found, known)
    if not may_migrate:
        state = f"at revision {found}" if found else "empty"
        raise Failure(
            f"The database is {state}, and this release needs revision {known[-1]}. "
            "Make a backup, then run `consultation migrate`."
        )
    migrate(database)
    return f"Migrated the database from {found or 'nothing'} to {known[-1]}, as in development."


def refuse_newer(present: str, known: list[str]) -> None:
    """Raises Failure when a newer release has migrated the database."""
    if present and present not in known:
        raise Failure(
            f"The database is at revision {present}, which this release does not know "
            f"(it ends at {known[-1]}). Install the release that made it, or a newer one."
        )
