"""Everything that bears a number, its earlier texts, and the votes on it."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

from consultation.persistence.tables.base import Json, Key, counter_column, metadata
from consultation.persistence.types import Instant, Salt

CAPACITIES: Final = "('citizen', 'association', 'company', 'public_body', 'elected_official')"

posts = Table(
    "posts",
    metadata,
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False),
    Column("number", Integer, nullable=False, comment="in the debate's one series"),
    Column("kind", String(12), nullable=False, comment="contribution, argument or source"),
    Column("contribution", Integer, nullable=True, comment="number it hangs on; null for one"),
    Column("side", String(6), nullable=True, comment="pro or contra, of arguments"),
    Column("author_key", Key, ForeignKey("people.key"), nullable=True, comment="personal: author"),
    Column("author_name", String(100), nullable=True, comment="personal: name it was signed with"),
    Column("capacity", String(20), nullable=True, comment="personal: as what the author speaks"),
    Column("theme", String(80), nullable=True, comment="slug of the theme"),
    Column("title", String(1000), nullable=True, comment="personal: as written"),
    Column("body", Text, nullable=False, comment="personal: Markdown as written"),
    Column("link", String(2000), nullable=True, comment="http(s) address, of sources"),
    Column("language", String(2), nullable=False, comment="language of the text"),
    Column("created_at", Instant, nullable=False, comment="when posted"),
    Column("revision", Integer, nullable=False, comment="present revision, from 1"),
    Column("revised_at", Instant, nullable=True, comment="when the present revision was made"),
    Column(
        "shown_from",
        Integer,
        nullable=False,
        server_default=text("1"),
        comment="first revision that is shown: those before have a masked passage",
    ),
    Column("state", String(10), nullable=False, comment="visible, withdrawn, hidden or erased"),
    Column("state_reason", String(200), nullable=True, comment="category shown on a tombstone"),
    Column("state_since", Instant, nullable=True, comment="since when a tombstone"),
    counter_column("pro", "visible arguments for"),
    counter_column("contra", "visible arguments against"),
    counter_column("sources", "visible sources"),
    counter_column("agree", "standing votes"),
    counter_column("mixed", "standing votes"),
    counter_column("disagree", "standing votes"),
    counter_column("support", "standing supports"),
    counter_column("on_earlier_revisions", "standing votes cast on an earlier revision"),
    Column("votes", Integer, Computed("agree + mixed + disagree", persisted=True)),
    Column("balance", Integer, Computed("agree - disagree", persisted=True)),
    Column("arguments", Integer, Computed("pro + contra", persisted=True)),
    Column("shuffle", BigInteger, nullable=False, comment="place in the random order, 32 bits"),
    Column("reference", String(200), nullable=True, comment="id in the source of an import"),
    Column("reported_tally", Json, nullable=True, comment="totals that came without ballots"),
    Column("search_terms", Text, nullable=False, server_default="", comment="analysed words"),
    Column("sequence", BigInteger, nullable=False, comment="entry of the present revision"),
    Column("salt", Salt, nullable=True, comment="of that entry's digest"),
    Column("state_sequence", BigInteger, nullable=True, comment="entry of the present state"),
    Column("state_salt", Salt, nullable=True, comment="of that entry's digest"),
    PrimaryKeyConstraint("debate_key", "number"),
    ForeignKeyConstraint(["debate_key", "contribution"], ["posts.debate_key", "posts.number"]),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("kind IN ('contribution', 'argument', 'source')", name="kind"),
    CheckConstraint("(kind = 'contribution') = (contribution IS NULL)", name="contribution"),
    CheckConstraint("(kind = 'argument') = (side IS NOT NULL)", name="side_of_arguments"),
    CheckConstraint("side IN ('pro', 'contra')", name="side"),
    CheckConstraint(f"capacity IN {CAPACITIES}", name="capacity"),
    CheckConstraint("state IN ('visible', 'withdrawn', 'hidden', 'erased')", name="state"),
    CheckConstraint("(state = 'visible') = (state_since IS NULL AND state_reason IS NULL)", name="tombstone"),
    comment="everything that bears a number; the present revision of its text",
)

_CONTRIBUTIONS: dict[str, Any] = {
    "sqlite_where": text("kind = 'contribution'"),
    "postgresql_where": text("kind = 'contribution'"),
}
_REPLIES: dict[str, Any] = {
    "sqlite_where": text("contribution IS NOT NULL"),
    "postgresql_where": text("contribution IS NOT NULL"),
}
Index("ix_posts_contributions", posts.c.debate_key, posts.c.number, **_CONTRIBUTIONS)
Index("ix_posts_themes", posts.c.debate_key, posts.c.theme, posts.c.number, **_CONTRIBUTIONS)
Index("ix_posts_votes", posts.c.debate_key, posts.c.votes, posts.c.number, **_CONTRIBUTIONS)
Index("ix_posts_balance", posts.c.debate_key, posts.c.balance, posts.c.number, **_CONTRIBUTIONS)
Index("ix_posts_arguments", posts.c.debate_key, posts.c.arguments, posts.c.number, **_CONTRIBUTIONS)
Index("ix_posts_shuffle", posts.c.debate_key, posts.c.shuffle, posts.c.number, **_CONTRIBUTIONS)
Index(
    "ix_posts_replies",
    posts.c.debate_key,
    posts.c.contribution,
    posts.c.kind,
    posts.c.side,
    posts.c.number,
    **_REPLIES,
)
Index("ix_posts_thread", posts.c.debate_key, posts.c.contribution, posts.c.number, **_REPLIES)
Index(
    "ix_posts_supported_replies",
    posts.c.debate_key,
    posts.c.contribution,
    posts.c.kind,
    posts.c.side,
    posts.c.support,
    posts.c.number,
    **_REPLIES,
)
Index("ix_posts_author", posts.c.author_key, posts.c.debate_key, posts.c.number)
Index(
    "ix_posts_reference",
    posts.c.debate_key,
    posts.c.reference,
    unique=True,
    sqlite_where=text("reference IS NOT NULL"),
    postgresql_where=text("reference IS NOT NULL"),
)
Index(
    "ix_posts_capacity",
    posts.c.debate_key,
    posts.c.capacity,
    posts.c.author_key,
    sqlite_where=text("capacity IS NOT NULL"),
    postgresql_where=text("capacity IS NOT NULL"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("debate_key", Key, nullable=False),
    Column("number", Integer, nullable=False, comment="of the post"),
    Column("revision", Integer, nullable=False, comment="from 1; the present one is in posts"),
    Column("author_name", String(100), nullable=True, comment="personal: name it was signed with"),
    Column("capacity", String(20), nullable=True, comment="personal: as what the author spoke"),
    Column("theme", String(80), nullable=True, comment="slug of the theme"),
    Column("title", String(1000), nullable=True, comment="personal: as written"),
    Column("body", Text, nullable=False, comment="personal: Markdown as written"),
    Column("link", String(2000), nullable=True, comment="http(s) address, of sources"),
    Column("created_at", Instant, nullable=False, comment="when this revision was made"),
    Column("sequence", BigInteger, nullable=False, comment="of the journal entry"),
    Column("salt", Salt, nullable=True, comment="of that entry's digest"),
    PrimaryKeyConstraint("debate_key", "number", "revision"),
    ForeignKeyConstraint(["debate_key", "number"], ["posts.debate_key", "posts.number"]),
    CheckConstraint(f"capacity IN {CAPACITIES}", name="capacity"),
    comment="earlier revisions of posts",
)

votes = Table(
    "votes",
    metadata,
    Column("debate_key", Key, nullable=False),
    Column("number", Integer, nullable=False, comment="of the post voted on"),
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: voter"),
    Column("value", String(8), nullable=False, comment="personal: agree, mixed, disagree, support"),
    Column("revision", Integer, nullable=False, comment="of the text it was cast on"),
    Column("cast_at", Instant, nullable=False, comment="personal: when"),
    Column("sequence", BigInteger, nullable=False, comment="of the journal entry"),
    Column("salt", Salt, nullable=True, comment="of that entry's digest"),
    PrimaryKeyConstraint("debate_key", "number", "person_key"),
    ForeignKeyConstraint(["debate_key", "number"], ["posts.debate_key", "posts.number"]),
    CheckConstraint("value IN ('agree', 'mixed', 'disagree', 'support')", name="value"),
    Index(None, "person_key", "debate_key", "number"),
    comment="standing votes: the primary key is the rule of one person, one vote",
    sqlite_with_rowid=False,
)
