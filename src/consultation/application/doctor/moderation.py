"""Examining reports, decisions and appeals."""

from collections.abc import Iterator, Mapping
from typing import Final

from consultation.application.doctor.findings import Fault, Finding
from consultation.application.doctor.held import BY_DECISION, DECISION, examine_held
from consultation.application.doctor.ports import Examination, Examined, ExaminedDecision
from consultation.domain.contents import (
    appeal_content,
    attributed,
    decision_content,
    hidden_content,
    post_content,
    report_content,
    restored_content,
    state_content,
)
from consultation.domain.journal import Canonical, EntryKind, digest_of
from consultation.domain.moderation import Measure


def examine_moderation(record: Examination, debate: Examined) -> Iterator[Finding]:
    """Everything that is wrong with the moderation of one debate."""
    for report in record.reports(debate):
        content = report_content(report.number, report.ground, report.text)
        kinds = frozenset({EntryKind.POST_REPORTED})
        yield from examine_held(
            debate, report.number, report.held, kinds, content, "report", may_lack_salt=report.emptied
        )
    for decision in record.decisions(debate):
        yield from _decision(debate, decision)
    for appeal in record.appeals(debate):
        content = appeal_content(appeal.number, appeal.text)
        kinds = frozenset({EntryKind.APPEAL_LODGED})
        yield from examine_held(
            debate, appeal.number, appeal.held, kinds, content, "appeal", may_lack_salt=appeal.emptied
        )


_PUBLISHING: Final = frozenset(
    {
        EntryKind.CONTRIBUTION_POSTED,
        EntryKind.ARGUMENT_POSTED,
        EntryKind.SOURCE_POSTED,
        EntryKind.POST_REVISED,
    }
)
"""Entries of what was held and is published: their digests are of the posts, and compared with them."""


def _decision(debate: Examined, decision: ExaminedDecision) -> Iterator[Finding]:
    if decision.ruling.measure is Measure.PUBLISH:
        yield from examine_held(
            debate, decision.number, decision.held, _PUBLISHING, {}, DECISION, may_lack_salt=True
        )
        return
    outcome = _outcome(decision)
    content = decision_content(decision.number, decision.instance, decision.ruling, outcome)
    emptied = decision.emptied
    yield from examine_held(
        debate, decision.number, decision.held, BY_DECISION, content, DECISION, may_lack_salt=emptied
    )
    if decision.uncovered:
        yield Finding(
            fault=Fault.REVISION,
            debate=debate.uid,
            number=decision.number,
            sequence=decision.held.sequence,
            field="hidden revisions",
            stored=f"{decision.uncovered} shown",
            recomputed="all masked",
        )
    if decision.state is not None and state_content(decision.state) != outcome:
        # The texts of the two are no secret, but whoever altered one of them must not choose what is shown.
        yield Finding(
            fault=Fault.ENTRY_DIFFERS,
            debate=debate.uid,
            number=decision.number,
            sequence=decision.held.sequence,
            field="state",
            stored=decision.state.state.value,
            recomputed=decision.ruling.measure.value,
        )


def _is_recorded(decision: ExaminedDecision, outcome: Mapping[str, Canonical] | None) -> bool:
    """Is this what the entry of the decision says that became of the post?"""
    held = decision.held
    if held.salt is None:
        return False
    content = decision_content(decision.number, decision.instance, decision.ruling, outcome)
    return digest_of(held.salt, attributed(content, held.access_key)) == held.digest


def _outcome(decision: ExaminedDecision) -> Mapping[str, Canonical] | None:
    match decision.ruling.measure:
        case Measure.KEEP | Measure.PUBLISH | Measure.REFUSE:
            return None
        case Measure.HIDE:
            return hidden_content(decision.number or 0, decision.ruling.reasons.ground, decision.at)
        case Measure.RESTORE if decision.post is None:
            # Where the decision on another case goes on hiding the post, nothing became of it by this one.
            shown = restored_content(decision.number or 0)
            return None if _is_recorded(decision, None) else shown
        case Measure.RESTORE | Measure.MASK | Measure.MOVE:
            return None if decision.post is None else post_content(decision.post)
