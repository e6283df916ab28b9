"""What erasure leaves, and archives that wait to be fetched."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Uuid,
)

from consultation.persistence.tables.base import Key, key_column, metadata
from consultation.persistence.types import Digest, Instant

unlinked_votes = Table(
    "unlinked_votes",
    metadata,
    Column("debate_key", Key, nullable=False),
    Column("number", Integer, nullable=False, comment="of the post voted on"),
    Column("value", String(8), nullable=False, comment="agree, mixed, disagree, support"),
    Column("revision", Integer, nullable=False, comment="of the text they were cast on"),
    Column("votes", Integer, nullable=False, comment="how many, of people who were erased"),
    PrimaryKeyConstraint("debate_key", "number", "value", "revision"),
    ForeignKeyConstraint(["debate_key", "number"], ["posts.debate_key", "posts.number"]),
    CheckConstraint("value IN ('agree', 'mixed', 'disagree', 'support')", name="value"),
    CheckConstraint("votes >= 1", name="votes"),
    comment="standing votes of erased people: counts, linked to nobody and not to each other",
    # Rows in the order of the key, not in that in which they came.
    sqlite_with_rowid=False,
)

erasures = Table(
    "erasures",
    metadata,
    Column("person_digest", Digest, primary_key=True, comment="keyed hash of the id of who was erased"),
    Column("mode", String(8), nullable=False, comment="unsigned or erase"),
    Column("erased_at", Instant, nullable=False, comment="when it was asked for"),
    CheckConstraint("mode IN ('unsigned', 'erase')", name="mode"),
    Index(None, "erased_at"),
    comment="who was erased, told only to whoever has the id: to erase again what a backup brings back",
)

departures = Table(
    "departures",
    metadata,
    Column("identity_digest", Digest, primary_key=True, comment="keyed hash of an address or an identity"),
    Column("until", Instant, nullable=False, comment="close of the last debate that keeps a vote"),
    Index(None, "until"),
    comment="whose votes still count in open debates: nobody votes twice by leaving and coming back",
)

archives = Table(
    "archives",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="id in the address of the archive, UUIDv7"),
    Column(
        "person_key", Key, ForeignKey("people.key"), nullable=False, unique=True, comment="personal: whose"
    ),
    Column("language", String(2), nullable=False, comment="of its headings"),
    Column("requested_at", Instant, nullable=False, comment="personal: when it was asked for"),
    Column("started_at", Instant, nullable=True, comment="since when a process writes it"),
    Column("finished_at", Instant, nullable=True, comment="when it was complete"),
    Column("expires_at", Instant, nullable=False, comment="when it is deleted"),
    Index(None, "expires_at"),
    comment="large archives that people asked for, at most one for each, written in the background",
)

archive_parts = Table(
    "archive_parts",
    metadata,
    Column("archive_key", Key, ForeignKey("archives.key"), nullable=False, comment="which archive"),
    Column("format", String(4), nullable=False, comment="json or html"),
    Column("part", Integer, nullable=False, comment="from 1, in order"),
    Column("content", LargeBinary, nullable=False, comment="personal: octets of the archive"),
    PrimaryKeyConstraint("archive_key", "format", "part"),
    CheckConstraint("format IN ('json', 'html')", name="format"),
    comment="the archives, in parts of bounded size",
)
