"""Reports, cases, decisions and appeals."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    text,
)

from consultation.persistence.tables.base import Key, key_column, metadata
from consultation.persistence.types import Instant, Salt

_GROUNDS = "('charter', 'illegal', 'personal_data', 'spam', 'off_topic')"
_MEASURES = "('keep', 'hide', 'mask', 'move', 'restore', 'publish', 'refuse')"
_OPEN = text("state = 'open'")

cases = Table(
    "cases",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("debate_key", Key, nullable=False),
    Column("number", Integer, nullable=True, comment="of the post; null for what is held or was never shown"),
    Column("held_key", Key, ForeignKey("held_posts.key"), nullable=True, comment="what waits, or waited"),
    Column("state", String(10), nullable=False, comment="open, decided, appealed or final"),
    Column("opened_at", Instant, nullable=False, comment="first report, or when what is held arrived"),
    Column("reports", Integer, nullable=False, comment="reports and notices"),
    Column(
        "grounds", SmallInteger, nullable=False, server_default=text("0"), comment="of its reports, as bits"
    ),
    Column("claimed_by", Key, ForeignKey("people.key"), comment="personal: who works on it"),
    Column("claimed_at", Instant, nullable=True, comment="since when"),
    Column("measure", String(10), nullable=True, comment="of the decision that stands"),
    Column("decided_by", Key, ForeignKey("people.key"), comment="personal: who decided first"),
    Column("decided_at", Instant, nullable=True, comment="first decision"),
    Column("appeal_until", Instant, nullable=True, comment="first instant at which it is too late"),
    Column("appealed_at", Instant, nullable=True, comment="when the author answered"),
    Column("closed_at", Instant, nullable=True, comment="last word"),
    ForeignKeyConstraint(["debate_key", "number"], ["posts.debate_key", "posts.number"]),
    CheckConstraint("state IN ('open', 'decided', 'appealed', 'final')", name="state"),
    CheckConstraint(f"measure IN {_MEASURES}", name="measure"),
    CheckConstraint("number IS NOT NULL OR held_key IS NOT NULL", name="about"),
    Index(None, "claimed_by"),
    Index(None, "decided_by"),
    Index(None, "held_key", unique=True),
    comment="moderation cases, at most one open for a post",
)
Index(
    "ix_cases_open",
    cases.c.debate_key,
    cases.c.number,
    cases.c.state,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("ix_cases_queue", cases.c.debate_key, cases.c.state, cases.c.opened_at, cases.c.key)
Index("ix_cases_state", cases.c.state, cases.c.uid)
GROUND_BITS: Final[Mapping[str, int]] = {
    "charter": 1,
    "illegal": 2,
    "personal_data": 4,
    "spam": 8,
    "off_topic": 16,
}
"""What stands for a ground in `grounds`."""


def reported_for(ground: str) -> str:
    """The condition that a case was reported for a ground, as its index has it."""
    return f"(cases.grounds & {GROUND_BITS[ground]}) <> 0"


for _ground in GROUND_BITS:
    # The name of the table is none that the condition of an index may have.
    _reported = text(reported_for(_ground).replace("cases.", ""))
    Index(f"ix_cases_{_ground}", cases.c.uid, sqlite_where=_reported, postgresql_where=_reported)
Index("ix_cases_post", cases.c.debate_key, cases.c.number)

reports = Table(
    "reports",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("case_key", Key, ForeignKey("cases.key"), nullable=False, comment="of which case"),
    Column("debate_key", Key, nullable=False),
    Column("number", Integer, nullable=False, comment="of the post"),
    Column("person_key", Key, ForeignKey("people.key"), comment="personal: who; null for a notice"),
    Column("ground", String(20), nullable=False, comment="category"),
    Column("text", Text, nullable=False, comment="personal: as written"),
    Column("created_at", Instant, nullable=False, comment="when"),
    Column("sequence", BigInteger, nullable=False, comment="of the journal entry"),
    Column("salt", Salt, nullable=True, comment="of that entry's digest"),
    ForeignKeyConstraint(["debate_key", "number"], ["posts.debate_key", "posts.number"]),
    CheckConstraint(f"ground IN {_GROUNDS}", name="ground"),
    Index(None, "case_key"),
    comment="reports of posts; one for each person and post",
)
Index("ix_reports_person", reports.c.person_key, reports.c.debate_key, reports.c.number, unique=True)

decisions = Table(
    "decisions",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id of the statement, UUIDv7"),
    Column("case_key", Key, ForeignKey("cases.key"), nullable=False, comment="of which case"),
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False),
    Column("instance", String(10), nullable=False, comment="automatic, first or appeal"),
    Column("measure", String(10), nullable=False, comment="what was done"),
    Column("decided_by", Key, ForeignKey("people.key"), comment="personal: who, not public"),
    Column("decided_at", Instant, nullable=False, comment="when"),
    Column("ground", String(20), nullable=False, comment="category"),
    Column("reference", String(500), nullable=False, comment="law or article of the charter"),
    Column("facts", Text, nullable=False, comment="personal: facts and circumstances"),
    Column("explanation", Text, nullable=False, comment="personal: why the ground applies"),
    Column("until", Instant, nullable=True, comment="end of the restriction; null for none"),
    Column("detected_automatically", Boolean, nullable=False, comment="automated means found it"),
    Column("decided_automatically", Boolean, nullable=False, comment="automated means decided"),
    Column("note", Text, nullable=False, comment="personal: for staff only"),
    Column("sequence", BigInteger, nullable=False, comment="of the journal entry"),
    Column("salt", Salt, nullable=True, comment="of that entry's digest"),
    CheckConstraint("instance IN ('automatic', 'first', 'appeal')", name="instance"),
    CheckConstraint(f"measure IN {_MEASURES}", name="measure"),
    CheckConstraint(f"ground IN {_GROUNDS}", name="ground"),
    Index(None, "case_key"),
    Index(None, "debate_key", "sequence"),
    Index(None, "decided_by"),
    comment="decisions, each with its statement of reasons",
)

appeals = Table(
    "appeals",
    metadata,
    Column("case_key", Key, ForeignKey("cases.key"), primary_key=True, comment="of which case"),
    Column("person_key", Key, ForeignKey("people.key"), comment="personal: the author"),
    Column("text", Text, nullable=False, comment="personal: as written"),
    Column("created_at", Instant, nullable=False, comment="when"),
    Column("sequence", BigInteger, nullable=False, comment="of the journal entry"),
    Column("salt", Salt, nullable=True, comment="of that entry's digest"),
    Index(None, "person_key"),
    comment="answers of authors; one for each case",
)

notice_contacts = Table(
    "notice_contacts",
    metadata,
    Column("report_key", Key, ForeignKey("reports.key"), primary_key=True, comment="of which notice"),
    Column("email", String(254), nullable=False, comment="personal: where to answer"),
    Column("locale", String(2), nullable=False, comment="personal: language of the answer"),
    Column("created_at", Instant, nullable=False, comment="when"),
    Index(None, "email"),
    comment="addresses of people who sent a notice without an account; deleted after the case",
)
