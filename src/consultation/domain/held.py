"""Moderation before publication: what has arrived and waits to be read.

In a debate with this rule a post or an edit that fits every rule is accepted and held: it has no number
and nobody else reads it until a moderator publishes it. To arrive is to take part, and ends with the
period; to publish is to run the debate, and goes on after the close for what arrived in time.

A case goes with everything that is held, and ends as cases do: with a publication, or with a refusal
that has reasons and that the author may appeal once. Transitions are pure, as in `moderation`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from consultation.domain.actors import Person
from consultation.domain.debates import Debate, check_act
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused, first_refusal
from consultation.domain.moderation import (
    APPEAL_WINDOW,
    Case,
    CaseState,
    Measure,
    Ruling,
    check_independent,
    check_not_author,
    check_reasons,
    check_state,
    in_hands_of,
)
from consultation.domain.participation import SpeaksAs
from consultation.domain.permissions import Act
from consultation.domain.posts import Post, PostKind, PostText, Side


class Kept(StrEnum):
    """Whether the text of what arrived is still there, and its author behind it."""

    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class HeldState(StrEnum):
    """What became of something that was held."""

    HELD = "held"
    """It waits."""
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPost:
    """What arrived, as it arrived. `key` is internal; `uid` is also that of its case.

    `contribution` is the number that it shall hang on; `revises` that of the post that it would revise,
    None for a new post.
    """

    key: int
    uid: UUID
    kind: PostKind
    contribution: int | None = None
    side: Side | None = None
    revises: int | None = None
    author_key: int | None = None
    author_name: str | None = None
    capacity: SpeaksAs | None = None
    text: PostText
    language: str
    arrived_at: datetime
    kept: Kept = Kept.KEPT

    def as_post(self, number: int, at: datetime) -> Post:
        """The post that it becomes by its publication, as if it were posted then."""
        return Post(
            number=number,
            kind=self.kind,
            contribution=self.contribution,
            author_key=self.author_key,
            side=self.side,
            author_name=self.author_name,
            capacity=self.capacity,
            text=self.text,
            language=self.language,
            created_at=at,
        )


_BY_MEASURE: Final[Mapping[Measure, HeldState]] = {
    Measure.PUBLISH: HeldState.PUBLISHED,
    Measure.REFUSE: HeldState.REFUSED,
}


def held_state(kept: Kept, measure: Measure | None) -> HeldState:
    """What became of it, from what its row and its case say."""
    if measure is not None:
        return _BY_MEASURE[measure]
    return HeldState.HELD if kept is Kept.KEPT else HeldState(kept.value)


def publish(debate: Debate, case: Case, held: HeldPost, actor: Person, instant: datetime) -> Case | Refused:
    """The case, ended by a publication: by somebody else than the author, while it waits."""
    decision = _check_deciding(debate, case, held, actor, instant, CaseState.OPEN)
    if isinstance(decision, Refused):
        return decision
    return replace(
        in_hands_of(case, actor, instant),
        state=CaseState.FINAL,
        measure=Measure.PUBLISH,
        decided_by=actor.key,
        decided_at=instant,
        closed_at=instant,
    )


def refuse(
    debate: Debate,
    case: Case,
    held: HeldPost,
    ruling: Ruling,
    actor: Person,
    instant: datetime,
    window: timedelta = APPEAL_WINDOW,
) -> Case | Refused:
    """The case with a refusal to publish, which the author may appeal."""
    decision = first_refusal(
        _check_deciding(debate, case, held, actor, instant, CaseState.OPEN),
        _check_measure(ruling, Measure.REFUSE),
        check_reasons(ruling, instant, debate.time_zone),
    )
    if isinstance(decision, Refused):
        return decision
    return replace(
        in_hands_of(case, actor, instant),
        state=CaseState.DECIDED,
        measure=Measure.REFUSE,
        decided_by=actor.key,
        decided_at=instant,
        appeal_until=instant + window,
    )


def decide_appeal(
    debate: Debate, case: Case, held: HeldPost, ruling: Ruling, actor: Person, instant: datetime
) -> Case | Refused:
    """The case with the last word: `keep` lets the refusal stand, `publish` publishes."""
    decision = first_refusal(
        _check_deciding(debate, case, held, actor, instant, CaseState.APPEALED),
        check_independent(case, actor),
        _check_measure(ruling, Measure.KEEP, Measure.PUBLISH),
        check_reasons(ruling, instant, debate.time_zone),
    )
    if isinstance(decision, Refused):
        return decision
    return replace(
        in_hands_of(case, actor, instant),
        state=CaseState.FINAL,
        measure=case.measure if ruling.measure is Measure.KEEP else ruling.measure,
        closed_at=instant,
    )


def _check_deciding(
    debate: Debate, case: Case, held: HeldPost, actor: Person, instant: datetime, state: CaseState
) -> Decision:
    return first_refusal(
        check_act(debate, Act.MODERATE, actor, instant),
        check_not_author(held, actor),
        check_state(case, state),
    )


def _check_measure(ruling: Ruling, *fitting: Measure) -> Decision:
    return ALLOWED if ruling.measure in fitting else Refused(RefusalCode.MEASURE_NOT_FITTING)


def erase(case: Case, held: HeldPost, instant: datetime) -> tuple[Case, HeldPost]:
    """What is left when its author is erased: nobody reads it, so its text goes, whatever the author chose.

    What was published stands among the posts, which have a rule of their own.
    """
    nothing = PostText(body="", theme=held.text.theme)
    left = replace(held, author_key=None, author_name=None, capacity=None, text=nothing, kept=Kept.ERASED)
    if case.state is CaseState.FINAL:
        return case, left
    return replace(case, state=CaseState.FINAL, closed_at=instant), left


def withdraw(case: Case, held: HeldPost, instant: datetime) -> tuple[Case, HeldPost] | Refused:
    """The case, ended by its author's second thoughts: while it waits, in any phase of the debate."""
    if held_state(held.kept, case.measure) is not HeldState.HELD:
        return Refused(RefusalCode.HELD_POST_DECIDED)
    ended = replace(case, state=CaseState.FINAL, closed_at=instant)
    return ended, replace(held, kept=Kept.WITHDRAWN)
