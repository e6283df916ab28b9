"""Keys of organisations, and the first answers to their calls."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Uuid,
)

from consultation.persistence.tables.base import Json, Key, key_column, metadata
from consultation.persistence.types import Digest, Instant

access_keys = Table(
    "access_keys",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7, named in digests"),
    Column("organisation_key", Key, ForeignKey("organisations.key"), nullable=False, comment="whose"),
    Column("name", String(100), nullable=False, comment="what it is for, in the words of its makers"),
    Column("scopes", Json, nullable=False, comment="what it may do"),
    Column("issuer", String(255), nullable=False, comment="issuer of the identities that it acts for"),
    Column("hint", String(12), nullable=False, comment="how its secret begins"),
    Column("token_digest", Digest, nullable=False, unique=True, comment="SHA-256 of its secret"),
    Column("former_digest", Digest, nullable=True, unique=True, comment="of the secret before"),
    Column("former_until", Instant, nullable=True, comment="when the secret before stops working"),
    Column("created_at", Instant, nullable=False, comment="when it was made"),
    Column("expires_at", Instant, nullable=False, comment="end of validity"),
    Column("rotated_at", Instant, nullable=True, comment="when it got its present secret"),
    Column("revoked_at", Instant, nullable=True, comment="when it was revoked"),
    Column("used_at", Instant, nullable=True, comment="last use, to the minute"),
    CheckConstraint("(former_digest IS NULL) = (former_until IS NULL)", name="former"),
    Index(None, "organisation_key"),
    comment="keys with which servers of organisations call; rows stay, for what was done with them",
)

key_answers = Table(
    "key_answers",
    metadata,
    Column("access_key", Key, ForeignKey("access_keys.key"), nullable=False, comment="whose"),
    Column("idempotency_key", String(255), nullable=False, comment="as the client sent it"),
    Column("fingerprint", Digest, nullable=False, comment="SHA-256 of method, path and body"),
    Column("status", SmallInteger, nullable=False, comment="status of the first answer"),
    Column("headers", Json, nullable=False, comment="headers of the first answer"),
    Column("body", LargeBinary, nullable=False, comment="body of the first answer"),
    Column("created_at", Instant, nullable=False, comment="kept for 24 hours"),
    PrimaryKeyConstraint("access_key", "idempotency_key"),
    Index(None, "created_at"),
    comment="first answers to calls that a server made in its own name",
)
