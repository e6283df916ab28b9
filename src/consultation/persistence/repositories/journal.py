"""The journal table: rows are added, never changed or removed (a trigger refuses it)."""

from sqlalchemy import Connection, insert

from consultation.domain.journal import Entry
from consultation.persistence.tables import journal_entries

_APPEND = insert(journal_entries)


def entry_values(debate_key: int, entry: Entry) -> dict[str, object]:
    """A row of the journal table."""
    return {
        "debate_key": debate_key,
        "sequence": entry.sequence,
        "at": entry.at,
        "kind": entry.kind.value,
        "number": entry.number,
        "digest": entry.digest,
        "leaf_hash": entry.leaf_hash(),
    }


class SqlJournal:
    """The journal port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, debate_key: int, entry: Entry) -> bytes:
        """Insert an entry and return its leaf hash."""
        values = entry_values(debate_key, entry)
        self._connection.execute(_APPEND, values)
        leaf_hash = values["leaf_hash"]
        assert isinstance(leaf_hash, bytes)  # noqa: S101 - narrows the type of a mapping's value
        return leaf_hash
