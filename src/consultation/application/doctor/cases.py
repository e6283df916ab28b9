"""Examining what the rows of cases and of what was held keep of other rows, so that queues need not look."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from consultation.application.doctor.findings import Fault, Finding, Value
from consultation.application.doctor.ports import Examination, Examined, ExaminedCase, ExaminedStep
from consultation.domain.journal import format_instant
from consultation.domain.moderation import Instance, Measure


def examine_cases(record: Examination, debate: Examined) -> Iterator[Finding]:
    """Everything that cases of one debate say and their reports, decisions and answers do not."""
    for case in record.cases(debate):
        found = partial(Finding, debate=debate.uid, number=case.number)
        if case.reports != case.reports_made:
            yield found(
                fault=Fault.COUNTER, field="reports", stored=case.reports, recomputed=case.reports_made
            )
        for name, stored, recomputed in _derived(case):
            if stored != recomputed:
                yield found(
                    fault=Fault.DERIVED, field=f"{name} of a case", stored=stored, recomputed=recomputed
                )


def _derived(case: ExaminedCase) -> Iterator[tuple[str, Value, Value]]:
    made = " ".join(sorted(case.grounds_made))
    yield "grounds", " ".join(sorted(case.grounds)), made
    measure, first = _measure(case.steps), _first(case.steps)
    if case.held and first is None and case.decided_at is not None:
        # What was published at the first look has no decision with reasons: its case alone tells of it.
        measure, first = Measure.PUBLISH, case.decided_at
    yield (
        "measure",
        None if case.measure is None else case.measure.value,
        None if measure is None else measure.value,
    )
    for name, stored, recomputed in (
        ("decided_at", case.decided_at, first),
        ("appealed_at", case.appealed_at, case.answered_at),
    ):
        yield (
            name,
            None if stored is None else format_instant(stored),
            None if recomputed is None else format_instant(recomputed),
        )


def _first(steps: Sequence[ExaminedStep]) -> datetime | None:
    return next((step.at for step in steps if step.instance is Instance.FIRST), None)


def _measure(steps: Sequence[ExaminedStep]) -> Measure | None:
    """What stands decided: the last word, unless it lets the first stand; what a rule did, until then."""
    by_rule = [step for step in steps if step.instance is Instance.AUTOMATIC]
    by_people = [step for step in steps if step.instance is not Instance.AUTOMATIC]
    spoken = [
        step for step in by_people if not (step.instance is Instance.APPEAL and step.measure is Measure.KEEP)
    ]
    standing = spoken[-1:] or by_rule[:1]
    return standing[0].measure if standing else None
