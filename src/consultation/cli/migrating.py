"""`consultation migrate`: bring the database to the schema of this release."""

import click

from consultation.cli.services import read_settings


@click.command
def migrate() -> None:
    """Bring the database to the newest schema.

    Runs in one transaction, so it happens as a whole or not at all, and can be repeated. On
    PostgreSQL several may be started at once: one migrates, the others wait. Make a backup first.
    """
    from consultation.bootstrap import open_database  # noqa: PLC0415 - loads the database's libraries
    from consultation.cli.schema import refuse_newer  # noqa: PLC0415 - with the former
    from consultation.persistence.migrate import known_revisions, present  # noqa: PLC0415 - with the former
    from consultation.persistence.migrate import migrate as migrate_to_newest  # noqa: PLC0415 - with the former

    database = open_database(read_settings())
    try:
        known = known_revisions()
        before = present(database)
        refuse_newer(before, known)
        if before == known[-1]:
            click.echo(f"The database is at revision {before} already.")
            return
        migrate_to_newest(database)
        after = present(database)
        click.echo(f"Migrated the database from {before or 'nothing'} to {after}.")
    finally:
        database.dispose()
