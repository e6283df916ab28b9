"""Moderation, from the first report to the last word.

A report opens a case, or joins the one that is open; a moderator decides it with a statement of
reasons; the author may answer once; somebody else than the first moderator has the last word.
Transitions are pure: each returns the case as it will be, or the refusal.

The statement has the members of Article 17(3) of the EU Digital Services Act (Regulation (EU)
2022/2065), notices those of its Article 16(2).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, Protocol
from uuid import UUID

from consultation.domain.actors import ANONYMOUS, Actor, Person
from consultation.domain.debates import Debate, check_act, check_theme, check_visible
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused, first_refusal
from consultation.domain.permissions import Act
from consultation.domain.posts import Post, PostHead, PostKind, PostState, check_standing
from consultation.domain.texts import check_text

REPORT_MAX: Final = 2_000
NOTICE_MIN: Final = 20
FACTS_MAX: Final = 5_000
REFERENCE_MAX: Final = 500
NOTE_MAX: Final = 5_000
REASON_WORDS_MAX: Final = 200
APPEAL_MIN: Final = 20
APPEAL_MAX: Final = 5_000
"""In code points."""
APPEAL_WINDOW: Final = timedelta(days=30)
"""How long an author may answer, unless the organisation sets another time."""
DECISION_DUE: Final = timedelta(days=7)
APPEAL_DUE: Final = timedelta(days=14)
"""How long a case, and an appeal, may wait before its decision is late: whole days."""
_DAY: Final = len("2026-01-31")
_INSTANTS_KEPT: Final = 1_000
"""A queue is looked at again and again, and what waits in it stays the same for hours."""


class Ground(StrEnum):
    """On what a report or a decision rests: a closed list, which an organisation can word."""

    CHARTER = "charter"
    ILLEGAL = "illegal"
    PERSONAL_DATA = "personal_data"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"


class Measure(StrEnum):
    """What a decision does to the post."""

    KEEP = "keep"
    HIDE = "hide"
    MASK = "mask"
    MOVE = "move"
    RESTORE = "restore"
    PUBLISH = "publish"
    REFUSE = "refuse"


RESTRICTIONS: Final = frozenset({Measure.HIDE, Measure.MASK, Measure.MOVE, Measure.REFUSE})
"""Measures that take something from the author, and against which the author may appeal."""
REVISING: Final = frozenset({Measure.MASK, Measure.MOVE, Measure.RESTORE})
"""Measures that can make a revision."""


class CaseState(StrEnum):
    """How far a case has come. What is `decided` becomes final when nobody appeals in time."""

    OPEN = "open"
    DECIDED = "decided"
    APPEALED = "appealed"
    FINAL = "final"


class Instance(StrEnum):
    """Who decided: a rule of the debate, a moderator, or another one on appeal."""

    AUTOMATIC = "automatic"
    FIRST = "first"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """A statement of reasons, as the author receives it.

    `reference` names the law or the article of the charter. `until` None means without end.
    `detected_automatically` and `decided_automatically` say what automated means were used for.
    """

    ground: Ground
    reference: str
    facts: str
    explanation: str
    until: datetime | None = None
    detected_automatically: bool = False
    decided_automatically: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a moderator wants to happen.

    `passage` is the text to mask, exactly as it stands in the body; `theme` the slug to move to.
    `note` is for the organisation's staff only.
    """

    measure: Measure
    reasons: Reasons
    passage: str | None = None
    theme: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case. `key` is internal; people are internal keys.

    `decided_by` is None for what a rule decided. `measure` is that of the decision that stands.
    `grounds` are those of all its reports. The case of a post that waits for its publication has the key
    of it in `held_key`, and a `number` once it has one.
    """

    key: int
    uid: UUID
    debate_key: int
    number: int | None
    state: CaseState
    opened_at: datetime
    held_key: int | None = None
    reports: int = 0
    grounds: frozenset[Ground] = frozenset()
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    measure: Measure | None = None
    decided_by: int | None = None
    decided_at: datetime | None = None
    appeal_until: datetime | None = None
    appealed_at: datetime | None = None
    closed_at: datetime | None = None


def is_final_at(state: CaseState, appeal_until: datetime | None, instant: datetime) -> bool:
    """Has the last word been spoken on a case of this state, whose author may answer until then?"""
    if state is CaseState.DECIDED:
        return appeal_until is None or instant >= appeal_until
    return state is CaseState.FINAL


@lru_cache(_INSTANTS_KEPT)
def due_at(state: str, opened_at: str, appealed_at: str | None) -> str | None:
    """The instant from which a decision is late; None where nobody waits for one.

    Instants are texts, as the journal writes them: in UTC, where every day is as long as the other.
    """
    if state == CaseState.OPEN.value:
        return _days_later(opened_at, DECISION_DUE)
    if state == CaseState.APPEALED.value and appealed_at is not None:
        return _days_later(appealed_at, APPEAL_DUE)
    return None


WAITING: Final = frozenset({CaseState.OPEN.value, CaseState.APPEALED.value})
"""The states in which somebody waits for a decision."""


def _days_later(instant: str, after: timedelta) -> str:
    day, time = instant[:_DAY], instant[_DAY:]
    return (date.fromisoformat(day) + after).isoformat() + time


def check_report(
    debate: Debate, post: PostHead, ground: Ground, text: str, actor: Actor, instant: datetime
) -> Decision:
    """May the actor report this post? In any phase: what breaks the law does so after the close too."""
    shortest = NOTICE_MIN if ground is Ground.ILLEGAL else 0
    return first_refusal(
        check_act(debate, Act.REPORT, actor, instant),
        check_not_author(post, actor),
        check_standing(post, debate),
        check_text("text", text, shortest, REPORT_MAX),
    )


def check_notice(debate: Debate, post: PostHead | None, text: str) -> Decision:
    """May somebody without an account notify this post as illegal? In any phase, with a reason."""
    return first_refusal(
        check_visible(debate, ANONYMOUS),
        ALLOWED if post is None else check_standing(post, debate),
        check_text("text", text, NOTICE_MIN, REPORT_MAX),
    )


class Authored(Protocol):
    """Something that somebody wrote: a post, or one that waits."""

    @property
    def author_key(self) -> int | None:
        """Who wrote it; None once nobody stands behind it."""


def check_not_author(post: Authored, actor: Actor) -> Decision:
    """Is the actor somebody else than the author? Nobody is judge in their own cause."""
    if isinstance(actor, Person) and post.author_key == actor.key:
        return Refused(RefusalCode.OWN_POST)
    return ALLOWED


def check_independent(case: Case, actor: Actor) -> Decision:
    """Is the actor somebody else than who decided first?"""
    if isinstance(actor, Person) and case.decided_by == actor.key:
        return Refused(RefusalCode.SAME_MODERATOR)
    return ALLOWED


def is_hidden_automatically(case: Case, post: PostHead) -> bool:
    """Did reports hide the post by themselves, until the decision on this case?"""
    hidden = post.state is PostState.HIDDEN and case.measure is Measure.HIDE
    return hidden and case.state is CaseState.OPEN and case.decided_at is None


class Staged(Protocol):
    """Something that knows how far its case has come."""

    @property
    def state(self) -> CaseState:
        """How far."""


def check_state(case: Staged, *states: CaseState) -> Decision:
    """Does the case stand where the act needs it?"""
    if case.state in states:
        return ALLOWED
    return Refused(RefusalCode.CASE_STATE, {"state": case.state.value})


def claim(debate: Debate, case: Case, post: Authored, actor: Person, instant: datetime) -> Case | Refused:
    """The case in the hands of the actor; whoever had it before is relieved of it."""
    decision = first_refusal(
        check_act(debate, Act.MODERATE, actor, instant),
        check_not_author(post, actor),
        check_state(case, CaseState.OPEN, CaseState.APPEALED),
        check_independent(case, actor) if case.state is CaseState.APPEALED else ALLOWED,
    )
    if isinstance(decision, Refused):
        return decision
    return replace(case, claimed_by=actor.key, claimed_at=instant)


def in_hands_of(case: Case, actor: Person, instant: datetime) -> Case:
    """The case of whoever decides on it: theirs since they claimed it, or else from this instant on."""
    if case.claimed_by == actor.key:
        return case
    return replace(case, claimed_by=actor.key, claimed_at=instant)


def check_reasons(ruling: Ruling, instant: datetime, time_zone: str) -> Decision:
    """Does the statement say enough to be understood and disputed?"""
    reasons = ruling.reasons
    shortest = 1 if ruling.measure in RESTRICTIONS else 0
    return first_refusal(
        check_text("reference", reasons.reference, shortest, REFERENCE_MAX),
        check_text("facts", reasons.facts, shortest, FACTS_MAX),
        check_text("explanation", reasons.explanation, 1, FACTS_MAX),
        check_text("note", ruling.note, 0, NOTE_MAX),
        ALLOWED
        if reasons.until is None or instant < reasons.until
        else Refused(RefusalCode.RESTRICTION_OVER, {"until": reasons.until, "time_zone": time_zone}),
    )


def check_measure(debate: Debate, post: Post, ruling: Ruling) -> Decision:
    """Can this be done to the post as it stands?"""
    standing = check_standing(post, debate)
    match ruling.measure:
        case Measure.KEEP:
            return ALLOWED
        case Measure.HIDE:
            return standing
        case Measure.RESTORE:
            hidden = post.state is PostState.HIDDEN
            return ALLOWED if hidden else Refused(RefusalCode.POST_NOT_HIDDEN, {"number": post.number})
        case Measure.MASK:
            return first_refusal(standing, _check_passage(post, ruling.passage))
        case Measure.MOVE:
            return first_refusal(standing, _check_move(debate, post, ruling.theme))
        case Measure.PUBLISH | Measure.REFUSE:
            return Refused(RefusalCode.MEASURE_NOT_FITTING)


def _check_passage(post: Post, passage: str | None) -> Decision:
    if passage and passage.strip() and passage in post.text.body:
        return ALLOWED
    return Refused(RefusalCode.PASSAGE_NOT_FOUND, {"number": post.number})


def _check_move(debate: Debate, post: Post, theme: str | None) -> Decision:
    if post.kind is not PostKind.CONTRIBUTION:
        return Refused(RefusalCode.NOT_A_CONTRIBUTION, {"number": post.number, "kind": post.kind.value})
    if theme == post.text.theme:
        return Refused(RefusalCode.THEME_UNCHANGED, {"theme": theme})
    return check_theme(debate, theme)


def decide(
    debate: Debate,
    case: Case,
    post: Post,
    ruling: Ruling,
    actor: Person,
    instant: datetime,
    window: timedelta = APPEAL_WINDOW,
) -> Case | Refused:
    """The case, decided in the first instance. What takes nothing from the author is final at once."""
    decision = first_refusal(
        check_act(debate, Act.MODERATE, actor, instant),
        check_not_author(post, actor),
        check_state(case, CaseState.OPEN),
        check_reasons(ruling, instant, debate.time_zone),
        check_measure(debate, post, ruling),
    )
    if isinstance(decision, Refused):
        return decision
    decided = replace(
        in_hands_of(case, actor, instant),
        measure=ruling.measure,
        decided_by=actor.key,
        decided_at=instant,
    )
    if ruling.measure in RESTRICTIONS and post.author_key is not None:
        return replace(decided, state=CaseState.DECIDED, appeal_until=instant + window)
    return replace(decided, state=CaseState.FINAL, closed_at=instant)


def decide_appeal(
    debate: Debate,
    case: Case,
    post: Post,
    ruling: Ruling,
    actor: Person,
    instant: datetime,
    *,
    undoes: bool = False,
) -> Case | Refused:
    """The case with the last word, spoken by somebody else than the first.

    `keep` lets the first decision stand; anything else is done in its place. With `undoes`, the
    post from before a mask or a move can be restored: nobody has edited it since. A hiding that has ended
    meanwhile can still be found wrong, though nothing becomes of the post by that.
    """
    lifts = undoes or (case.measure is Measure.HIDE and post.is_visible)
    undone = ruling.measure is Measure.KEEP or (lifts and ruling.measure is Measure.RESTORE)
    decision = first_refusal(
        check_act(debate, Act.MODERATE, actor, instant),
        check_not_author(post, actor),
        check_state(case, CaseState.APPEALED),
        check_independent(case, actor),
        check_reasons(ruling, instant, debate.time_zone),
        ALLOWED if undone else check_measure(debate, post, ruling),
    )
    if isinstance(decision, Refused):
        return decision
    return replace(
        in_hands_of(case, actor, instant),
        state=CaseState.FINAL,
        measure=case.measure if ruling.measure is Measure.KEEP else ruling.measure,
        closed_at=instant,
    )
