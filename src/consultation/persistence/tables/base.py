"""What the tables share: the metadata, and the kinds of column that recur."""

from sqlalchemy import JSON, BigInteger, Column, Identity, Integer, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Key = BigInteger().with_variant(Integer, "sqlite")
"""An internal key: SQLite only fills in a plain INTEGER primary key by itself."""

Json = JSON().with_variant(JSONB, "postgresql")


def key_column() -> Column[int]:
    """The internal key of a table."""
    return Column("key", Key, Identity(), primary_key=True, comment="internal, never leaves")


def counter_column(name: str, comment: str) -> Column[int]:
    """A counter that starts at zero."""
    return Column(name, Integer, nullable=False, server_default=text("0"), comment=comment)
