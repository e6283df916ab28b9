"""What is kept of calls: their first answers."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
)

from consultation.persistence.tables.base import Json, Key, metadata
from consultation.persistence.types import Digest, Instant

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: whose"),
    Column("idempotency_key", String(255), nullable=False, comment="as the client sent it"),
    Column("fingerprint", Digest, nullable=False, comment="SHA-256 of method, path and body"),
    Column("status", SmallInteger, nullable=False, comment="status of the first answer"),
    Column("headers", Json, nullable=False, comment="headers of the first answer"),
    Column("body", LargeBinary, nullable=False, comment="personal: body of the first answer"),
    Column("created_at", Instant, nullable=False, comment="kept for 24 hours"),
    PrimaryKeyConstraint("person_key", "idempotency_key"),
    Index(None, "created_at"),
    comment="first answers, replayed when a call is repeated",
)
