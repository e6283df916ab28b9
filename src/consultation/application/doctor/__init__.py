"""Examining the record: everything that can be computed again is, and compared. Reads only."""

from collections.abc import Iterator
from uuid import UUID

from consultation.application.doctor.debates import examine_debate
from consultation.application.doctor.findings import INTEGRITY, Fault, Finding
from consultation.application.doctor.logos import examine_logos
from consultation.application.doctor.ports import Examination

__all__ = ["Examination", "Fault", "Finding", "examine"]


def examine(record: Examination, debate: UUID | None = None) -> Iterator[Finding]:
    """What is wrong with a debate, or with the whole database; nothing for a sound one.

    Findings come as they are found, in constant memory, whatever the size of the debate. An
    unknown id gives nothing. A file that the database itself calls damaged is not looked into.
    """
    if debate is None:
        damaged = False
        for finding in record.structure():
            damaged = damaged or finding.field == INTEGRITY
            yield finding
        if damaged:  # rows of a damaged file may hold anything
            return
        yield from examine_logos(record)
    for examined in record.debates(debate):
        yield from examine_debate(record, examined)
