"""Answering a decision: once, in time, and against what was taken from one.

Whatever offers an appeal, and whatever accepts one, asks `check_appealable`, so that no form stands where
nothing would be taken, and none is missing where it would.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused, first_refusal
from consultation.domain.moderation import (
    APPEAL_MAX,
    APPEAL_MIN,
    Authored,
    Case,
    CaseState,
    check_state,
    is_final_at,
)
from consultation.domain.texts import check_text


class Appealable(Protocol):
    """What the rule looks at: a case, or what somebody has read of one."""

    @property
    def state(self) -> CaseState:
        """How far the case has come."""

    @property
    def appeal_until(self) -> datetime | None:
        """The first instant at which it is too late; None where there is nothing to appeal."""

    @property
    def appealed_at(self) -> datetime | None:
        """When the author answered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """So much of a case, where that is all that was read of it."""

    state: CaseState
    appeal_until: datetime | None
    appealed_at: datetime | None = None


def check_appealable(case: Appealable, instant: datetime, time_zone: str = "UTC") -> Decision:
    """May the author of what the case is about still answer, at the effective instant?"""
    if case.appealed_at is not None:
        return Refused(RefusalCode.APPEAL_LODGED, {"appealed_at": case.appealed_at, "time_zone": time_zone})
    decision = check_state(case, CaseState.DECIDED)
    if isinstance(decision, Refused):
        return decision
    if is_final_at(case.state, case.appeal_until, instant):
        return Refused(
            RefusalCode.APPEAL_TOO_LATE, {"appeal_until": case.appeal_until, "time_zone": time_zone}
        )
    return ALLOWED


def appeal(
    case: Case, post: Authored, text: str, author_key: int, instant: datetime, time_zone: str = "UTC"
) -> Case | Refused:
    """The case with the author's answer."""
    if post.author_key != author_key:
        return Refused(RefusalCode.NOT_AUTHOR)
    decision = first_refusal(
        check_appealable(case, instant, time_zone), check_text("text", text, APPEAL_MIN, APPEAL_MAX)
    )
    if isinstance(decision, Refused):
        return decision
    return replace(case, state=CaseState.APPEALED, appealed_at=instant, claimed_by=None, claimed_at=None)
