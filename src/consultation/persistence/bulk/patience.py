"""Time for statements that look at a whole debate, and no more memory than they need."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection

_PASSING_KIB: Final = 2_000


def unhurried(connection: Connection) -> None:
    """Lift the limits that keep a web request short, until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10min'")


@contextmanager
def passing_once(connection: Connection) -> Iterator[None]:
    """Keep few of the pages that are read: who goes through a debate once comes back to none of them.

    PostgreSQL keeps them itself, for all.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    kept = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_PASSING_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {kept:d}")
