"""What is stored beside the journal entry that it names."""

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, and_

from consultation.application.doctor.ports import Held
from consultation.domain.participation import SpeaksAs
from consultation.domain.posts import Post, PostKind, PostText, Side
from consultation.persistence.tables import journal_entries
from consultation.persistence.types import AnyRow

BATCH: Final = 1000
ENTRY = journal_entries.alias("entry")
STATE_ENTRY = journal_entries.alias("state_entry")
"""The entry of a text or a vote, and that of a state."""


_HELD: Final = ("kind", "number", "digest", "access_key")


def held_columns(entry: FromClause, prefix: str = "entry") -> tuple[ColumnElement[Any], ...]:
    """What is needed of the entry that something names."""
    return tuple(entry.c[name].label(f"{prefix}_{name}") for name in _HELD)


def names(entry: FromClause, holder: FromClause, sequence: str = "sequence") -> ColumnElement[bool]:
    """Is this the entry that the holder names?"""
    return and_(entry.c.debate_key == holder.c.debate_key, entry.c.sequence == holder.c[sequence])


def held_of(row: AnyRow) -> Held:
    """What a row says of its entry, and the entry itself."""
    entry = (row.entry_kind, row.entry_number, row.entry_digest, row.entry_access_key)
    return Held(row.sequence, row.salt, *entry)


def state_held_of(row: AnyRow) -> Held | None:
    """The same of the entry that a state names, if one does."""
    if row.state_sequence is None:
        return None
    entry = (
        row.state_entry_kind,
        row.state_entry_number,
        row.state_entry_digest,
        row.state_entry_access_key,
    )
    return Held(row.state_sequence, row.state_salt, *entry)


def earlier_post(row: AnyRow) -> Post:
    """The post as it was, of a row of an earlier revision and of its post."""
    return Post(
        number=row.number,
        kind=PostKind(row.kind),
        contribution=row.contribution,
        revision=row.revision,
        side=None if row.side is None else Side(row.side),
        author_name=row.author_name,
        capacity=None if row.capacity is None else SpeaksAs(row.capacity),
        text=PostText(body=row.body, title=row.title, link=row.link, theme=row.theme),
        language=row.language,
        created_at=row.posted_at,
    )
