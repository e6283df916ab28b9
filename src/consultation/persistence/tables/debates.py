"""Debates and the acts on them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from consultation.persistence.tables.base import Json, Key, counter_column, key_column, metadata
from consultation.persistence.types import Instant, Salt

debates = Table(
    "debates",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("organisation_key", Key, ForeignKey("organisations.key"), nullable=False),
    Column("slug", String(80), nullable=False, comment="in addresses, unique in its organisation"),
    Column("title", String(500), nullable=False, comment="the question"),
    Column("description", Text, nullable=False, comment="Markdown as written"),
    Column("language", String(2), nullable=False, comment="language of the texts"),
    Column("time_zone", String(64), nullable=False, comment="IANA zone of shown times"),
    Column("opens_at", Instant, nullable=False, comment="inside the period"),
    Column("closes_at", Instant, nullable=False, comment="first instant outside the period"),
    Column("published_at", Instant, nullable=True, comment="null while a draft"),
    Column("limits", Json, nullable=False, comment="shortest and longest texts, code points"),
    Column("themes", Json, nullable=False, comment="headings, in order: slug, title, description"),
    Column(
        "participation", Json, nullable=False, server_default="{}", comment="what it asks of participants"
    ),
    Column("source", Json, nullable=True, comment="where an imported debate comes from"),
    Column("created_at", Instant, nullable=False, comment="when it was drafted or imported"),
    Column("last_act_at", Instant, nullable=False, comment="instant of the last journal entry"),
    Column("last_number", Integer, nullable=False, comment="highest number given"),
    Column("journal_length", BigInteger, nullable=False, comment="entries in the journal"),
    counter_column("contributions", "visible contributions"),
    counter_column("arguments_pro", "visible arguments for"),
    counter_column("arguments_contra", "visible arguments against"),
    counter_column("sources", "visible sources"),
    counter_column("votes", "standing votes on contributions"),
    counter_column("supports", "standing supports of arguments and sources"),
    counter_column("participants", "people with a post or a standing vote"),
    Column("search_terms", Text, nullable=False, server_default="", comment="analysed words"),
    UniqueConstraint("organisation_key", "slug"),
    CheckConstraint("opens_at < closes_at", name="period"),
    comment="questions put to the public, each with its period, counters and lock",
)

debate_acts = Table(
    "debate_acts",
    metadata,
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False),
    Column("sequence", BigInteger, nullable=False, comment="of the journal entry"),
    Column("kind", String(30), nullable=False, comment="journal entry kind"),
    Column("at", Instant, nullable=False, comment="when"),
    Column("role", String(20), nullable=False, comment="in which capacity, public"),
    Column("person_key", Key, ForeignKey("people.key"), comment="personal: who, not public"),
    Column("reason", Text, nullable=False, comment="public reason"),
    Column("content", Json, nullable=False, comment="what the digest covers"),
    Column("salt", Salt, nullable=True, comment="of the journal digest"),
    Column("number", Integer, nullable=True, comment="of the contribution that a response answers"),
    PrimaryKeyConstraint("debate_key", "sequence"),
    comment="acts on the debate itself, official responses and outcomes among them",
)
# Not a foreign key: an archive brings the acts before the posts.
_RESPONSES = text("number IS NOT NULL")
_OUTCOMES = text("kind = 'outcome_published'")
Index(
    "ix_debate_acts_responses",
    debate_acts.c.debate_key,
    debate_acts.c.number,
    debate_acts.c.sequence,
    sqlite_where=_RESPONSES,
    postgresql_where=_RESPONSES,
)
Index(
    "ix_debate_acts_outcomes",
    debate_acts.c.debate_key,
    debate_acts.c.sequence,
    sqlite_where=_OUTCOMES,
    postgresql_where=_OUTCOMES,
)
