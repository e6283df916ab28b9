"""What an examination can find."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

Value: TypeAlias = str | int | None


INTEGRITY: Final = "integrity"
"""The field of a finding of the kind `structure` that says that the file itself is damaged."""


class Fault(StrEnum):
    """The kinds of faults."""

    COUNTER = "counter"
    """A counter is not what it counts."""
    DERIVED = "derived"
    """Something computed from the text or the number, or kept of another row, is out of date."""
    POSITION = "position"
    """The debate's row says something else of the end of its series or its journal."""
    NUMBER_MISSING = "number_missing"
    """A number was given and no post bears it."""
    SEQUENCE_MISSING = "sequence_missing"
    """The journal has a gap."""
    ORDER = "order"
    """An entry is dated before the one before it."""
    LEAF_HASH = "leaf_hash"
    """An entry's leaf hash is not that of the entry."""
    DIGEST = "digest"
    """A digest is not that of what is stored: one of the two was altered."""
    SALT_MISSING = "salt_missing"
    """A salt was destroyed, and no erasure explains it: the text or the vote can be checked no more."""
    UNLINKED = "unlinked"
    """The counts of votes of erased people are not those that the last erasure left."""
    ENTRY_MISSING = "entry_missing"
    """Something stored names no journal entry, or one that is not there."""
    ENTRY_DIFFERS = "entry_differs"
    """The journal entry that something stored names speaks of something else."""
    STATE_MISSING = "state_missing"
    """The journal tells of something that is not stored."""
    REVISION = "revision"
    """An earlier revision is missing, or one is no earlier revision."""
    VOTE = "vote"
    """A vote has a value or a revision that its post cannot have."""
    STRUCTURE = "structure"
    """The database itself says that something is damaged or points nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference between what is stored and what should be.

    `field` says of what; `stored` and `recomputed` are the two values. No finding holds a
    text, a name, or who voted.
    """

    fault: Fault
    organisation: str | None = None
    debate: UUID | None = None
    number: int | None = None
    sequence: int | None = None
    field: str
    stored: Value
    recomputed: Value

    def __str__(self) -> str:
        places = (
            f"organisation {self.organisation}" if self.organisation is not None else None,
            f"debate {self.debate}" if self.debate is not None else None,
            f"#{self.number}" if self.number is not None else None,
            f"entry {self.sequence}" if self.sequence is not None else None,
        )
        place = ", ".join(filter(None, places)) or "database"
        return f"{place}: {self.fault}, {self.field}: stored {self.stored!r}, recomputed {self.recomputed!r}"
