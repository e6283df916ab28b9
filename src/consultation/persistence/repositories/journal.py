"""The journal table: rows are added, never changed or removed (a trigger refuses it)."""

from uuid import UUID

from sqlalchemy import Connection, bindparam, insert

from consultation.domain.journal import Entry
from consultation.persistence.prepared import Prepared
from consultation.persistence.tables import journal_entries

_APPEND = Prepared(
    insert(journal_entries).values({column.name: bindparam(column.name) for column in journal_entries.c})
)


def entry_values(debate_key: int, entry: Entry, access_key: UUID | None) -> dict[str, object]:
    """A row of the journal table."""
    return {
        "debate_key": debate_key,
        "sequence": entry.sequence,
        "at": entry.at,
        "kind": entry.kind.value,
        "number": entry.number,
        "digest": entry.digest,
        "leaf_hash": entry.leaf_hash(),
        "access_key": None if access_key is None else str(access_key),
    }


class SqlJournal:
    """The journal port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, debate_key: int, entry: Entry, access_key: UUID | None) -> bytes:
        """Insert an entry, with the key through which it came, and return its leaf hash."""
        values = entry_values(debate_key, entry, access_key)
        _APPEND.all(self._connection, **values)
        leaf_hash = values["leaf_hash"]
        assert isinstance(leaf_hash, bytes)  # noqa: S101 - narrows the type of a mapping's value
        return leaf_hash
