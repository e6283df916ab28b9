"""Webhooks of organisations, what was sent to them, and which phases of debates were told of."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Uuid,
)

from consultation.persistence.tables.base import Json, Key, key_column, metadata
from consultation.persistence.types import Instant

webhooks = Table(
    "webhooks",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("organisation_key", Key, ForeignKey("organisations.key"), nullable=False, comment="whose"),
    Column("url", String(500), nullable=False, comment="where to"),
    Column("events", Json, nullable=False, comment="which events; an empty list for all"),
    Column("sealed_secret", LargeBinary, nullable=False, comment="encrypted: what signs"),
    Column("sealed_former", LargeBinary, nullable=True, comment="encrypted: what signed before"),
    Column("former_until", Instant, nullable=True, comment="when the former one stops signing"),
    Column("created_at", Instant, nullable=False, comment="when it was made"),
    Column("rotated_at", Instant, nullable=True, comment="when it got its present secret"),
    Column("failing_since", Instant, nullable=True, comment="first failure after the last success"),
    Column("disabled_at", Instant, nullable=True, comment="when it was given up"),
    Column("ending", String(10), nullable=True, comment="why: gone, or failing"),
    CheckConstraint("(sealed_former IS NULL) = (former_until IS NULL)", name="former"),
    CheckConstraint("(disabled_at IS NULL) = (ending IS NULL)", name="disabled"),
    Index(None, "organisation_key"),
    comment="endpoints to which events are sent",
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="webhook-id, UUIDv7, the same in all attempts"),
    Column("webhook_key", Key, ForeignKey("webhooks.key"), nullable=False, comment="where to"),
    Column("event", String(30), nullable=False, comment="what happened"),
    Column("at", Instant, nullable=False, comment="when it happened"),
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=True, comment="in which debate"),
    Column("sequence", BigInteger, nullable=True, comment="in which entry of its journal"),
    Column("number", Integer, nullable=True, comment="to which post"),
    Column("state", String(10), nullable=False, comment="pending, delivered, or failed"),
    Column("attempts", SmallInteger, nullable=False, comment="made so far"),
    Column("attempted_at", Instant, nullable=True, comment="when the last one was"),
    Column("status", SmallInteger, nullable=True, comment="what it was answered, if it was"),
    Column("error", String(200), nullable=True, comment="kind of the last failure"),
    CheckConstraint("state IN ('pending', 'delivered', 'failed')", name="state"),
    Index(None, "webhook_key", "uid"),
    Index(None, "at"),
    Index(None, "debate_key"),
    comment="what was sent to endpoints: bodies are not kept; rows go after 30 days",
)

announced_phases = Table(
    "announced_phases",
    metadata,
    Column("debate_key", Key, ForeignKey("debates.key"), primary_key=True),
    Column("phase", String(10), nullable=False, comment="last told of; elsewhere: came from there, untold"),
    CheckConstraint("phase IN ('elsewhere', 'upcoming', 'open', 'closed')", name="phase"),
    comment="which phase of each debate was told of",
)
