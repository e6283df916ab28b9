"""A case, from the report to the last word: who may do what, when, and what it becomes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from consultation.domain.actors import ANONYMOUS, Actor, Person, Role
from consultation.domain.appeals import Standing, appeal, check_appealable
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused
from consultation.domain.measures import hidden
from consultation.domain.moderation import (
    APPEAL_WINDOW,
    RESTRICTIONS,
    Case,
    CaseState,
    Ground,
    Measure,
    Reasons,
    Ruling,
    check_report,
    claim,
    decide,
    decide_appeal,
    is_final_at,
)
from consultation.domain.posts import Post
from tests.domain.builders import (
    CLOSES_AT,
    MIDWAY,
    MODERATOR,
    OPENS_AT,
    ORGANISER,
    PARTICIPANT,
    US,
    argument,
    case,
    contribution,
    debate,
    draft,
    person,
)

DAY: Final = timedelta(days=1)
OTHER: Final = person(Role.MODERATOR, key=21, name="Other moderator")
READER: Final = person(key=2, name="Reader")
ANSWER: Final = "This sentence says what everybody at the meeting heard."
ALL: Final = tuple(measure for measure in Measure if measure not in {Measure.PUBLISH, Measure.REFUSE})
"""What can be done to a post."""


def ruling(measure: Measure, **changes: Any) -> Ruling:
    reasons = Reasons(
        ground=Ground.CHARTER,
        reference="Article 4",
        facts="The text insults a person.",
        explanation="It does.",
    )
    fitting: dict[str, Any] = {
        Measure.MASK: {"passage": "every street"},
        Measure.MOVE: {"theme": "parks"},
    }.get(measure, {})
    return Ruling(measure=measure, **({"reasons": reasons} | fitting | changes))


def post_for(measure: Measure) -> Post:
    post = contribution()
    return hidden(post, Ground.CHARTER, MIDWAY) if measure is Measure.RESTORE else post


def decided(measure: Measure = Measure.HIDE, at: datetime = MIDWAY) -> Case:
    found = decide(debate(), case(), post_for(measure), ruling(measure), MODERATOR, at)
    assert isinstance(found, Case)
    return found


def appealed() -> Case:
    found = appeal(decided(), contribution(), ANSWER, PARTICIPANT.key, MIDWAY + DAY)
    assert isinstance(found, Case)
    return found


def code(decision: Decision | Case) -> RefusalCode:
    assert isinstance(decision, Refused), decision
    return decision.code


def report(actor: Actor = READER, instant: datetime = MIDWAY, **changes: Any) -> Decision:
    given: dict[str, Any] = {"debate": debate(), "post": contribution(), "ground": Ground.CHARTER, "text": ""}
    given |= changes
    return check_report(given["debate"], given["post"], given["ground"], given["text"], actor, instant)


@pytest.mark.parametrize("instant", [OPENS_AT - DAY, OPENS_AT, MIDWAY, CLOSES_AT, CLOSES_AT + 900 * DAY])
def test_whoever_is_signed_in_may_report_in_every_phase(instant: datetime) -> None:
    assert report(instant=instant) == ALLOWED


def test_a_report_needs_a_person_somebody_elses_visible_post_and_a_published_debate() -> None:
    assert code(report(ANONYMOUS)) is RefusalCode.SIGN_IN_REQUIRED
    assert code(report(PARTICIPANT)) is RefusalCode.OWN_POST
    tombstone = hidden(contribution(), Ground.SPAM, MIDWAY)
    assert code(report(post=tombstone)) is RefusalCode.POST_HIDDEN
    assert code(report(debate=draft())) is RefusalCode.DEBATE_NOT_FOUND


def test_who_says_that_a_post_is_illegal_says_why() -> None:
    assert code(report(ground=Ground.ILLEGAL, text="It is.")) is RefusalCode.TEXT_TOO_SHORT
    assert report(ground=Ground.ILLEGAL, text="It calls for violence against a person.") == ALLOWED
    assert code(report(text="x" * 2_001)) is RefusalCode.TEXT_TOO_LONG


@pytest.mark.parametrize("actor", [MODERATOR, ORGANISER])
@pytest.mark.parametrize("measure", ALL)
def test_staff_decide_and_a_restriction_can_be_appealed(actor: Person, measure: Measure) -> None:
    found = decide(debate(), case(), post_for(measure), ruling(measure), actor, MIDWAY)
    assert isinstance(found, Case)
    assert (found.measure, found.decided_by, found.decided_at) == (measure, actor.key, MIDWAY)
    if measure in RESTRICTIONS:
        assert (found.state, found.appeal_until) == (CaseState.DECIDED, MIDWAY + APPEAL_WINDOW)
    else:
        assert (found.state, found.appeal_until) == (CaseState.FINAL, None)


def test_a_restriction_of_a_post_that_nobody_stands_behind_is_final() -> None:
    post = replace(contribution(), author_key=None)
    found = decide(debate(), case(), post, ruling(Measure.HIDE), MODERATOR, MIDWAY)
    assert isinstance(found, Case)
    assert found.state is CaseState.FINAL


def test_participants_do_not_decide() -> None:
    for actor in (READER, PARTICIPANT):
        found = decide(debate(), case(), contribution(), ruling(Measure.HIDE), actor, MIDWAY)
        assert code(found) is RefusalCode.NOT_PERMITTED


def test_nobody_is_judge_in_their_own_cause() -> None:
    own = replace(contribution(), author_key=MODERATOR.key)
    assert code(claim(debate(), case(), own, MODERATOR, MIDWAY)) is RefusalCode.OWN_POST
    assert (
        code(decide(debate(), case(), own, ruling(Measure.KEEP), MODERATOR, MIDWAY)) is RefusalCode.OWN_POST
    )
    found = decide_appeal(debate(), appealed(), own, ruling(Measure.KEEP), MODERATOR, MIDWAY)
    assert code(found) is RefusalCode.OWN_POST


def test_a_claim_names_who_works_on_it_and_can_be_taken_over() -> None:
    first = claim(debate(), case(), contribution(), MODERATOR, MIDWAY)
    assert isinstance(first, Case)
    second = claim(debate(), first, contribution(), OTHER, MIDWAY + DAY)
    assert isinstance(second, Case)
    assert (first.claimed_by, second.claimed_by, second.claimed_at) == (11, 21, MIDWAY + DAY)


def test_whoever_decides_has_the_case_in_hands_since_they_claimed_it_or_from_then_on() -> None:
    claimed = claim(debate(), case(), contribution(), MODERATOR, MIDWAY)
    assert isinstance(claimed, Case)
    later = MIDWAY + DAY
    for before, actor, since in (
        (claimed, MODERATOR, MIDWAY),
        (claimed, OTHER, later),
        (case(), MODERATOR, later),
    ):
        found = decide(debate(), before, contribution(), ruling(Measure.HIDE), actor, later)
        assert isinstance(found, Case)
        assert (found.claimed_by, found.claimed_at) == (actor.key, since)
    found = decide_appeal(debate(), appealed(), contribution(), ruling(Measure.KEEP), OTHER, later)
    assert isinstance(found, Case)
    assert (found.claimed_by, found.claimed_at) == (OTHER.key, later)


@pytest.mark.parametrize("state", [CaseState.DECIDED, CaseState.APPEALED, CaseState.FINAL])
def test_a_case_is_decided_once(state: CaseState) -> None:
    found = decide(debate(), case(state=state), contribution(), ruling(Measure.HIDE), OTHER, MIDWAY)
    assert code(found) is RefusalCode.CASE_STATE


@pytest.mark.parametrize("part", ["reference", "facts", "explanation"])
def test_a_restriction_without_reasons_is_none(part: str) -> None:
    bare = ruling(Measure.HIDE)
    said: dict[str, Any] = {part: ""}
    silent = replace(bare, reasons=replace(bare.reasons, **said))
    found = decide(debate(), case(), contribution(), silent, MODERATOR, MIDWAY)
    assert code(found) is RefusalCode.TEXT_TOO_SHORT


def test_a_restriction_does_not_end_before_it_begins() -> None:
    bare = ruling(Measure.HIDE)
    for until, refused in ((MIDWAY, True), (MIDWAY + US, False)):
        timed = replace(bare, reasons=replace(bare.reasons, until=until))
        found = decide(debate(), case(), contribution(), timed, MODERATOR, MIDWAY)
        assert isinstance(found, Refused) is refused


@pytest.mark.parametrize(
    ("post", "wanted", "expected"),
    [
        (hidden(contribution(), Ground.SPAM, MIDWAY), ruling(Measure.HIDE), RefusalCode.POST_HIDDEN),
        (contribution(), ruling(Measure.RESTORE), RefusalCode.POST_NOT_HIDDEN),
        (contribution(), ruling(Measure.MASK, passage="not there"), RefusalCode.PASSAGE_NOT_FOUND),
        (contribution(), ruling(Measure.MASK, passage=" "), RefusalCode.PASSAGE_NOT_FOUND),
        (contribution(), ruling(Measure.MASK, passage=None), RefusalCode.PASSAGE_NOT_FOUND),
        (contribution(), ruling(Measure.MOVE, theme="streets"), RefusalCode.THEME_UNCHANGED),
        (contribution(), ruling(Measure.MOVE, theme="sea"), RefusalCode.THEME_UNKNOWN),
        (argument(), ruling(Measure.MOVE), RefusalCode.NOT_A_CONTRIBUTION),
    ],
)
def test_a_measure_fits_the_post_as_it_stands(post: Post, wanted: Ruling, expected: RefusalCode) -> None:
    assert code(decide(debate(), case(), post, wanted, MODERATOR, MIDWAY)) is expected


def test_the_author_appeals_once_in_time_and_nobody_else_does() -> None:
    restricted = decided()
    last = MIDWAY + APPEAL_WINDOW - US
    found = appeal(restricted, contribution(), ANSWER, PARTICIPANT.key, last)
    assert isinstance(found, Case)
    assert (found.state, found.appealed_at, found.claimed_by) == (CaseState.APPEALED, last, None)
    late = appeal(restricted, contribution(), ANSWER, PARTICIPANT.key, MIDWAY + APPEAL_WINDOW)
    assert code(late) is RefusalCode.APPEAL_TOO_LATE
    assert code(appeal(restricted, contribution(), ANSWER, READER.key, last)) is RefusalCode.NOT_AUTHOR
    assert code(appeal(found, contribution(), ANSWER, PARTICIPANT.key, last)) is RefusalCode.APPEAL_LODGED
    assert (
        code(appeal(restricted, contribution(), "No.", PARTICIPANT.key, last)) is RefusalCode.TEXT_TOO_SHORT
    )


def test_what_was_kept_cannot_be_appealed() -> None:
    found = appeal(decided(Measure.KEEP), contribution(), ANSWER, PARTICIPANT.key, MIDWAY)
    assert code(found) is RefusalCode.CASE_STATE


def test_a_decision_becomes_final_when_the_time_to_appeal_is_over() -> None:
    restricted = decided()
    assert not final(restricted, MIDWAY + APPEAL_WINDOW - US)
    assert final(restricted, MIDWAY + APPEAL_WINDOW)
    assert final(decided(Measure.KEEP), MIDWAY)
    assert not final(appealed(), MIDWAY + 900 * DAY)


def final(found: Case, instant: datetime) -> bool:
    return is_final_at(found.state, found.appeal_until, instant)


def test_an_appeal_may_be_offered_until_the_last_microsecond_in_which_it_is_taken() -> None:
    restricted = decided()
    end = MIDWAY + APPEAL_WINDOW
    for instant in (MIDWAY, end - US, end, end + US):
        taken = appeal(restricted, contribution(), ANSWER, PARTICIPANT.key, instant)
        assert check_appealable(restricted, instant).allowed is (instant < end) is isinstance(taken, Case)
    assert code(check_appealable(restricted, end)) is RefusalCode.APPEAL_TOO_LATE
    assert code(check_appealable(appealed(), MIDWAY + US)) is RefusalCode.APPEAL_LODGED
    assert code(check_appealable(decided(Measure.KEEP), MIDWAY)) is RefusalCode.CASE_STATE
    # What was read of a case is judged as the case is.
    assert check_appealable(Standing(CaseState.DECIDED, end), end - US).allowed
    assert not check_appealable(Standing(CaseState.DECIDED, end), end).allowed


def test_the_appeal_is_decided_by_somebody_else_and_that_is_the_last_word() -> None:
    post = hidden(contribution(), Ground.CHARTER, MIDWAY)
    same = decide_appeal(debate(), appealed(), post, ruling(Measure.RESTORE), MODERATOR, MIDWAY)
    assert code(same) is RefusalCode.SAME_MODERATOR
    assert code(claim(debate(), appealed(), post, MODERATOR, MIDWAY)) is RefusalCode.SAME_MODERATOR
    upheld = decide_appeal(debate(), appealed(), post, ruling(Measure.KEEP), OTHER, MIDWAY + 2 * DAY)
    reversed_ = decide_appeal(debate(), appealed(), post, ruling(Measure.RESTORE), OTHER, MIDWAY + 2 * DAY)
    assert isinstance(upheld, Case)
    assert isinstance(reversed_, Case)
    assert (upheld.state, upheld.measure) == (CaseState.FINAL, Measure.HIDE)
    assert (reversed_.state, reversed_.measure) == (CaseState.FINAL, Measure.RESTORE)
    again = decide_appeal(debate(), upheld, post, ruling(Measure.RESTORE), OTHER, MIDWAY + 3 * DAY)
    assert code(again) is RefusalCode.CASE_STATE
