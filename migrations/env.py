"""Alembic's entry: runs migrations on the connection that the caller hands over."""

from alembic import context
from sqlalchemy import Connection

from consultation.persistence.tables import metadata


def run(connection: Connection) -> None:
    """Run the migrations in one transaction, compared against our tables."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
