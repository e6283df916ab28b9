"""Fields of a JSON document, each checked for its type where it is read."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from consultation.exchange.importers.files import bare_name, opened
from consultation.exchange.importers.ledger import FieldWrongError


@dataclass(frozen=True, slots=True)
class Fields:
    """The members of one object. `pointer` (RFC 6901) says where it stands in its record.

    Every reading method raises FieldWrongError, with the pointer to the member, when the
    member is missing or of another type.
    """

    members: Mapping[str, object]
    pointer: str = ""

    @classmethod
    def of(cls, value: object, pointer: str = "") -> "Fields":
        """The fields of a value that should be an object."""
        if not isinstance(value, dict):
            raise FieldWrongError(pointer or None, "is not an object")
        return cls(value, pointer)

    def at(self, name: str) -> str:
        """The pointer to a member."""
        return f"{self.pointer}/{name}"

    def has(self, name: str) -> bool:
        """Is the member there, and not null?"""
        return self.members.get(name) is not None

    def text(self, name: str) -> str:
        """A string."""
        value = self.members.get(name)
        if not isinstance(value, str):
            raise FieldWrongError(self.at(name), "is not a text")
        return value

    def number(self, name: str) -> int:
        """A whole number from 0."""
        value = self.members.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise FieldWrongError(self.at(name), "is not a whole number from 0")
        return value

    def number_or_none(self, name: str) -> int | None:
        """A whole number from 0, None where there is something else or nothing."""
        try:
            return self.number(name)
        except FieldWrongError:
            return None

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false, the default when the member is missing."""
        value = self.members.get(name, default)
        if not isinstance(value, bool):
            raise FieldWrongError(self.at(name), "is neither true nor false")
        return value

    def instant(self, name: str) -> datetime:
        """An ISO 8601 date and time with its offset, as aware UTC."""
        try:
            instant = datetime.fromisoformat(self.text(name))
            if instant.tzinfo is not None:
                return instant.astimezone(UTC)
        except (ValueError, OverflowError):
            if not isinstance(self.members.get(name), str):
                raise
        raise FieldWrongError(self.at(name), "is not an ISO 8601 date and time with an offset")

    def child(self, name: str) -> "Fields":
        """An object."""
        return Fields.of(self.members.get(name), self.at(name))

    def items(self, name: str) -> list[object]:
        """A list."""
        value = self.members.get(name)
        if not isinstance(value, list):
            raise FieldWrongError(self.at(name), "is not a list")
        return value


def records(path: Path) -> Iterator[tuple[int, object | FieldWrongError]]:
    """The JSON documents of a file with their numbers from 1, or what is wrong with one.

    `.ndjson` and `.jsonl` hold one a line, and lines end in a newline only: U+2028 in a text
    ends none. Any other file holds one document, or a list of them. Raises OSError, and
    DamagedFileError for a packed file that is cut.
    """
    with opened(path) as stream:
        if bare_name(path).endswith((".ndjson", ".jsonl")):
            for row, line in enumerate(stream, start=1):
                if line.strip():
                    yield row, _parsed(line)
            return
        document = _parsed(stream.read())
    yield from enumerate(document if isinstance(document, list) else [document], start=1)


def _parsed(source: bytes) -> object | FieldWrongError:
    try:
        document: object = json.loads(source)
    except (ValueError, RecursionError):
        return FieldWrongError(None, "is not JSON in UTF-8")
    return document
