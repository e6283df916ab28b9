"""Which other sites an organisation lets in."""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint, Uuid

from consultation.persistence.tables.base import Key, key_column, metadata
from consultation.persistence.types import Instant

embed_origins = Table(
    "embed_origins",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("organisation_key", Key, ForeignKey("organisations.key"), nullable=False, comment="whose list"),
    Column("origin", String(300), nullable=False, comment="as browsers send it: scheme://host[:port]"),
    Column("person_key", Key, ForeignKey("people.key"), nullable=True, comment="personal: who added it"),
    Column("created_at", Instant, nullable=False, comment="since when"),
    UniqueConstraint("organisation_key", "origin"),
    comment="origins whose pages may frame an organisation's debates and read its answers",
)
