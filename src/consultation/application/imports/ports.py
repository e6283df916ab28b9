"""What an import needs from the store, and what it says when it is done or cannot be."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeAlias, TypeVar
from uuid import UUID

from consultation.application.exports import Record, Section
from consultation.domain.posts import PostKind

Item = TypeVar("Item")

BODY_MAX: Final = 1_000_000
"""Longest body of an imported post in code points; the limits of new posts are for new posts."""
POST_TITLE_MAX: Final = 1_000
NAME_MAX: Final = 100
THEME_MAX: Final = 80
STATE_REASON_MAX: Final = 200
REFERENCE_MAX: Final = 200
LINK_MAX: Final = 2_000
NUMBER_MAX: Final = 2**31 - 1

BATCH_RECORDS: Final = 1_000
BATCH_CODE_POINTS: Final = 2_000_000

ArchiveLine: TypeAlias = tuple[int, Section, Record]
"""A line number, from 1, and the record that stands there, its values as the store takes them."""


class UnfitArchiveError(ValueError):
    """The file is not what its format says. Nothing of it was kept.

    `field` is a path such as `themes/3/slug`, None when the line as a whole is wrong.
    """

    def __init__(self, line: int, field: str | None, reason: str) -> None:
        place = f"line {line}" if field is None else f"line {line}, {field}"
        super().__init__(f"{place}: {reason}")
        self.line = line
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A participant who comes with an import."""

    uid: str
    name: str


@dataclass(frozen=True, slots=True)
class Target:
    """What votes and replies need to know of the post they point to."""

    kind: PostKind
    revision: int


@dataclass(frozen=True, slots=True)
class CaseTarget:
    """What reports, decisions and appeals need to know of their case."""

    key: int
    number: int | None


@dataclass(frozen=True, slots=True)
class NotStored:
    """A record that was read but does not fit our store, and why."""

    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A debate that was brought in: records by section, and what was left out."""

    debate: UUID
    organisation: str
    slug: str
    counts: Mapping[Section, int]
    not_stored: tuple[NotStored, ...] = ()


class BulkStore(Protocol):
    """Writes a debate in batches, inside the transaction that the command runs in."""

    def known_people(self, uids: Collection[str]) -> set[str]:
        """Which of these ids are taken by anybody."""

    def add_people(self, debate: UUID, people: Sequence[Newcomer], language: str, now: datetime) -> None:
        """Insert participants of the debate, without address."""

    def people_of(self, debate: UUID, uids: Collection[str]) -> dict[str, int]:
        """The keys of those among these ids who came with this debate."""

    def targets(self, debate_key: int, numbers: Collection[int]) -> dict[int, Target]:
        """The posts with these numbers."""

    def known_references(self, debate_key: int, references: Collection[str]) -> set[str]:
        """Which of these references a post of the debate bears already."""

    def describe_source(self, debate_key: int, source: Record) -> None:
        """Note where the debate comes from."""

    def known_ids(self, section: Section, uids: Collection[str]) -> set[str]:
        """Which of these ids are taken by something held, a case, a report or a decision of any debate."""

    def cases_of(self, debate_key: int, uids: Collection[str]) -> dict[str, CaseTarget]:
        """The cases of the debate with these ids."""

    def held_keys(self, debate_key: int, uids: Collection[str]) -> dict[str, int]:
        """The keys of what was held in the debate with these ids."""

    def with_open_case(self, debate_key: int, numbers: Collection[int]) -> set[int]:
        """Which of the posts with these numbers have an open case."""

    def add(self, debate_key: int, section: Section, records: Sequence[Record]) -> None:
        """Insert records with the fields of their section, as an archive holds them.

        Posts and votes have `author_key` and `person_key` in place of ids, and posts their
        `search_terms`.
        """

    def finish(self, debate_key: int, last_number: int, journal_length: int, last_act_at: datetime) -> None:
        """Write where the debate stands, and count everything that has a counter.

        What the journal says was masked is hidden, whatever the lines say.
        """


def batches(
    lines: Iterator[ArchiveLine],
) -> Iterator[tuple[Section, list[tuple[int, Record]]]]:
    """Lines of one section together, bounded in number and in text."""
    section, size = Section.DEBATE, 0
    batch: list[tuple[int, Record]] = []
    for number, next_section, record in lines:
        full = len(batch) == BATCH_RECORDS or size > BATCH_CODE_POINTS
        if batch and (full or next_section is not section):
            yield section, batch
            batch, size = [], 0
        section = next_section
        batch.append((number, record))
        size += len(record.get("body", ""))
    if batch:
        yield section, batch
