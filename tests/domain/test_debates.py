"""Every act on a debate, in every state, at every edge of its period, by everybody."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import product

import pytest

from consultation.domain.actors import ANONYMOUS, Actor, Role
from consultation.domain.debates import (
    Debate,
    check_act,
    check_published,
    check_theme,
    check_visible,
    close_early,
    extend,
    publish,
    reopen,
)
from consultation.domain.decisions import ALLOWED, Facts, RefusalCode, Refused
from consultation.domain.period import Period, Phase
from consultation.domain.permissions import PARTICIPATION, PLATFORM_ACTS, Act
from tests.domain.builders import (
    ADMINISTRATOR,
    CLOSES_AT,
    CREATED_AT,
    HOUR,
    MIDWAY,
    MODERATOR,
    OPENS_AT,
    ORGANISER,
    PARTICIPANT,
    PUBLISHED_AT,
    US,
    ZONE,
    code_of,
    debate,
    draft,
    period,
    person,
    refusal,
)


class When(Enum):
    """The edges of the period."""

    BEFORE = auto()
    OPENING = auto()
    LAST = auto()
    CLOSING = auto()
    AFTER = auto()


INSTANTS = {
    When.BEFORE: OPENS_AT - US,
    When.OPENING: OPENS_AT,
    When.LAST: CLOSES_AT - US,
    When.CLOSING: CLOSES_AT,
    When.AFTER: CLOSES_AT + HOUR,
}
OVER = {When.CLOSING, When.AFTER}

ACTORS: dict[str, Actor] = {
    "anonymous": ANONYMOUS,
    "participant": PARTICIPANT,
    "moderator": MODERATOR,
    "organiser": ORGANISER,
    "administrator": ADMINISTRATOR,
}
ORGANISERS = {"organiser", "administrator"}
STAFF = ORGANISERS | {"moderator"}


def may(act: Act, who: str) -> bool:
    """Permission, once more by hand."""
    if act in PARTICIPATION | {Act.REPORT}:
        return who != "anonymous"
    if act in {Act.CLOSE, Act.READ_DRAFTS, Act.MODERATE}:
        return who in STAFF
    if act in {
        Act.MANAGE_MEMBERS,
        Act.MANAGE_KEYS,
        Act.MANAGE_ORIGINS,
        Act.MANAGE_IDENTITY_PROVIDERS,
        Act.MANAGE_WEBHOOKS,
        Act.CHANGE_ORGANISATION,
    }:
        return who == "administrator"
    if act in PLATFORM_ACTS | {Act.NAME_PARTICIPANT}:
        return False
    return who in ORGANISERS


def personal(act: Act, who: str) -> RefusalCode | None:
    if may(act, who):
        return None
    return RefusalCode.SIGN_IN_REQUIRED if who == "anonymous" else RefusalCode.NOT_PERMITTED


def taking_part(when: When, *, published: bool) -> RefusalCode | None:
    if not published:
        return RefusalCode.DEBATE_NOT_PUBLISHED
    if when is When.BEFORE:
        return RefusalCode.PERIOD_NOT_OPEN
    return RefusalCode.PERIOD_CLOSED if when in OVER else None


def running(act: Act, when: When, *, published: bool) -> RefusalCode | None:
    """What stands in the way of a person who has the role."""
    match act, published:
        case Act.PUBLISH, True:
            return RefusalCode.DEBATE_ALREADY_PUBLISHED
        case Act.PUBLISH, False:
            return RefusalCode.CLOSING_IN_THE_PAST if when in OVER else None
        case (
            (Act.EXTEND | Act.CLOSE | Act.REOPEN | Act.REPORT | Act.MODERATE)
            | (Act.RESPOND | Act.PUBLISH_OUTCOME),
            False,
        ):
            return RefusalCode.DEBATE_NOT_PUBLISHED
        case Act.RESPOND, True:
            return RefusalCode.PERIOD_NOT_OPEN if when is When.BEFORE else None
        case Act.CLOSE, True:
            return taking_part(when, published=True)
        case ((Act.REOPEN | Act.PUBLISH_OUTCOME), True):
            return None if when in OVER else RefusalCode.PERIOD_NOT_CLOSED
        case ((Act.EXTEND | Act.CHANGE_DEBATE), True):
            return RefusalCode.PERIOD_CLOSED if when in OVER else None
        case _:
            return None


def expected(act: Act, who: str, when: When, *, published: bool) -> RefusalCode | None:
    """The table of the product: existence, then for taking part the period, then the person."""
    if not published and who not in STAFF:
        return RefusalCode.DEBATE_NOT_FOUND
    if act in PARTICIPATION:
        return taking_part(when, published=published) or personal(act, who)
    return personal(act, who) or running(act, when, published=published)


@pytest.mark.parametrize("published", [True, False], ids=["published", "draft"])
@pytest.mark.parametrize("act", Act)
def test_every_act_by_everybody_at_every_edge(act: Act, *, published: bool) -> None:
    subject = debate() if published else draft()
    cases = list(product(ACTORS, When))
    answers = {
        (who, when): code_of(check_act(subject, act, ACTORS[who], INSTANTS[when])) for who, when in cases
    }
    assert answers == {(who, when): expected(act, who, when, published=published) for who, when in cases}


@pytest.mark.parametrize("act", sorted(PARTICIPATION))
@pytest.mark.parametrize("role", Role)
def test_nobody_whatever_the_role_takes_part_outside_the_period(act: Act, role: Role) -> None:
    staff = person(role)
    assert code_of(check_act(debate(), act, staff, OPENS_AT - US)) == RefusalCode.PERIOD_NOT_OPEN
    assert check_act(debate(), act, staff, OPENS_AT) == ALLOWED
    assert check_act(debate(), act, staff, CLOSES_AT - US) == ALLOWED
    assert code_of(check_act(debate(), act, staff, CLOSES_AT)) == RefusalCode.PERIOD_CLOSED


@pytest.mark.parametrize("act", sorted(PARTICIPATION))
def test_signing_in_would_help_during_the_period_and_is_not_promised_after_it(act: Act) -> None:
    hypothetical = person()
    during = [check_act(debate(), act, who, MIDWAY).allowed for who in (ANONYMOUS, hypothetical)]
    after = [check_act(debate(), act, who, CLOSES_AT).allowed for who in (ANONYMOUS, hypothetical)]
    assert (during, after) == ([False, True], [False, False])


def test_a_late_act_is_told_when_it_closed() -> None:
    facts: Facts = {"closed_at": CLOSES_AT, "time_zone": ZONE}
    for act in (*PARTICIPATION, Act.CLOSE, Act.EXTEND, Act.CHANGE_DEBATE):
        assert check_act(debate(), act, ADMINISTRATOR, CLOSES_AT) == Refused(RefusalCode.PERIOD_CLOSED, facts)


def test_an_early_act_is_told_when_it_opens() -> None:
    facts: Facts = {"opens_at": OPENS_AT, "time_zone": ZONE}
    for act in (*PARTICIPATION, Act.CLOSE):
        answer = check_act(debate(), act, ADMINISTRATOR, OPENS_AT - US)
        assert answer == Refused(RefusalCode.PERIOD_NOT_OPEN, facts)


def test_a_debate_cannot_be_reopened_before_it_closes() -> None:
    facts: Facts = {"closes_at": CLOSES_AT, "time_zone": ZONE}
    answer = reopen(debate(), ORGANISER, CLOSES_AT + HOUR, CLOSES_AT - US)
    assert answer == Refused(RefusalCode.PERIOD_NOT_CLOSED, facts)


@pytest.mark.parametrize("who", ACTORS)
def test_a_draft_is_known_to_staff_only(who: str) -> None:
    answer = check_visible(draft(), ACTORS[who])
    if who in STAFF:
        assert answer == ALLOWED
    else:
        assert answer == Refused(RefusalCode.DEBATE_NOT_FOUND)
    assert check_visible(debate(), ACTORS[who]) == ALLOWED


def test_publication_makes_a_debate_published() -> None:
    assert check_published(draft()) == Refused(RefusalCode.DEBATE_NOT_PUBLISHED)
    published = publish(draft(), ORGANISER, PUBLISHED_AT)
    assert published == draft(published_at=PUBLISHED_AT)
    assert check_published(debate()) == ALLOWED


@pytest.mark.parametrize(
    ("instant", "phase"),
    [(OPENS_AT - HOUR, Phase.UPCOMING), (OPENS_AT, Phase.OPEN), (CLOSES_AT - US, Phase.OPEN)],
)
def test_a_debate_may_be_published_until_it_would_close(instant: datetime, phase: Phase) -> None:
    published = publish(draft(), ORGANISER, instant)
    assert isinstance(published, Debate)
    assert published.phase_at(instant) is phase


def test_a_publication_is_dated_after_what_already_happened() -> None:
    published = publish(draft(), ORGANISER, CREATED_AT - HOUR)
    assert published == draft(published_at=CREATED_AT + US)


def test_the_period_of_a_draft_is_changed_not_extended_closed_or_reopened() -> None:
    answers = [
        extend(draft(), ORGANISER, CLOSES_AT + HOUR, MIDWAY),
        close_early(draft(), ORGANISER, MIDWAY),
        reopen(draft(), ORGANISER, CLOSES_AT + 2 * HOUR, CLOSES_AT + HOUR),
    ]
    assert answers == [Refused(RefusalCode.DEBATE_NOT_PUBLISHED)] * 3


def test_a_debate_that_would_be_closed_is_not_published() -> None:
    facts: Facts = {"requested": CLOSES_AT, "now": CLOSES_AT, "time_zone": ZONE}
    assert publish(draft(), ORGANISER, CLOSES_AT) == Refused(RefusalCode.CLOSING_IN_THE_PAST, facts)


@pytest.mark.parametrize("instant", [OPENS_AT - US, OPENS_AT, CLOSES_AT - US])
def test_an_extension_moves_the_close_and_nothing_else(instant: datetime) -> None:
    later = CLOSES_AT + US
    assert extend(debate(), ORGANISER, later, instant) == debate(period=period(closes_at=later))


@pytest.mark.parametrize("closes_at", [CLOSES_AT, CLOSES_AT - US, OPENS_AT, OPENS_AT - HOUR])
def test_an_extension_is_later(closes_at: datetime) -> None:
    facts: Facts = {"closes_at": CLOSES_AT, "requested": closes_at, "time_zone": ZONE}
    answer = extend(debate(), ORGANISER, closes_at, MIDWAY)
    assert answer == Refused(RefusalCode.CLOSING_NOT_LATER, facts)


def test_a_debate_that_closed_is_reopened_not_extended() -> None:
    later = CLOSES_AT + HOUR
    assert code_of(extend(debate(), ORGANISER, later, CLOSES_AT)) == RefusalCode.PERIOD_CLOSED
    assert reopen(debate(), ORGANISER, later, CLOSES_AT) == debate(period=period(closes_at=later))


@pytest.mark.parametrize("closes_at", [CLOSES_AT + HOUR, CLOSES_AT + HOUR - US, OPENS_AT])
def test_a_reopening_leaves_some_time(closes_at: datetime) -> None:
    now = CLOSES_AT + HOUR
    facts: Facts = {"requested": closes_at, "now": now, "time_zone": ZONE}
    assert reopen(debate(), ORGANISER, closes_at, now) == Refused(RefusalCode.CLOSING_IN_THE_PAST, facts)


@pytest.mark.parametrize("instant", [OPENS_AT + US, MIDWAY, CLOSES_AT - US])
def test_an_early_close_is_at_the_instant_of_the_act(instant: datetime) -> None:
    assert close_early(debate(), MODERATOR, instant) == debate(period=period(closes_at=instant))


def recorded(acted: Debate | Refused, subject: Debate, clock: datetime) -> Debate:
    """What a command keeps of an accepted act: the debate, and the instant of the entry."""
    assert isinstance(acted, Debate)
    return replace(acted, last_act_at=subject.effective(clock), journal_length=subject.journal_length + 1)


JUMPS = [timedelta(0), US, HOUR, MIDWAY - OPENS_AT, timedelta(days=400)]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
@pytest.mark.parametrize("instant", [OPENS_AT, OPENS_AT + US, MIDWAY, CLOSES_AT - US])
def test_nothing_gets_in_after_an_acknowledged_close_even_if_the_clock_jumps_back(
    instant: datetime, jump: timedelta
) -> None:
    subject = debate()
    closed = recorded(close_early(subject, MODERATOR, instant), subject, instant)
    for act in PARTICIPATION:
        for actor in (PARTICIPANT, MODERATOR, ADMINISTRATOR):
            assert code_of(check_act(closed, act, actor, instant - jump)) == RefusalCode.PERIOD_CLOSED


@pytest.mark.parametrize("jump", JUMPS, ids=str)
@pytest.mark.parametrize("instant", [OPENS_AT, MIDWAY, CLOSES_AT - 2 * US])
def test_what_came_in_before_an_early_close_lies_inside_the_period(
    instant: datetime, jump: timedelta
) -> None:
    """Also when the closing process's clock is behind that of the process which took the post."""
    posted = debate(last_act_at=instant)
    closed = recorded(close_early(posted, MODERATOR, instant - jump), posted, instant - jump)
    assert closed.period.phase_at(instant) is Phase.OPEN
    assert closed.phase_at(instant - jump) is Phase.CLOSED


@pytest.mark.parametrize("jump", JUMPS, ids=str)
@pytest.mark.parametrize("instant", [OPENS_AT + US, MIDWAY, CLOSES_AT - US])
def test_an_acknowledged_close_is_shown_even_if_the_clock_jumps_back(
    instant: datetime, jump: timedelta
) -> None:
    subject = debate()
    closed = recorded(close_early(subject, MODERATOR, instant), subject, instant)
    assert closed.phase_at(instant - jump) is Phase.CLOSED


@pytest.mark.parametrize(("clock", "phase"), [(CREATED_AT, Phase.OPEN), (CLOSES_AT, Phase.CLOSED)])
def test_the_phase_shown_is_never_earlier_than_at_the_last_act(clock: datetime, phase: Phase) -> None:
    assert debate(last_act_at=OPENS_AT).phase_at(clock) is phase
    assert debate(last_act_at=CLOSES_AT - US).phase_at(clock) is phase


def test_two_acts_never_share_an_instant() -> None:
    for clock in (MIDWAY - HOUR, MIDWAY, MIDWAY + US):
        assert debate(last_act_at=MIDWAY).effective(clock) == MIDWAY + US
    assert debate(last_act_at=MIDWAY).effective(MIDWAY + HOUR) == MIDWAY + HOUR


def test_the_effective_instant_of_an_effective_instant_is_itself() -> None:
    subject = debate(last_act_at=MIDWAY)
    once = subject.effective(MIDWAY - HOUR)
    assert subject.effective(once) == once


def test_an_act_after_the_last_instant_of_the_period_was_taken_is_late() -> None:
    assert check_act(debate(last_act_at=CLOSES_AT - 2 * US), Act.VOTE, PARTICIPANT, OPENS_AT) == ALLOWED
    taken = debate(last_act_at=CLOSES_AT - US)
    assert code_of(check_act(taken, Act.VOTE, PARTICIPANT, CLOSES_AT - US)) == RefusalCode.PERIOD_CLOSED


def test_a_close_at_the_opening_leaves_one_microsecond() -> None:
    assert close_early(debate(), MODERATOR, OPENS_AT) == debate(period=Period(OPENS_AT, OPENS_AT + US))


def test_a_closed_debate_can_be_closed_no_further() -> None:
    subject = debate()
    closed = recorded(close_early(subject, MODERATOR, MIDWAY), subject, MIDWAY)
    facts: Facts = {"closed_at": MIDWAY, "time_zone": ZONE}
    assert close_early(closed, MODERATOR, MIDWAY - HOUR) == Refused(RefusalCode.PERIOD_CLOSED, facts)


def test_a_reopening_lets_people_in_again_also_with_the_clock_behind() -> None:
    subject = debate()
    closed = recorded(close_early(subject, MODERATOR, MIDWAY), subject, MIDWAY)
    reopened = recorded(reopen(closed, ORGANISER, CLOSES_AT, MIDWAY - HOUR), closed, MIDWAY - HOUR)
    assert reopened.last_act_at == MIDWAY + US
    assert check_act(reopened, Act.VOTE, PARTICIPANT, MIDWAY - HOUR) == ALLOWED


def test_a_reopening_ends_after_what_already_happened_also_with_the_clock_behind() -> None:
    closed = debate(last_act_at=CLOSES_AT + HOUR)
    assert (
        code_of(reopen(closed, ORGANISER, CLOSES_AT + HOUR + US, MIDWAY)) == RefusalCode.CLOSING_IN_THE_PAST
    )
    assert code_of(reopen(closed, ORGANISER, CLOSES_AT + HOUR + 2 * US, MIDWAY)) is None


def test_a_jump_back_before_the_opening_does_not_undo_it() -> None:
    assert code_of(check_act(debate(), Act.VOTE, PARTICIPANT, CREATED_AT)) == RefusalCode.PERIOD_NOT_OPEN
    begun = debate(last_act_at=OPENS_AT)
    assert check_act(begun, Act.VOTE, PARTICIPANT, CREATED_AT) == ALLOWED


@pytest.mark.parametrize(
    ("slug", "known"), [(None, True), ("streets", True), ("parks", True), ("Streets", False), ("", False)]
)
def test_a_contribution_is_filed_under_a_theme_of_the_debate_or_none(
    slug: str | None, *, known: bool
) -> None:
    expected = ALLOWED if known else Refused(RefusalCode.THEME_UNKNOWN, {"theme": slug})
    assert check_theme(debate(), slug) == expected


def test_a_debate_without_themes_takes_no_theme() -> None:
    assert check_theme(debate(themes=()), None) == ALLOWED
    assert refusal(check_theme(debate(themes=()), "streets")).facts == {"theme": "streets"}


@pytest.mark.parametrize("transition", ["publish", "extend", "close_early", "reopen"])
@pytest.mark.parametrize("who", ["anonymous", "participant"])
def test_a_transition_asks_for_the_role_first(transition: str, who: str) -> None:
    actor, late = ACTORS[who], CLOSES_AT + HOUR
    answers = {
        "publish": publish(debate(), actor, late),
        "extend": extend(debate(), actor, OPENS_AT, late),
        "close_early": close_early(debate(), actor, late),
        "reopen": reopen(debate(), actor, OPENS_AT, OPENS_AT),
    }
    wanted = RefusalCode.SIGN_IN_REQUIRED if who == "anonymous" else RefusalCode.NOT_PERMITTED
    assert code_of(answers[transition]) == wanted
