"""A whole debate as an archive: sections of plain records, and the port that reads them.

An archive holds everything that makes up a debate and can be carried to another instance,
where it is the same debate: same id, same numbers, same journal. Records are mappings of
field names to what JSON can hold; instants, ids and hashes are strings. How a file is made of
them, and what their fields are, is described in `exchange.debate_jsonl`.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias
from uuid import UUID

Record: TypeAlias = dict[str, Any]
"""A record of a section, its values by field name."""


class Section(StrEnum):
    """The sections of an archive, in the order in which they stand in it.

    Each may refer to those before it: a vote names a participant and a post.
    """

    DEBATE = "debate"
    PARTICIPANT = "participant"
    ACT = "act"
    POST = "post"
    REVISION = "revision"
    VOTE = "vote"
    UNLINKED_VOTE = "unlinked_vote"
    HELD_POST = "held_post"
    CASE = "case"
    REPORT = "report"
    DECISION = "decision"
    APPEAL = "appeal"
    JOURNAL = "journal"
    IMPORT_REPORT = "import_report"


Progress: TypeAlias = Callable[[Section, int], None]
"""Is told from time to time how many records of a section are done."""


def no_progress(_section: Section, _done: int) -> None:
    """Tells nobody."""


class ArchiveReading(Protocol):
    """One debate, read in one consistent view and in constant memory."""

    def records(self, section: Section) -> Iterator[Sequence[bytes]]:
        """The records of a section in batches, in the archive's order.

        Each is a JSON object (RFC 8259) in UTF-8 on one line, without white space around its
        tokens; the first member, `type`, names the section.
        """


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: records by section, octets in all, and the closing SHA-256 (hex)."""

    counts: Mapping[Section, int]
    octets: int
    sha256: str


def participant_id(debate: UUID, person: UUID, imported_with: UUID | None) -> UUID:
    """Under which id a person stands in the archive of a debate.

    Whoever came with an import of this debate keeps the id that they came with. Everybody
    else gets a UUIDv8 (RFC 9562, 5.8) from the SHA-256 of both ids: without the person's own
    id, which no archive holds, nobody can tell that two archives speak of one person.
    """
    if imported_with == debate:
        return person
    digest = hashlib.sha256(debate.bytes + person.bytes).hexdigest()
    return UUID(f"{digest[:12]}8{digest[13:16]}8{digest[17:32]}")
