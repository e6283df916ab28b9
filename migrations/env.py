"""Alembic's entry: runs migrations on the connection that the caller hands over."""

from alembic import context
from sqlalchemy import Connection

from consultation.persistence.tables import metadata


def _is_ours(name: str | None, kind: str, _: object) -> bool:
    # The search index is made of what SQLAlchemy's tables cannot say: see 0002_search.
    return not (kind in {"table", "index"} and (name or "").startswith(("post_search", "ix_posts_search")))


def run(connection: Connection) -> None:
    """Run the migrations in one transaction, compared against our tables."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=_is_ours,
        render_as_batch=True,
        compare_type=True,
        # SQLite hands back defaults in words of its own, which would always differ.
        compare_server_default=connection.dialect.name == "postgresql",
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
