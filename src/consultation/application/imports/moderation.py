"""Moderation in an archive: cases, and the reports, decisions and appeals that hang on them."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias
from uuid import UUID

from consultation.application.exports import Record, Section
from consultation.application.imports.ports import BulkStore, CaseTarget, UnfitArchiveError
from consultation.domain.moderation import CaseState, Measure

Batch: TypeAlias = list[tuple[int, Record]]
Advance: TypeAlias = Callable[[int, str, tuple[int | str, ...]], None]
Refer: TypeAlias = Callable[[int, int | None], None]

_NEEDS: Final[Mapping[CaseState, tuple[str, ...]]] = {
    CaseState.OPEN: (),
    CaseState.DECIDED: ("measure", "decided_at"),
    CaseState.APPEALED: ("measure", "decided_at", "appealed_at"),
    CaseState.FINAL: ("measure", "decided_at", "closed_at"),
}
"""What a case in a state cannot lack."""


_NEEDS_UNDECIDED: Final[Mapping[CaseState, tuple[str, ...]]] = {
    CaseState.OPEN: (),
    CaseState.DECIDED: ("measure",),
    CaseState.APPEALED: ("measure",),
    CaseState.FINAL: ("closed_at",),
}
"""The same in a case about something held on which nobody decided: its author took it back."""


class CaseLines:
    """Checks lines of moderation, and makes of each what the store takes.

    `advance` refuses what is out of order or there twice; `refer` notes a sequence.
    """

    def __init__(self, store: BulkStore, debate_key: int, advance: Advance, refer: Refer) -> None:
        self._store = store
        self._debate_key = debate_key
        self._advance = advance
        self._refer = refer

    def cases(self, batch: Batch) -> None:
        """Cases, each of a post of the file; a post has one open case."""
        self._require_free(Section.CASE, batch)
        held = self._store.held_keys(self._debate_key, {record["id"] for _, record in batch})
        numbers = {record["number"] for _, record in batch} - {None}
        posts = self._store.targets(self._debate_key, numbers)
        taken = self._store.with_open_case(self._debate_key, numbers)
        for line, record in batch:
            self._advance(line, "id", (record["id"],))
            number, state = record["number"], CaseState(record["state"])
            held_key = record["held_key"] = held.get(record["id"])
            if number is None and (held_key is None or record["measure"] == Measure.PUBLISH):
                raise UnfitArchiveError(line, "number", "is missing in a case about a post")
            if number is not None and number not in posts:
                raise UnfitArchiveError(line, "number", f"is #{number}, which is no post of this file")
            for name in _NEEDS[state] if record["measure"] or held_key is None else _NEEDS_UNDECIDED[state]:
                if record[name] is None:
                    raise UnfitArchiveError(line, name, f"is missing in a case that is {state}")
            if state is CaseState.OPEN and number is not None:
                if number in taken:
                    raise UnfitArchiveError(line, "state", f"is open, as is another case of #{number}")
                taken.add(number)
            record["uid"] = UUID(record.pop("id")).hex
            record["reports"] = 0

    def reports(self, batch: Batch) -> None:
        """Reports, each in a case of the file."""
        for line, record, case in self._in_cases(Section.REPORT, batch):
            if case.number is None:
                raise UnfitArchiveError(line, "case", "is about something that was never shown")
            record["number"] = case.number

    def decisions(self, batch: Batch) -> None:
        """Decisions, each on a case of the file."""
        for _ in self._in_cases(Section.DECISION, batch):
            pass

    def appeals(self, batch: Batch) -> None:
        """Appeals, one a case of the file."""
        cases = self._cases(batch)
        for line, record in batch:
            self._advance(line, "case", (record["case"],))
            self._place(line, record, cases)

    def _in_cases(self, section: Section, batch: Batch) -> list[tuple[int, Record, CaseTarget]]:
        self._require_free(section, batch)
        cases = self._cases(batch)
        placed = []
        for line, record in batch:
            self._advance(line, "id", (record["id"],))
            placed.append((line, record, self._place(line, record, cases)))
            record["uid"] = UUID(record.pop("id")).hex
        return placed

    def _place(self, line: int, record: Record, cases: Mapping[str, CaseTarget]) -> CaseTarget:
        case = cases.get(record.pop("case"))
        if case is None:
            raise UnfitArchiveError(line, "case", "is no case of this file")
        self._refer(line, record["sequence"])
        record["case_key"] = case.key
        return case

    def _cases(self, batch: Batch) -> dict[str, CaseTarget]:
        return self._store.cases_of(self._debate_key, {record["case"] for _, record in batch})

    def _require_free(self, section: Section, batch: Batch) -> None:
        known = self._store.known_ids(section, {record["id"] for _, record in batch})
        for line, record in batch:
            if record["id"] in known:
                raise UnfitArchiveError(line, "id", f"is taken: a {section} here has this id")
