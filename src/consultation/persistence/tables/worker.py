"""How far the journals are planned, and the jobs that follow from them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    Uuid,
    text,
)

from consultation.persistence.tables.base import Json, Key, key_column, metadata
from consultation.persistence.types import Instant

journal_positions = Table(
    "journal_positions",
    metadata,
    Column("debate_key", Key, ForeignKey("debates.key"), primary_key=True),
    Column("sequence", BigInteger, nullable=False, comment="last entry that was planned"),
    comment="how far the worker has read each journal",
)

worker_instants = Table(
    "worker_instants",
    metadata,
    Column("name", String(20), primary_key=True, comment="of what falls due; one row: due"),
    Column("at", Instant, nullable=False, comment="planned up to here"),
    comment="up to when things that fall due are planned",
)

jobs = Table(
    "jobs",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="the same over all attempts, UUIDv7"),
    Column("kind", String(30), nullable=False, comment="which handler carries it out"),
    Column("lane", String(60), nullable=False, comment="jobs of one hold up no other"),
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=True, comment="whose journal it follows"),
    Column("sequence", BigInteger, nullable=True, comment="entry it follows from"),
    Column("payload", Json, nullable=False, comment="what it is about: keys and ids, no text or address"),
    Column("created_at", Instant, nullable=False, comment="when planned"),
    Column("due_at", Instant, nullable=False, comment="not before"),
    Column("attempts", SmallInteger, nullable=False, comment="begun so far"),
    Column(
        *("deaths", SmallInteger),
        nullable=False,
        server_default=text("0"),
        comment="attempts of which nobody said how they ended",
    ),
    Column("claimed_until", Instant, nullable=True, comment="a worker has it until then"),
    Column("state", String(4), nullable=False, comment="due, or dead when given up"),
    Column("error", String(200), nullable=True, comment="kind of the last failure"),
    CheckConstraint("state IN ('due', 'dead')", name="state"),
    Index(None, "state", "due_at"),
    Index(None, "debate_key"),
    comment="what is left to do outside the service; done jobs are deleted",
)
