"""A consultation that was held elsewhere, as every reader of foreign files hands it over.

Records are neutral: they say what a source holds and nothing about how it was written down.
A `reference` is the source's own name of a thing, with its kind in front because series of
one source can collide: `opinion:61` and `argument:61` are two posts. Bodies are Markdown in
the subset that we render; titles and names are plain text. Instants are aware UTC datetimes.

What could not be read is in the report and nowhere else: a row is taken whole or refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from consultation.domain.posts import PostKind, PostState, Side
from consultation.domain.voting import VoteValue

Json: TypeAlias = str | int | Sequence["Json"] | Mapping[str, "Json"] | None


@dataclass(frozen=True, slots=True)
class ImportedTheme:
    """A heading of the source. `slug` is unique within the import."""

    slug: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTally:
    """Totals that the source published without the ballots behind them.

    None is a total that the source does not have, which is not 0. `source` says where the
    totals were read, such as the names of the fields.
    """

    source: str
    agree: int | None = None
    mixed: int | None = None
    disagree: int | None = None
    support: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPost:
    """A contribution, an argument or a source.

    `parent` is the reference of the contribution that an argument or a source hangs on, and
    None for a contribution. `author` is None where the source no longer tells who wrote.
    `state_since` is None when the source does not say since when. The limits of new posts do
    not apply: a title can be long, a source can lack title and link.
    """

    kind: PostKind
    reference: str
    body: str
    created_at: datetime
    parent: str | None = None
    author: str | None = None
    author_name: str | None = None
    side: Side | None = None
    theme: str | None = None
    title: str | None = None
    link: str | None = None
    revised_at: datetime | None = None
    state: PostState = PostState.VISIBLE
    state_reason: str | None = None
    state_since: datetime | None = None
    reported: ReportedTally | None = None


@dataclass(frozen=True, slots=True)
class ImportedVote:
    """One ballot: at most one per `voter` and `post`, both references."""

    post: str
    voter: str
    value: VoteValue
    cast_at: datetime


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was not taken, and why.

    `row` counts records from 1, a header included: the number that a spreadsheet shows. A
    record can span several lines of a CSV file; in NDJSON it is one line. `column` is the
    first wrong column, in JSON a pointer (RFC 6901) into the record, and None when the row
    as a whole was refused. `kind` is the source's own word for the type of the row.
    """

    file: str
    row: int
    kind: str
    column: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RowNote:
    """Something to know about a row that was taken, or about a file when `row` is None."""

    file: str
    row: int | None
    column: str | None
    text: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What was read, taken and refused. For each type of row, read = taken + refused."""

    read: Mapping[str, int]
    taken: Mapping[str, int]
    refused: tuple[RowRefused, ...]
    notes: tuple[RowNote, ...]

    def as_json(self) -> dict[str, Json]:
        """The report as objects, lists, strings and numbers, ready for a JSON encoder."""
        return {
            "read": dict(self.read),
            "taken": dict(self.taken),
            "refused": [asdict(row) for row in self.refused],
            "notes": [asdict(note) for note in self.notes],
        }

    def as_text(self) -> str:
        """The report for a person: a line per type, then refusals and notes with their rows."""
        counts = [
            f"{kind}: {read} read, {self.taken.get(kind, 0)} taken, {read - self.taken.get(kind, 0)} refused"
            for kind, read in self.read.items()
        ]
        refused = _grouped(
            (f"{row.file}, {row.kind}", row.column, row.reason, row.row) for row in self.refused
        )
        notes = _grouped((note.file, note.column, note.text, note.row) for note in self.notes)
        sections = (("Read", counts), ("Refused", refused), ("Notes", notes))
        return "\n\n".join(
            "\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in sections if lines
        )


@dataclass(frozen=True, slots=True)
class ImportedDebate:
    """All that was read, in the order in which it is to be stored.

    Posts are sorted as `in_order_of_creation` does, so that a store can number them as they
    come; votes by the instant they were cast. `title` is None where the source has none.
    """

    title: str | None
    themes: Sequence[ImportedTheme]
    posts: Iterable[ImportedPost]
    votes: Iterable[ImportedVote]
    report: ImportReport


def in_order_of_creation(posts: Iterable[ImportedPost]) -> tuple[ImportedPost, ...]:
    """Posts in the order of their numbers, given in the order of the source.

    The earlier instant goes first; at one instant the order of the source decides. A post
    never precedes the contribution it hangs on, even where the source's clock says so.
    """
    placed = list(enumerate(posts))
    contributions = {
        post.reference: (post.created_at, order) for order, post in placed if post.parent is None
    }

    def place(item: tuple[int, ImportedPost]) -> tuple[datetime, int, bool, int]:
        order, post = item
        created_at, first = contributions.get(post.parent or "", (post.created_at, order))
        return max(post.created_at, created_at), max(order, first), post.parent is not None, order

    return tuple(post for _, post in sorted(placed, key=place))


def _grouped(lines: Iterable[tuple[str, str | None, str, int | None]]) -> list[str]:
    rows: dict[str, list[int]] = {}
    for where, column, reason, row in lines:
        place = where if column is None else f"{where}, {column}"
        rows.setdefault(f"{place}: {reason}", []).extend([] if row is None else [row])
    return [f"{text}{_rows(sorted(numbers))}" for text, numbers in rows.items()]


def _rows(numbers: Sequence[int]) -> str:
    """Row numbers in words, neighbours as ranges: ` (rows 2-5, 9)`."""
    if not numbers:
        return ""
    breaks = [i for i, (a, b) in enumerate(pairwise(numbers), start=1) if b != a + 1]
    parts = [numbers[i:j] for i, j in pairwise([0, *breaks, len(numbers)])]
    spans = ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)
    return f" (row {spans})" if len(numbers) == 1 else f" (rows {spans})"
