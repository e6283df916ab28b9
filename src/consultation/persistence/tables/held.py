"""What arrives in a debate that is moderated before publication."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
)

from consultation.persistence.tables.base import Key, key_column, metadata
from consultation.persistence.tables.posts import CAPACITIES
from consultation.persistence.types import Instant, Salt

EMPTIED: Final[Mapping[str, str | None]] = {
    **dict.fromkeys(("author_key", "author_name", "capacity", "title", "link", "salt")),
    **dict.fromkeys(("body", "search_terms"), ""),
}
"""What a row holds once its text has gone, and with it whose it was."""

held_posts = Table(
    "held_posts",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7; also of its case"),
    Column("debate_key", Key, ForeignKey("debates.key"), nullable=False),
    Column("kind", String(12), nullable=False, comment="contribution, argument or source"),
    Column("contribution", Integer, nullable=True, comment="number it shall hang on; null for one"),
    Column("side", String(6), nullable=True, comment="pro or contra, of arguments"),
    Column("revises", Integer, nullable=True, comment="number of the post that it is an edit of"),
    Column("author_key", Key, ForeignKey("people.key"), nullable=True, comment="personal: author"),
    Column("author_name", String(100), nullable=True, comment="personal: name it was signed with"),
    Column("capacity", String(20), nullable=True, comment="personal: as what the author speaks"),
    Column("theme", String(80), nullable=True, comment="slug of the theme"),
    Column("title", String(1000), nullable=True, comment="personal: as written"),
    Column("body", Text, nullable=False, comment="personal: Markdown as written"),
    Column("link", String(2000), nullable=True, comment="http(s) address, of sources"),
    Column("language", String(2), nullable=False, comment="language of the text"),
    Column("arrived_at", Instant, nullable=False, comment="when it was accepted"),
    Column("kept", String(10), nullable=False, comment="kept, withdrawn or erased"),
    Column("search_terms", Text, nullable=False, comment="analysed words"),
    Column("sequence", BigInteger, nullable=False, comment="of the journal entry"),
    Column("salt", Salt, nullable=True, comment="of that entry's digest"),
    Column("state_at", Instant, nullable=True, comment="when it was withdrawn or erased"),
    Column("state_sequence", BigInteger, nullable=True, comment="entry of that"),
    Column("state_salt", Salt, nullable=True, comment="of that entry's digest"),
    ForeignKeyConstraint(["debate_key", "contribution"], ["posts.debate_key", "posts.number"]),
    ForeignKeyConstraint(["debate_key", "revises"], ["posts.debate_key", "posts.number"]),
    CheckConstraint("kind IN ('contribution', 'argument', 'source')", name="kind"),
    CheckConstraint("(kind = 'contribution') = (contribution IS NULL)", name="contribution"),
    CheckConstraint("(kind = 'argument') = (side IS NOT NULL)", name="side_of_arguments"),
    CheckConstraint("side IN ('pro', 'contra')", name="side"),
    CheckConstraint(f"capacity IN {CAPACITIES}", name="capacity"),
    CheckConstraint("kept IN ('kept', 'withdrawn', 'erased')", name="kept"),
    comment="posts and edits that arrived and are not published before somebody has read them",
)
Index("ix_held_posts_author", held_posts.c.author_key, held_posts.c.debate_key, held_posts.c.uid)
Index("ix_held_posts_debate", held_posts.c.debate_key, held_posts.c.uid)
