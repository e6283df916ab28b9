"""Rows of a CSV file whose every cell is checked for its type where it is read."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from consultation.domain.texts import check_link
from consultation.exchange.importers.files import opened
from consultation.exchange.importers.ledger import FieldWrongError
from consultation.exchange.importers.local_time import instant_in, readings, wall_clock

_COUNT: Final = re.compile("[0-9]{1,9}")
_MINUTE: Final = timedelta(minutes=1)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its cells by column in the order of the header, and notes on them.

    A row may be shorter than the header; the cells that it lacks are empty. Every reading
    method raises FieldWrongError when the cell does not hold what is asked.
    """

    cells: Mapping[str, str]
    zone: ZoneInfo
    notes: list[tuple[str | None, str]] = field(default_factory=list)

    def note(self, column: str | None, text: str) -> None:
        """Something to know about the row."""
        self.notes.append((column, text))

    def wrong(self, column: str, reason: str) -> FieldWrongError:
        """The error for a cell; says so when the row holds nothing from this cell on."""
        names = list(self.cells)
        filled = [name for name in names if self.cells[name]]
        if filled and names.index(filled[-1]) < names.index(column):
            reason += f", the row is cut after {filled[-1]}"
        return FieldWrongError(column, reason)

    def only(self, columns: Collection[str], others: Collection[str]) -> None:
        """No cell but those of `columns` may be filled, `others` being those of other types."""
        for name, value in self.cells.items():
            if value and name in others and name not in columns:
                raise self.wrong(name, "is filled, though it is no column of this type of row")

    def optional(self, column: str) -> str:
        """Any text, perhaps none. Raises FieldWrongError when it is not UTF-8."""
        value = self.cells[column]
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            raise self.wrong(column, "is not UTF-8")
        return value

    def text(self, column: str) -> str:
        """Any text but none."""
        value = self.optional(column)
        if not value:
            raise self.wrong(column, "is empty")
        return value

    def choice(self, column: str, choices: Mapping[str, _T]) -> _T:
        """One of a few words, as what it stands for."""
        value = self.text(column)
        if value not in choices:
            raise self.wrong(column, f"is none of {', '.join(choices)}")
        return choices[value]

    def flag(self, column: str) -> bool:
        """1 for yes, nothing for no."""
        value = self.optional(column)
        if value not in {"", "1"}:
            raise self.wrong(column, "is neither 1 nor empty")
        return value == "1"

    def count(self, column: str) -> int:
        """A whole number from 0."""
        value = self.text(column)
        if _COUNT.fullmatch(value) is None:
            raise self.wrong(column, "is not a whole number from 0")
        return int(value)

    def uid(self, column: str) -> UUID:
        """A UUID in its usual form."""
        value = self.text(column)
        try:
            uid = UUID(value)
        except ValueError:
            uid = None
        if uid is None or str(uid) != value.lower():
            raise self.wrong(column, "is not a UUID")
        return uid

    def address(self, column: str) -> str:
        """An absolute http or https address."""
        value = self.text(column)
        if not check_link(column, value, len(value)).allowed:
            raise self.wrong(column, "is not an http or https address")
        return value

    def instant(self, column: str, uid: UUID | None = None) -> datetime:
        """A time of the wall clock, dd/mm/yyyy hh:mm, as aware UTC.

        When clocks were put back over it, it came twice: the instant inside a time-based `uid`
        of what happened decides, else the first is taken; either way the row gets a note.
        """
        wall = wall_clock(self.text(column))
        if wall is None:
            raise self.wrong(column, "is not a time, dd/mm/yyyy hh:mm")
        found = readings(wall, self.zone)
        if not found:
            raise self.wrong(column, f"never came in {self.zone.key}: clocks were put forward over it")
        if len(found) == 1:
            return found[0]
        known = None if uid is None else instant_in(uid)
        settled = [i for i in found if known is not None and i <= known < i + _MINUTE]
        how = "the time inside its id decides" if settled else "not settled, the first is taken"
        chosen = (*settled, *found)[0]
        self.note(column, f"came twice that night, {how}: {chosen.isoformat()}")
        return chosen


def rows(
    path: Path, delimiter: str, columns: Collection[str], zone: ZoneInfo
) -> Iterator[tuple[int, Row | FieldWrongError]]:
    """The records of a file with their numbers, or what is wrong with one, in order.

    The header is record 1; when it lacks any of `columns`, that is all that is said. A record
    that is longer than the header, or whose quotes do not fit, is wrong as a whole. Raises
    OSError, and DamagedFileError for a packed file that is cut.
    """
    with opened(path) as stream:
        # Bytes that are no UTF-8 come as surrogates, and the cell that holds them is refused.
        lines = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
        records = _records(csv.reader(lines, delimiter=delimiter, strict=True))
        header = next(records, None)
        names = [] if header is None or isinstance(header, FieldWrongError) else header
        missing = sorted(set(columns) - set(names))
        if missing:
            yield 1, FieldWrongError(missing[0], f"the header lacks {len(missing)} columns")
            return
        for number, record in enumerate(records, start=2):
            if isinstance(record, FieldWrongError):
                yield number, record
            elif len(record) > len(names):
                reason = f"has {len(record)} fields, the header has {len(names)}"
                yield number, FieldWrongError(None, reason)
            elif record:  # an empty line is a row of its own number, and nothing else
                cells = dict.fromkeys(names, "")
                cells.update(zip(names, record, strict=False))
                yield number, Row(cells, zone)


def _records(reader: Iterator[list[str]]) -> Iterator[list[str] | FieldWrongError]:
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield FieldWrongError(None, f"is no record: {error}")
        else:
            yield record
