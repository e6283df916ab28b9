"""A debate, its life from draft to close, and what each act of running it asks for.

Transitions are pure: each returns the debate as it will be, or the refusal. The instant given
is the reading of the clock after the debate's lock was taken; the rules look at
`Debate.effective(instant)`, so that a clock that jumps back cannot undo what happened.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from uuid import UUID

from consultation.domain.actors import Actor, Person, within
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused, first_refusal
from consultation.domain.limits import DEFAULT_LIMITS, Limits
from consultation.domain.logos import Logo
from consultation.domain.participation import ANYONE, NOTHING_KNOWN, Participation, check_requirements
from consultation.domain.period import (
    Period,
    Phase,
    check_close_ahead,
    check_later_close,
    check_phase,
)
from consultation.domain.permissions import (
    FOR_EVERYBODY,
    PARTICIPATION,
    PERMISSIONS,
    TAKING_BACK,
    Act,
    Stage,
    check_permission,
)

_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Theme:
    """A heading under which contributions are filed. `slug` is unique within the debate."""

    slug: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    """The organisation that a debate belongs to. `key` is internal, `revision` counts its changes.

    `accent` is the colour of its pages, `#rrggbb`; None for that of the service. `logo` may be None.
    `reasons` are its own words for reasons of moderation, by category, in the language `locale`; that is
    empty where nobody need know it.
    """

    key: int
    slug: str
    name: str
    revision: int = 0
    accent: str | None = None
    logo: Logo | None = None
    reasons: Mapping[str, str] = field(default_factory=dict, hash=False)
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Debate:
    """A question put to the public.

    `key` is internal. `published_at` is None for a draft. `last_act_at` is the instant of the
    last journal entry; `last_number` and `journal_length` are 0 before the first.
    """

    key: int
    uid: UUID
    owner: Owner
    slug: str
    title: str
    description: str
    language: str
    time_zone: str
    period: Period
    published_at: datetime | None
    last_act_at: datetime
    limits: Limits = DEFAULT_LIMITS
    themes: tuple[Theme, ...] = ()
    participation: Participation = ANYONE
    last_number: int = 0
    journal_length: int = 0

    def effective(self, instant: datetime) -> datetime:
        """The instant at which rules decide, and that of the act: always after the last one.

        Strictly after, whatever the clock says: two acts never share an instant, so what came in
        before an early close lies before the closing instant, and what comes after does not.
        """
        return max(instant, self.last_act_at + _TICK)

    def phase_at(self, instant: datetime) -> Phase:
        """The phase to show at an instant: never an earlier one than at the last act."""
        return self.period.phase_at(max(instant, self.last_act_at))


def check_published(debate: Debate) -> Decision:
    """Is the debate published, as every act of taking part asks?"""
    if debate.published_at is not None:
        return ALLOWED
    return Refused(RefusalCode.DEBATE_NOT_PUBLISHED)


def check_visible(debate: Debate, actor: Actor) -> Decision:
    """May the actor know of the debate at all? A draft exists for the organisation's staff."""
    here = within(actor, debate.owner.key)
    if debate.published_at is not None or check_permission(Act.READ_DRAFTS, here).allowed:
        return ALLOWED
    return Refused(RefusalCode.DEBATE_NOT_FOUND)


def check_stage(debate: Debate, stages: Collection[Stage], instant: datetime) -> Decision:
    """Does the debate stand in one of these stages, as the table of permissions asks of an act?"""
    if debate.published_at is None:
        return ALLOWED if Stage.DRAFT in stages else check_published(debate)
    phases = _phases_of(frozenset(stages))
    if not phases:
        return Refused(RefusalCode.DEBATE_ALREADY_PUBLISHED)
    return check_phase(debate.period, phases, debate.effective(instant), debate.time_zone)


@cache
def _phases_of(stages: frozenset[Stage]) -> frozenset[Phase]:
    return frozenset(Phase(stage.value) for stage in stages if stage is not Stage.DRAFT)


def asks_standing(debate: Debate, act: Act) -> bool:
    """Must one know more of a person than that they signed in, to decide on this act?"""
    return debate.participation.asks and act in PARTICIPATION - TAKING_BACK


def _check_asked(debate: Debate, act: Act, actor: Actor) -> Decision:
    if not asks_standing(debate, act):
        return ALLOWED
    standing = actor.standing if isinstance(actor, Person) else NOTHING_KNOWN
    return check_requirements(debate.participation, standing)


def check_act(debate: Debate, act: Act, actor: Actor, instant: datetime) -> Decision:
    """May the actor do this in this debate now, leaving particular posts and texts aside?

    The period speaks before the person: after the close signing in would not help, and the
    refusal should not pretend so. Of running a debate, strangers learn nothing of its period.
    What the debate asks of participants comes last.
    """
    actor = within(actor, debate.owner.key)
    visible, permitted = check_visible(debate, actor), check_permission(act, actor)
    stages = PERMISSIONS[act].stages
    timely = ALLOWED if stages is None else check_stage(debate, stages, instant)
    if act in FOR_EVERYBODY:
        asked = _check_asked(debate, act, actor) if act in PARTICIPATION else ALLOWED
        return first_refusal(visible, timely, permitted, asked)
    if act is Act.PUBLISH:
        now = debate.effective(instant)
        timely = first_refusal(timely, check_close_ahead(debate.period.closes_at, now, debate.time_zone))
    return first_refusal(visible, permitted, timely)


def publish(debate: Debate, actor: Actor, instant: datetime) -> Debate | Refused:
    """The debate, published. From here on its period changes only by the acts below."""
    decision = check_act(debate, Act.PUBLISH, actor, instant)
    if isinstance(decision, Refused):
        return decision
    return replace(debate, published_at=debate.effective(instant))


def extend(debate: Debate, actor: Actor, closes_at: datetime, instant: datetime) -> Debate | Refused:
    """The debate with a later close; only before the present one."""
    decision = first_refusal(
        check_act(debate, Act.EXTEND, actor, instant),
        check_later_close(debate.period, closes_at, debate.time_zone),
    )
    if isinstance(decision, Refused):
        return decision
    return replace(debate, period=replace(debate.period, closes_at=closes_at))


def close_early(debate: Debate, actor: Actor, instant: datetime) -> Debate | Refused:
    """The debate, closed at the effective instant: half-open, so nothing at it gets in.

    At the very instant of opening there is no period left to keep; one microsecond stands.
    """
    decision = check_act(debate, Act.CLOSE, actor, instant)
    if isinstance(decision, Refused):
        return decision
    return replace(debate, period=debate.period.cut_at(debate.effective(instant)))


def reopen(debate: Debate, actor: Actor, closes_at: datetime, instant: datetime) -> Debate | Refused:
    """The debate, open again until a later close; only after the present one."""
    decision = first_refusal(
        check_act(debate, Act.REOPEN, actor, instant),
        check_close_ahead(closes_at, debate.effective(instant), debate.time_zone),
    )
    if isinstance(decision, Refused):
        return decision
    return replace(debate, period=replace(debate.period, closes_at=closes_at))


def check_theme(debate: Debate, slug: str | None) -> Decision:
    """Does the debate have this theme? None files the contribution under no theme."""
    if slug is None or any(theme.slug == slug for theme in debate.themes):
        return ALLOWED
    return Refused(RefusalCode.THEME_UNKNOWN, {"theme": slug})
