"""Writing an archive as debate-jsonl."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Final

import orjson

from consultation.application.exports import (
    ArchiveReading,
    Exported,
    Progress,
    Section,
    no_progress,
)
from consultation.exchange.debate_jsonl.lines import FORMAT, LATER_SECTIONS, VERSION

_PREAMBLE: Final = {"type": Section.DEBATE.value, "format": FORMAT, "version": VERSION}


def export_debate(
    archive: ArchiveReading, write: Callable[[bytes], object], progress: Progress = no_progress
) -> Exported:
    """Write an archive, a batch of lines at a time, in constant memory.

    The same debate gives the same bytes, on whichever database and however often.
    """
    digest = hashlib.sha256()
    counts = dict.fromkeys(Section, 0)
    octets = 0
    for section in Section:
        for records in archive.records(section):
            chunk = _lines(map(_header, records) if section is Section.DEBATE else records)
            digest.update(chunk)
            write(chunk)
            octets += len(chunk)
            counts[section] += len(records)
            progress(section, counts[section])
    found = {
        section.value: count for section, count in counts.items() if count or section not in LATER_SECTIONS
    }
    end = orjson.dumps({"type": "end", "counts": found, "sha256": digest.hexdigest()})
    write(end + b"\n")
    return Exported(counts, octets + len(end) + 1, digest.hexdigest())


def _header(record: bytes) -> bytes:
    return orjson.dumps(_PREAMBLE | orjson.loads(record))


def _lines(records: Iterable[bytes]) -> bytes:
    return b"\n".join(records) + b"\n"
