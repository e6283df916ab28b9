"""Notices to people, what they follow, and what they want of mail."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

from consultation.persistence.tables.base import Key, key_column, metadata
from consultation.persistence.types import Instant

notices = Table(
    "notices",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: to whom"),
    Column("kind", String(30), nullable=False, comment="what is told"),
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False, comment="in which debate"),
    Column("number", Integer, nullable=True, comment="about which post"),
    Column("sequence", BigInteger, nullable=True, comment="entry of the journal it follows from, if any"),
    Column("created_at", Instant, nullable=False, comment="when it was made"),
    Column("read_at", Instant, nullable=True, comment="personal: when it was marked as read"),
    UniqueConstraint("person_key", "debate_key", "sequence", "kind"),
    Index(None, "person_key", "uid"),
    Index(None, "debate_key"),
    Index(None, "created_at"),
    comment="what people are told of; texts are read where they are",
)

follows = Table(
    "follows",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: who"),
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False, comment="in which debate"),
    Column("theme", String(80), nullable=False, comment="slug of a theme; empty for none"),
    Column("number", Integer, nullable=False, comment="of a contribution; 0 for none"),
    Column("created_at", Instant, nullable=False, comment="since when"),
    Column("told", BigInteger, nullable=False, comment="last entry of the journal that was told of"),
    UniqueConstraint("person_key", "debate_key", "theme", "number"),
    CheckConstraint("theme = '' OR number = 0", name="target"),
    Index(None, "debate_key", "number"),
    comment="debates, themes and contributions that people follow",
)

mail_settings = Table(
    "mail_settings",
    metadata,
    Column("person_key", Key, ForeignKey("people.key"), primary_key=True, comment="personal: whose"),
    Column("follows", String(8), nullable=False, comment="how often about what is followed"),
    Column("notices", Boolean, nullable=False, comment="does the person want mail for each notice?"),
    Column("digest_due_at", Instant, nullable=True, comment="when the next digest is planned"),
    Column("off_at", Instant, nullable=True, comment="personal: since when nothing is sent"),
    Column("off_reason", String(8), nullable=True, comment="personal: refused, or bounced"),
    CheckConstraint("follows IN ('at_once', 'daily', 'weekly', 'never')", name="follows"),
    CheckConstraint("off_reason IN ('refused', 'bounced')", name="off_reason"),
    CheckConstraint("(off_at IS NULL) = (off_reason IS NULL)", name="off"),
    Index(None, "digest_due_at"),
    comment="what people want of mail; without a row what holds for everybody",
)

closing_notices = Table(
    "closing_notices",
    metadata,
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False),
    Column("closes_at", Instant, nullable=False, comment="the close that was told of"),
    Column("place", Key, nullable=True, comment="how far in the order of followers; null: to the end"),
    PrimaryKeyConstraint("debate_key", "closes_at"),
    comment="of which closes followers were told beforehand",
)
