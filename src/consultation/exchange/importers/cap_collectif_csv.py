"""Reader of Cap Collectif's flat export: one CSV file for opinions, votes, arguments, sources.

Rows of the export are ragged, and some are cut or shifted by a column or two. A row whose
cells do not all hold what their columns are for is refused with the first that does not: a
shifted row read leniently would publish what a moderator had hidden.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from consultation.application.imported import (
    ImportedDebate,
    ImportedPost,
    ImportedTheme,
    ImportedVote,
    in_order_of_creation,
)
from consultation.exchange.importers.cap_collectif_columns import COLUMNS, COUNTERS, PREFIX_OF
from consultation.exchange.importers.cap_collectif_row import (
    Opinion,
    Reply,
    read_opinion,
    read_reply,
)
from consultation.exchange.importers.cleaning import slug_of
from consultation.exchange.importers.csv_rows import Row, rows
from consultation.exchange.importers.files import DamagedFileError
from consultation.exchange.importers.ledger import FieldWrongError, Ledger, Place

_SLUG_STEM: Final = 74  # leaves room for a number within the 80 characters of a slug
_KINDS: Final = frozenset({"opinion", "vote", "argument", "source", "reportings", "unreadable"})


def read_cap_collectif_csv(path: Path, time_zone: str = "Europe/Paris") -> ImportedDebate:
    """All that one export holds, plain or packed with gzip. Times are those of `time_zone`.

    Raises OSError for a file that cannot be opened. Everything else that is wrong is in the
    report: refused is what does not fit, what is there twice, and what hangs on a refused row.
    """
    reader = _Reader(path.name)
    number = 1
    try:
        for number, record in rows(path, ";", {"type", *COLUMNS}, ZoneInfo(time_zone)):
            reader.read(Place(path.name, number), record)
    except DamagedFileError as damage:
        reader.read(Place(path.name, number + 1), FieldWrongError(None, str(damage)))
    return reader.debate()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What hangs on an opinion, which may come later in the file."""

    place: Place
    row: Row
    kind: str
    reply: Reply


@dataclass(slots=True)
class _Reader:
    file: str
    ledger: Ledger = field(default_factory=Ledger)
    opinions: dict[str, tuple[Place, Opinion]] = field(default_factory=dict)
    refused_opinions: dict[str, Place] = field(default_factory=dict)
    themes: dict[str, ImportedTheme] = field(default_factory=dict)
    waiting: list[_Waiting] = field(default_factory=list)
    posts: list[tuple[int, ImportedPost]] = field(default_factory=list)
    votes: list[ImportedVote] = field(default_factory=list)
    # Where each reference was first used, and for what.
    seen: dict[str, tuple[Place, object]] = field(default_factory=dict)
    # The rows of each opinion by type, value and side, refused ones too: what its counters say.
    counted: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def read(self, place: Place, record: Row | FieldWrongError) -> None:
        """Takes an opinion, and keeps what hangs on one until all opinions are known."""
        kind = record.cells["type"] if isinstance(record, Row) else "unreadable"
        kind = kind if kind in _KINDS else "unknown"
        self.ledger.read(kind)
        try:
            self._route(place, kind, record)
        except FieldWrongError as wrong:
            self.ledger.refuse(place, kind, wrong)

    def debate(self) -> ImportedDebate:
        """All that was read, once every row was."""
        voted: dict[tuple[str, str], Place] = {}
        for waiting in self.waiting:
            try:
                self._settle(waiting, voted)
            except FieldWrongError as wrong:
                self.ledger.refuse(waiting.place, waiting.kind, wrong)
        self._check_counters()
        titles = {opinion.consultation for _, opinion in self.opinions.values()}
        if len(titles) > 1:
            self.ledger.remark(self.file, f"holds {len(titles)} consultations, so none gives the title")
        in_order = sorted(self.posts, key=lambda numbered: numbered[0])
        return ImportedDebate(
            title=titles.pop() or None if len(titles) == 1 else None,
            themes=tuple(self.themes.values()),
            posts=in_order_of_creation(post for _, post in in_order),
            votes=tuple(sorted(self.votes, key=lambda vote: vote.cast_at)),
            report=self.ledger.report(),
        )

    def _route(self, place: Place, kind: str, record: Row | FieldWrongError) -> None:
        if isinstance(record, FieldWrongError):
            raise record
        match kind:
            case "opinion":
                self._opinion(place, record)
            case "reportings":
                raise FieldWrongError(None, "reports come with moderation, and are not taken yet")
            case "unknown":
                raise FieldWrongError("type", "is no type of row that is known")
            case _:
                self._reply(place, record, kind)

    def _opinion(self, place: Place, row: Row) -> None:
        try:
            opinion = read_opinion(row)
            self._first(place, "opinion", opinion.post.reference, opinion)
        except FieldWrongError:
            self.refused_opinions.setdefault(f"opinion:{row.cells['contributions_id']}", place)
            raise
        post = replace(opinion.post, theme=self._theme(opinion.section))
        self.opinions[post.reference] = place, replace(opinion, post=post)
        self._take(place, row, "opinion", post)

    def _reply(self, place: Place, row: Row, kind: str) -> None:
        try:
            reply = read_reply(kind, row)
        except FieldWrongError:
            self._count(kind, row)
            raise
        self._first(place, kind, reply.reference, reply)
        self._count(kind, row)
        self.waiting.append(_Waiting(place, row, kind, reply))

    def _settle(self, waiting: _Waiting, voted: dict[tuple[str, str], Place]) -> None:
        """Takes a reply whose opinion was taken."""
        place, row, kind, item = waiting.place, waiting.row, waiting.kind, waiting.reply.item
        column = f"{PREFIX_OF[kind]}related_id"
        parent = waiting.reply.parent
        if parent not in self.opinions:
            refused = self.refused_opinions.get(parent)
            where = "is not in the file" if refused is None else f"in row {refused.row} is refused"
            raise FieldWrongError(column, f"its opinion {where}")
        opinion = self.opinions[parent][1].post
        if isinstance(item, ImportedVote):
            first = voted.setdefault((item.voter, item.post), place)
            if first != place:
                raise FieldWrongError(
                    f"{PREFIX_OF[kind]}author_id",
                    f"this person's vote on the opinion stands in row {first.row}",
                )
        instant = item.cast_at if isinstance(item, ImportedVote) else item.created_at
        if instant < opinion.created_at:
            row.note(f"{PREFIX_OF[kind]}createdAt", "is before its opinion was created; kept so")
        self._take(place, row, kind, item)

    def _take(self, place: Place, row: Row, kind: str, item: ImportedPost | ImportedVote) -> None:
        if isinstance(item, ImportedVote):
            self.votes.append(item)
        else:
            self.posts.append((place.row, item))
        self.ledger.take(kind)
        for column, text in row.notes:
            self.ledger.note(place, column, text)

    def _first(self, place: Place, kind: str, reference: str, item: object) -> None:
        """Refuses what is there already, under the same id."""
        first, known = self.seen.setdefault(reference, (place, item))
        if first != place:
            how = "is the same as" if known == item else "bears the id of"
            raise FieldWrongError(f"{PREFIX_OF[kind]}id", f"{how} row {first.row}")

    def _count(self, kind: str, row: Row) -> None:
        """Counts a row towards its opinion, whether it is taken or not."""
        prefix = PREFIX_OF[kind]
        value = {"vote": "value", "argument": "type"}.get(kind)
        counted = self.counted[f"opinion:{row.cells[f'{prefix}related_id']}"]
        counted[kind] += 1
        if value is not None:
            counted[row.cells[f"{prefix}{value}"]] += 1

    def _check_counters(self) -> None:
        for reference, (place, opinion) in self.opinions.items():
            for column, what in COUNTERS.items():
                declared, found = opinion.declared[column], self.counted[reference][what]
                if declared != found:
                    self.ledger.note(place, column, f"says {declared}, the file holds {found}")

    def _theme(self, title: str) -> str | None:
        """The slug of a section; a second section of the same slug gets a number behind it."""
        if not title:
            return None
        if title not in self.themes:
            taken = {theme.slug for theme in self.themes.values()}
            slug = slug_of(title) or "section"
            slugs = chain([slug], (f"{slug[:_SLUG_STEM]}-{number}" for number in count(2)))
            self.themes[title] = ImportedTheme(next(s for s in slugs if s not in taken), title)
        return self.themes[title].slug
