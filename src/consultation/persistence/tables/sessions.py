"""Signed-in sessions."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Uuid

from consultation.persistence.tables.base import Key, key_column, metadata
from consultation.persistence.types import Digest, Instant

sessions = Table(
    "sessions",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("token_digest", Digest, nullable=False, unique=True, comment="SHA-256 of the token"),
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: whose"),
    Column("method", String(20), nullable=False, comment="how it came to be: code, oidc, operator"),
    Column("created_at", Instant, nullable=False, comment="personal: when signed in"),
    Column("used_at", Instant, nullable=False, comment="personal: hour of the last use"),
    Column("expires_at", Instant, nullable=False, comment="end of validity unless it is used before"),
    Column("ends_at", Instant, nullable=False, comment="end of validity, however it is used"),
    CheckConstraint("method IN ('code', 'oidc', 'operator')", name="method"),
    Index(None, "person_key"),
    comment="signed-in sessions, as cookie or bearer token",
)
