"""Examining the record: everything that can be computed again is, and compared. Reads only."""

from collections.abc import Iterator
from uuid import UUID

from consultation.application.doctor.debates import examine_debate
from consultation.application.doctor.findings import Fault, Finding
from consultation.application.doctor.ports import Examination

__all__ = ["Examination", "Fault", "Finding", "examine"]


def examine(record: Examination, debate: UUID | None = None) -> Iterator[Finding]:
    """What is wrong with a debate, or with the whole database; nothing for a sound one.

    Findings come as they are found, in constant memory, whatever the size of the debate. An
    unknown id gives nothing.
    """
    if debate is None:
        yield from record.structure()
    for examined in record.debates(debate):
        yield from examine_debate(record, examined)
