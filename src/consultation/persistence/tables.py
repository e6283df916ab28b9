"""The tables. Comments say what a column holds; personal data is marked `personal:`.

Internal integer keys join tables and never leave the service; what leaves is `uid` (UUIDv7)
and, for posts, the number within the debate.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from consultation.persistence.types import Digest, Instant, Salt

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Key = BigInteger().with_variant(Integer, "sqlite")
"""An internal key: SQLite only fills in a plain INTEGER primary key by itself."""

Json = JSON().with_variant(JSONB, "postgresql")


def _key() -> Column[int]:
    return Column("key", Key, Identity(), primary_key=True, comment="internal, never leaves")


def _counter(name: str, comment: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"), comment=comment)


organisations = Table(
    "organisations",
    metadata,
    _key(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("slug", String(80), nullable=False, unique=True, comment="in addresses"),
    Column("name", String(200), nullable=False, comment="the public body's name"),
    Column("locale", String(2), nullable=False, comment="fr, nl, de or en"),
    Column("time_zone", String(64), nullable=False, comment="IANA zone of shown times"),
    Column("created_at", Instant, nullable=False, comment="when it was set up"),
    comment="public bodies that own debates",
)

people = Table(
    "people",
    metadata,
    _key(),
    Column("uid", Uuid, nullable=False, unique=True, comment="personal: public id, UUIDv7"),
    Column("name", String(100), nullable=False, comment="personal: display name, may be a pseudonym"),
    Column(
        "email",
        String(320),
        nullable=True,
        unique=True,
        comment="personal: address for sign-in, lower case; null for imported participants",
    ),
    Column("locale", String(2), nullable=False, comment="language of mail to the person"),
    Column("created_at", Instant, nullable=False, comment="personal: first sign-in or import"),
    Column("imported_with", Uuid, nullable=True, comment="debate whose import made the row; else null"),
    comment="people who signed in, and participants of imported debates",
)

memberships = Table(
    "memberships",
    metadata,
    Column("organisation_key", Key, ForeignKey("organisations.key"), nullable=False),
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: who"),
    Column("role", String(20), nullable=False, comment="moderator, organiser, administrator"),
    Column("created_at", Instant, nullable=False, comment="since when"),
    PrimaryKeyConstraint("organisation_key", "person_key", "role"),
    CheckConstraint("role IN ('moderator', 'organiser', 'administrator')", name="role"),
    Index(None, "person_key"),
    comment="roles of people in organisations",
)

sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("address_digest", Digest, primary_key=True, comment="keyed hash of the address"),
    Column("code_digest", Digest, nullable=False, comment="keyed hash of address and code"),
    Column("expires_at", Instant, nullable=False, comment="end of validity"),
    Column("tries_left", SmallInteger, nullable=False, comment="wrong tries that remain"),
    Column("window_started_at", Instant, nullable=False, comment="start of the counting window"),
    Column("sent_in_window", SmallInteger, nullable=False, comment="codes sent in the window"),
    comment="the last code sent to each address; the address itself is not kept",
)

sessions = Table(
    "sessions",
    metadata,
    _key(),
    Column("token_digest", Digest, nullable=False, unique=True, comment="SHA-256 of the token"),
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: whose"),
    Column("created_at", Instant, nullable=False, comment="personal: when signed in"),
    Column("expires_at", Instant, nullable=False, comment="end of validity"),
    Index(None, "person_key"),
    comment="signed-in sessions, as cookie or bearer token",
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: whose"),
    Column("idempotency_key", String(255), nullable=False, comment="as the client sent it"),
    Column("fingerprint", Digest, nullable=False, comment="SHA-256 of method, path and body"),
    Column("status", SmallInteger, nullable=False, comment="status of the first answer"),
    Column("headers", Json, nullable=False, comment="headers of the first answer"),
    Column("body", LargeBinary, nullable=False, comment="personal: body of the first answer"),
    Column("created_at", Instant, nullable=False, comment="kept for 24 hours"),
    PrimaryKeyConstraint("person_key", "idempotency_key"),
    Index(None, "created_at"),
    comment="first answers, replayed when a call is repeated",
)

debates = Table(
    "debates",
    metadata,
    _key(),
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
    Column("source", Json, nullable=True, comment="where an imported debate comes from"),
    Column("created_at", Instant, nullable=False, comment="when it was drafted or imported"),
    Column("last_act_at", Instant, nullable=False, comment="instant of the last journal entry"),
    Column("last_number", Integer, nullable=False, comment="highest number given"),
    Column("journal_length", BigInteger, nullable=False, comment="entries in the journal"),
    _counter("contributions", "visible contributions"),
    _counter("arguments_pro", "visible arguments for"),
    _counter("arguments_contra", "visible arguments against"),
    _counter("sources", "visible sources"),
    _counter("votes", "standing votes on contributions"),
    _counter("supports", "standing supports of arguments and sources"),
    _counter("participants", "people with a post or a standing vote"),
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
    PrimaryKeyConstraint("debate_key", "sequence"),
    comment="acts on the debate itself: created, changed, published, extended, closed, reopened",
)

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
    Column("theme", String(80), nullable=True, comment="slug of the theme"),
    Column("title", String(1000), nullable=True, comment="personal: as written"),
    Column("body", Text, nullable=False, comment="personal: Markdown as written"),
    Column("link", String(2000), nullable=True, comment="http(s) address, of sources"),
    Column("language", String(2), nullable=False, comment="language of the text"),
    Column("created_at", Instant, nullable=False, comment="when posted"),
    Column("revision", Integer, nullable=False, comment="present revision, from 1"),
    Column("revised_at", Instant, nullable=True, comment="when the present revision was made"),
    Column("state", String(10), nullable=False, comment="visible, withdrawn, hidden or erased"),
    Column("state_reason", String(200), nullable=True, comment="category shown on a tombstone"),
    Column("state_since", Instant, nullable=True, comment="since when a tombstone"),
    _counter("pro", "visible arguments for"),
    _counter("contra", "visible arguments against"),
    _counter("sources", "visible sources"),
    _counter("agree", "standing votes"),
    _counter("mixed", "standing votes"),
    _counter("disagree", "standing votes"),
    _counter("support", "standing supports"),
    _counter("on_earlier_revisions", "standing votes cast on an earlier revision"),
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

revisions = Table(
    "revisions",
    metadata,
    Column("debate_key", Key, nullable=False),
    Column("number", Integer, nullable=False, comment="of the post"),
    Column("revision", Integer, nullable=False, comment="from 1; the present one is in posts"),
    Column("author_name", String(100), nullable=True, comment="personal: name it was signed with"),
    Column("theme", String(80), nullable=True, comment="slug of the theme"),
    Column("title", String(1000), nullable=True, comment="personal: as written"),
    Column("body", Text, nullable=False, comment="personal: Markdown as written"),
    Column("link", String(2000), nullable=True, comment="http(s) address, of sources"),
    Column("created_at", Instant, nullable=False, comment="when this revision was made"),
    Column("sequence", BigInteger, nullable=False, comment="of the journal entry"),
    Column("salt", Salt, nullable=True, comment="of that entry's digest"),
    PrimaryKeyConstraint("debate_key", "number", "revision"),
    ForeignKeyConstraint(["debate_key", "number"], ["posts.debate_key", "posts.number"]),
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
    PrimaryKeyConstraint("debate_key", "sequence"),
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
