"""Participation codes of debates, and who has redeemed one.

That one code serves one person is in two keys: a code changes from free to used once, under the
debate's lock, and a person stands once in a debate's redemptions. No column joins the two, and
neither has an instant or an order of arrival (on SQLite both are kept in the order of their
keys). Within an hour the used codes are written anew, all together, so that not even the numbers
of transactions that PostgreSQL keeps tell which code was whose.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Uuid,
)

from consultation.persistence.tables.base import Key, key_column, metadata
from consultation.persistence.types import Digest, Instant

code_batches = Table(
    "code_batches",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False),
    Column("note", String(200), nullable=False, comment="the organiser's own"),
    Column("made_at", Instant, nullable=False, comment="when its codes were made"),
    Index(None, "debate_key"),
    comment="participation codes that were made together",
)

participation_codes = Table(
    "participation_codes",
    metadata,
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False),
    Column("code_digest", Digest, nullable=False, comment="keyed hash of the code"),
    Column("batch_key", Key, ForeignKey("code_batches.key"), nullable=False, comment="made with it"),
    Column("state", String(8), nullable=False, comment="free, used, spent or revoked; not by whom or when"),
    PrimaryKeyConstraint("debate_key", "code_digest"),
    CheckConstraint("state IN ('free', 'used', 'spent', 'revoked')", name="state"),
    Index(None, "batch_key"),
    comment="one-use codes that admit to a debate; the codes themselves are not kept",
    sqlite_with_rowid=False,
)

code_redemptions = Table(
    "code_redemptions",
    metadata,
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False),
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: who"),
    PrimaryKeyConstraint("debate_key", "person_key"),
    Index(None, "person_key"),
    comment="people who redeemed a code of a debate; not which",
    sqlite_with_rowid=False,
)

code_tries = Table(
    "code_tries",
    metadata,
    Column("person_key", Key, ForeignKey("people.key"), primary_key=True, comment="personal: who"),
    Column("window_started_at", Instant, nullable=False, comment="personal: start of the counting window"),
    Column("tries", SmallInteger, nullable=False, comment="wrong codes sent in the window"),
    comment="wrong participation codes that people sent, forgotten with their window",
)
