"""Reading debate-jsonl: line by line, in constant memory, believing nothing."""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from pydantic import BaseModel, ValidationError

from consultation.application.exports import Record, Section
from consultation.application.imports import ArchiveLine, UnfitArchiveError
from consultation.exchange.debate_jsonl.lines import LINE, AnyLine, DebateLine, EndLine

LINE_MAX: Final = 32 * 1024 * 1024
"""The longest line in octets: bounds what a hostile file can make us hold."""

_SECTIONS: Final = {section.value: section for section in Section}
_ORDER: Final = {section: order for order, section in enumerate(Section)}
_SINGLE: Final = frozenset({Section.DEBATE, Section.IMPORT_REPORT})
_NESTED: Final = frozenset({Section.DEBATE, Section.ACT, Section.IMPORT_REPORT})
_TAGS: Final = {"act": 2}
"""How many parts of an error's place name the type of the line, where it is not one."""


def read_debate_jsonl(stream: BinaryIO) -> Iterator[ArchiveLine]:
    """The records of a file, each with its line number, after every check of form.

    The header comes first and sections follow in their order. Raises UnfitArchiveError with the
    line and the field for the first thing that is not as the format says, also when the file
    breaks off or its octets are not those that were written; so nothing of it may be kept
    before the iterator is exhausted.
    """
    digest = hashlib.sha256()
    counts = dict.fromkeys(Section, 0)
    reached = Section.DEBATE
    number = 0
    while octets := stream.readline(LINE_MAX + 1):
        number += 1
        line = _line(octets, number)
        if number == 1 and not isinstance(line, DebateLine):
            raise UnfitArchiveError(number, "type", "is not debate, which comes first")
        if isinstance(line, EndLine):
            _require_end(line, counts, digest.hexdigest(), number)
            if stream.read(1):
                raise UnfitArchiveError(number + 1, None, "stands behind the last line")
            return
        digest.update(octets)
        section = _SECTIONS[line.type]
        if section is not reached or section in _SINGLE:
            _require_order(section, reached, counts, number)
            reached = section
        counts[section] += 1
        yield number, section, _record(line, section)
    raise UnfitArchiveError(number + 1, None, "is missing: the file breaks off before its last line")


def _line(octets: bytes, number: int) -> AnyLine:
    if not octets.endswith(b"\n"):
        reason = "is too long" if len(octets) > LINE_MAX else "breaks off: its line end is missing"
        raise UnfitArchiveError(number, None, reason)
    if octets.endswith(b"\r\n"):
        raise UnfitArchiveError(number, None, "ends in a carriage return: the file was converted")
    try:
        return LINE.validate_json(octets)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = first["loc"]
        if place:
            place = place[_TAGS.get(str(place[0]), 1) :]
        field = "/".join(map(str, place)) or None
        raise UnfitArchiveError(number, field, first["msg"]) from error


def _record(line: BaseModel, section: Section) -> Record:
    if section is Section.ACT:
        # What the digest covers is kept as it stands: with a member added, it would be another.
        record = line.model_dump(exclude_unset=True)
    else:
        record = line.model_dump() if section in _NESTED else line.__dict__
    del record["type"]
    if record.get("reported_tally") is not None:
        record["reported_tally"] = record["reported_tally"].model_dump()
    return record


def _require_order(section: Section, reached: Section, counts: dict[Section, int], number: int) -> None:
    if _ORDER[section] < _ORDER[reached]:
        raise UnfitArchiveError(number, "type", f"is {section} after {reached}: lines are out of order")
    if counts[section] and section in _SINGLE:
        raise UnfitArchiveError(number, "type", f"is {section} for the second time")


def _require_end(end: EndLine, counts: dict[Section, int], found: str, number: int) -> None:
    if end.sha256 != found:
        reason = f"is {end.sha256}, but the lines before it give {found}"
        raise UnfitArchiveError(number, "sha256", reason)
    said = end.counts.model_dump()
    for section, count in counts.items():
        if said[section.value] != count:
            reason = f"is {said[section.value]}, but there are {count}"
            raise UnfitArchiveError(number, f"counts/{section}", reason)
