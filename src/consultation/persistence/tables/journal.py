"""The journal, and the reports of imports."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from consultation.persistence.tables.base import Json, Key, metadata
from consultation.persistence.types import Digest, Instant

journal_entries = Table(
    "journal_entries",
    metadata,
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False),
    Column("sequence", BigInteger, nullable=False, comment="from 1, without gaps"),
    Column("at", Instant, nullable=False, comment="when"),
    Column("kind", String(30), nullable=False, comment="what happened"),
    Column("number", Integer, nullable=True, comment="of the post concerned"),
    Column("digest", Digest, nullable=False, comment="salted hash of what happened"),
    Column("leaf_hash", Digest, nullable=False, comment="RFC 9162 leaf hash of this entry"),
    Column("access_key", String(36), nullable=True, comment="public id of the key it came through"),
    PrimaryKeyConstraint("debate_key", "sequence"),
    Index(
        "ix_journal_entries_access_key",
        "access_key",
        "debate_key",
        "sequence",
        sqlite_where=text("access_key IS NOT NULL"),
        postgresql_where=text("access_key IS NOT NULL"),
    ),
    comment="append-only record of each debate; holds no text, no name, no vote",
    sqlite_with_rowid=False,
)

import_reports = Table(
    "import_reports",
    metadata,
    Column("debate_key", Key, ForeignKey("debates.key"), primary_key=True),
    Column("format", String(40), nullable=False, comment="name of the importer"),
    Column("imported_at", Instant, nullable=False, comment="when"),
    Column("report", Json, nullable=False, comment="rows read, taken, refused and why"),
    comment="what an import took and what it refused",
)
