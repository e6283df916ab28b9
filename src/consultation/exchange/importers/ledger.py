"""The account that a reader keeps of every row, from which the report is made."""

from collections import Counter
from dataclasses import dataclass, field

from consultation.application.imported import ImportReport, RowNote, RowRefused


class FieldWrongError(ValueError):
    """A field that does not hold what its column is for. The row is refused with it."""

    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file and the number of the record, from 1, header included."""

    file: str
    row: int


@dataclass(slots=True)
class Ledger:
    """Counts what is read and taken, and collects refusals and notes."""

    _read: Counter[str] = field(default_factory=Counter)
    _taken: Counter[str] = field(default_factory=Counter)
    _refused: list[RowRefused] = field(default_factory=list)
    _notes: list[RowNote] = field(default_factory=list)

    def read(self, kind: str) -> None:
        """One more row of this type was met."""
        self._read[kind] += 1

    def take(self, kind: str) -> None:
        """One more row of this type is handed over."""
        self._taken[kind] += 1

    def refuse(self, place: Place, kind: str, wrong: FieldWrongError) -> None:
        """The row is not handed over."""
        self._refused.append(RowRefused(place.file, place.row, kind, wrong.column, wrong.reason))

    def note(self, place: Place, column: str | None, text: str) -> None:
        """The row is handed over, and this should be known."""
        self._notes.append(RowNote(place.file, place.row, column, text))

    def remark(self, file: str, text: str) -> None:
        """This should be known about the file as a whole."""
        self._notes.append(RowNote(file, None, None, text))

    def report(self) -> ImportReport:
        """The account closed; refusals and notes in the order of files and rows."""
        files = [*(row.file for row in self._refused), *(note.file for note in self._notes)]
        order = {file: position for position, file in enumerate(dict.fromkeys(files))}
        self._refused.sort(key=lambda entry: (order[entry.file], entry.row))
        self._notes.sort(key=lambda entry: (order[entry.file], entry.row or 0))
        return ImportReport(
            read=dict(self._read),
            taken={kind: self._taken[kind] for kind in self._read},
            refused=tuple(self._refused),
            notes=tuple(self._notes),
        )
