"""Time for statements that look at a whole debate."""

from sqlalchemy import Connection


def unhurried(connection: Connection) -> None:
    """Lift the limits that keep a web request short, until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10min'")
