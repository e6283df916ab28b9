"""A post that two decisions took something from: it is shown again when neither holds it back any more."""

from datetime import timedelta

import pytest

from consultation.application.moderation.ending import end_restriction
from consultation.bootstrap import Services
from consultation.domain.decisions import RefusalCode
from consultation.domain.moderation import Case, CaseState, Measure
from tests.builders import StepClock, Town
from tests.moderating import Desk

BODY = "Un arbre dans chaque rue qui n'en a pas encore."


@pytest.fixture
def desk(services: Services, town: Town) -> Desk:
    return Desk(services, town)


def hidden_later(desk: Desk) -> Case:
    """A second case, whose decision hides the post."""
    later: Case = desk.report("bilal").case
    desk.decide(later, Measure.HIDE)
    assert desk.post()["code"] == "post_hidden"
    return later


def won(desk: Desk, case: Case) -> None:
    """The author's appeal succeeds."""
    desk.appeal(case)
    assert desk.decide_appeal(case, Measure.RESTORE).case.state is CaseState.FINAL


def test_what_a_later_case_hid_stays_hidden_when_the_earlier_hiding_is_reversed(
    desk: Desk, clock: StepClock
) -> None:
    counts = desk.counts()
    earlier = desk.report("anne").case
    desk.decide(earlier, Measure.HIDE, until=clock.now + timedelta(days=1))
    clock.step(timedelta(days=2))
    desk.perform(lambda tx: end_restriction(tx, earlier.uid))
    assert desk.post()["state"] == "visible"
    later = hidden_later(desk)
    since = desk.post()["since"]
    won(desk, earlier)
    assert (desk.post()["code"], desk.post()["since"]) == ("post_hidden", since)
    assert desk.kinds()[-1] == "post_restored", "the earlier decision is reversed all the same"
    assert desk.findings() == []
    won(desk, later)
    assert desk.post()["state"] == "visible"
    assert desk.counts() == counts
    assert desk.findings() == []


def test_a_mask_is_undone_behind_the_tombstone_of_a_later_case(desk: Desk) -> None:
    earlier = desk.report("anne").case
    desk.decide(earlier, Measure.MASK, passage="chaque rue")
    later = hidden_later(desk)
    won(desk, earlier)
    assert desk.post()["code"] == "post_hidden"
    assert desk.findings() == []
    won(desk, later)
    assert desk.post()["body"] == BODY
    assert desk.findings() == []


def test_a_move_is_undone_behind_the_tombstone_of_a_later_case(desk: Desk) -> None:
    before = desk.post()["theme"]
    earlier = desk.report("anne").case
    desk.decide(earlier, Measure.MOVE, theme="parcs")
    later = hidden_later(desk)
    won(desk, earlier)
    assert desk.post()["code"] == "post_hidden"
    assert desk.findings() == []
    won(desk, later)
    assert desk.post()["theme"] == before != "parcs"
    assert desk.findings() == []


def test_what_its_author_has_filed_anew_since_a_move_stays_where_it_is(desk: Desk) -> None:
    earlier = desk.report("anne").case
    desk.decide(earlier, Measure.MOVE, theme="parcs")
    filed = desk.town.citizen("autrice").patch(
        f"/debates/{desk.debate}/posts/{desk.number}", {"theme": "rues"}
    )
    assert filed.status_code == 200
    later = hidden_later(desk)
    won(desk, earlier)
    won(desk, later)
    assert desk.post()["theme"] == "rues"
    assert desk.findings() == []


def test_nothing_is_hidden_twice_and_the_appeal_has_its_outcome_all_the_same(desk: Desk) -> None:
    earlier = desk.report("anne").case
    desk.decide(earlier, Measure.MASK, passage="chaque rue")
    hidden_later(desk)
    desk.appeal(earlier)
    assert desk.decide_appeal(earlier, Measure.HIDE).code is RefusalCode.POST_HIDDEN
    last = desk.decide_appeal(earlier, Measure.KEEP)
    assert (last.case.state, last.case.measure) == (CaseState.FINAL, Measure.MASK)
    assert desk.findings() == []


def test_a_moderator_shows_nothing_that_another_case_hides(desk: Desk) -> None:
    earlier = desk.report("anne").case
    desk.decide(earlier, Measure.MASK, passage="chaque rue")
    open_still = desk.report("bilal").case
    desk.appeal(earlier)
    desk.decide_appeal(earlier, Measure.HIDE)
    desk.decide(open_still, Measure.RESTORE)
    assert desk.post()["code"] == "post_hidden"
    assert desk.findings() == []


def test_an_appeal_against_a_hiding_that_has_ended_can_still_succeed(desk: Desk, clock: StepClock) -> None:
    counts = desk.counts()
    case = desk.report("anne").case
    desk.decide(case, Measure.HIDE, until=clock.now + timedelta(days=1))
    desk.appeal(case)
    clock.step(timedelta(days=2))
    desk.perform(lambda tx: end_restriction(tx, case.uid))
    shown = desk.post()
    assert shown["state"] == "visible"
    last = desk.decide_appeal(case, Measure.RESTORE)
    assert (last.case.state, last.case.measure) == (CaseState.FINAL, Measure.RESTORE)
    assert desk.kinds()[-1] == "post_restored"
    assert (desk.post(), desk.counts()) == (shown, counts)
    assert desk.findings() == []


def test_what_an_appeal_hid_for_a_time_is_shown_again_when_that_is_over(desk: Desk, clock: StepClock) -> None:
    case = desk.report("anne").case
    desk.decide(case, Measure.MASK, passage="chaque rue")
    desk.appeal(case)
    desk.decide_appeal(case, Measure.HIDE, until=clock.now + timedelta(days=1))
    assert desk.post()["code"] == "post_hidden"
    clock.step(timedelta(days=2))
    desk.perform(lambda tx: end_restriction(tx, case.uid))
    assert desk.post()["state"] == "visible"
    assert desk.findings() == []


def test_a_mask_hides_every_earlier_text(desk: Desk) -> None:
    place = f"/debates/{desk.debate}/posts/{desk.number}"
    author = desk.town.citizen("autrice")
    for body in ("Un arbre dans chaque rue, ou presque.", "Un arbre dans chaque rue, dès mars."):
        assert author.patch(place, {"body": body}).status_code == 200
    desk.decide(desk.report("anne").case, Measure.MASK, passage="chaque rue")
    shown = desk.town.anonymous.get(f"{place}/revisions").json()["items"]
    assert [one["revision"] for one in shown if one.get("body")] == [4]
    assert "chaque rue" not in str(shown)
    assert desk.findings() == []
