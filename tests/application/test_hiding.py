"""What reports do by themselves, what a moderator does then, and how a mask is undone."""

from datetime import timedelta
from typing import Any

import pytest

from consultation.bootstrap import Services
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.moderation import Case, CaseState, Ground, Measure
from tests.builders import StepClock, Town
from tests.moderating import Desk


@pytest.fixture
def desk(services: Services, town: Town) -> Desk:
    """A debate in which three reports hide a post."""
    made = Desk(services, town)
    made.debate = town.debate(title="Trois signalements", rules={"hide_after_reports": 3})
    author = town.citizen("autrice")
    made.number = town.contribution(made.debate, author)
    made.argument = town.argument(made.debate, made.number, "pro", author)
    return made


def reported(desk: Desk, number: int | None = None, times: int = 3) -> Case:
    """The case after so many people reported."""
    cases = [desk.report(f"lectrice{one}", number).case for one in range(times)]
    found = cases[-1]
    assert isinstance(found, Case)
    return found


def seen(desk: Desk, case: Case) -> dict[str, Any]:
    path = f"/organisations/ville-exemple/moderation/cases/{case.uid}"
    found: dict[str, Any] = desk.town.moderator.get(path).json()
    return found


def test_the_third_report_hides_and_says_that_a_rule_did(desk: Desk) -> None:
    before = desk.counts()
    assert reported(desk, desk.argument, times=2).measure is None
    assert desk.counts() == before
    case = desk.report("troisieme", desk.argument).case
    assert (case.state, case.measure) == (CaseState.OPEN, Measure.HIDE)
    assert desk.post(desk.argument)["code"] == "post_hidden"
    assert desk.counts() == before | {"arguments_pro": 0}
    assert desk.kinds()[-2:] == ["post_reported", "post_hidden"]
    (decision,) = seen(desk, case)["decisions"]
    assert (decision["instance"], decision["decided_by"]) == ("automatic", None)
    assert decision["decided_automatically"] is True
    assert decision["facts"].startswith("3 personnes")
    (statement,) = desk.town.anonymous.get(f"/debates/{desk.debate}/moderation/statements").json()["items"]
    assert statement["automated_decision"] == "AUTOMATED_DECISION_FULLY"
    figures = desk.town.anonymous.get(f"/debates/{desk.debate}/statistics").json()["moderation"]
    assert figures["decisions"]["automatic"] == 1
    assert figures["median_seconds_to_decision"] is None, "nobody has decided yet"
    assert desk.findings() == []


def test_without_the_rule_no_number_of_reports_hides(services: Services, town: Town) -> None:
    plain = Desk(services, town)
    assert reported(plain, times=6).measure is None
    assert plain.post()["state"] == "visible"


def test_the_reason_is_the_one_that_most_gave(desk: Desk) -> None:
    for name, ground in (("ana", Ground.SPAM), ("bea", Ground.OFF_TOPIC), ("cleo", Ground.OFF_TOPIC)):
        desk.report(name, ground=ground)
    assert desk.post()["reason"] == "off_topic"


def test_notices_of_nobody_in_particular_hide_nothing(desk: Desk) -> None:
    path = f"/debates/{desk.debate}/posts/{desk.number}/notices"
    for one in range(4):
        notice = {"text": f"Ce texte menace une personne, {one} fois.", "good_faith": True}
        assert desk.town.anonymous.post(path, notice).status_code == 202
    reported(desk, times=2)
    assert desk.post()["state"] == "visible"


@pytest.mark.parametrize("measure", [Measure.KEEP, Measure.RESTORE])
def test_a_moderator_who_keeps_a_post_shows_it_again(desk: Desk, measure: Measure) -> None:
    before = desk.counts()
    case = reported(desk, desk.argument)
    decided = desk.decide(case, measure)
    assert (decided.case.state, decided.case.measure) == (CaseState.FINAL, Measure.RESTORE)
    assert desk.post(desk.argument)["state"] == "visible"
    assert desk.counts() == before
    assert desk.findings() == []


def test_a_moderator_who_hides_it_gives_the_reasons_and_the_author_may_appeal(desk: Desk) -> None:
    case = reported(desk, desk.argument)
    counts = desk.counts()
    decided = desk.decide(case, Measure.HIDE, ground=Ground.SPAM)
    assert decided.case.state is CaseState.DECIDED
    assert desk.post(desk.argument)["reason"] == "spam"
    assert desk.counts() == counts, "it was hidden before"
    assert desk.appeal(case).case.state is CaseState.APPEALED
    desk.decide_appeal(case, Measure.RESTORE)
    assert desk.post(desk.argument)["state"] == "visible"
    assert desk.findings() == []


def test_a_moderator_masks_what_reports_hid(desk: Desk) -> None:
    case = reported(desk)
    desk.decide(case, Measure.MASK, passage="arbre")
    assert "[…]" in desk.post()["body"]
    assert desk.kinds()[-2:] == ["post_restored", "post_masked"]
    assert [one["instance"] for one in seen(desk, case)["decisions"]] == ["automatic", "automatic", "first"]
    assert desk.findings() == []


def test_nobody_appeals_before_somebody_has_decided(desk: Desk) -> None:
    refused = desk.appeal(reported(desk))
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.CASE_STATE


def test_a_post_that_was_kept_is_hidden_by_as_many_other_people_only(desk: Desk) -> None:
    desk.decide(reported(desk), Measure.KEEP)
    for name in ("dora", "eve"):
        assert desk.report(name).case.measure is None
    assert desk.post()["state"] == "visible"
    assert desk.report("fanny").case.measure is Measure.HIDE
    assert desk.findings() == []


def test_a_mask_is_undone_on_appeal_with_a_new_revision(desk: Desk) -> None:
    before = desk.post()["body"]
    case = desk.report().case
    desk.decide(case, Measure.MASK, passage="arbre")
    desk.appeal(case)
    restored = desk.decide_appeal(case, Measure.RESTORE)
    assert (restored.case.state, restored.case.measure) == (CaseState.FINAL, Measure.RESTORE)
    post = desk.post()
    assert (post["body"], post["revision"]) == (before, 3)
    assert desk.findings() == []


def test_a_mask_stays_on_what_the_author_has_edited_since(desk: Desk) -> None:
    case = desk.report().case
    desk.decide(case, Measure.MASK, passage="arbre")
    edited = {"body": "Un buisson dans chaque rue, et de l'ombre."}
    author = desk.town.citizen("autrice")
    assert author.patch(f"/debates/{desk.debate}/posts/{desk.number}", edited).status_code == 200
    desk.appeal(case)
    refused = desk.decide_appeal(case, Measure.RESTORE)
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.POST_NOT_HIDDEN
    assert desk.post()["body"] == edited["body"]


def test_the_address_of_a_notice_goes_a_week_after_the_last_word(desk: Desk, clock: StepClock) -> None:
    services, path = desk.services, f"/debates/{desk.debate}/posts/{desk.number}/notices"
    notice = {"text": "Ce texte menace une personne.", "good_faith": True, "email": "Temoin@exemple.example"}
    assert desk.town.anonymous.post(path, notice).status_code == 202

    def kept() -> list[str]:
        with services.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT email FROM notice_contacts")
            return [str(email) for (email,) in rows]

    case = desk.report().case
    clock.step(timedelta(days=300))
    services.keeper.forget()
    assert kept() == ["temoin@exemple.example"], "nobody has decided yet"
    desk.decide(case, Measure.KEEP)
    clock.step(timedelta(days=6))
    services.keeper.forget()
    assert len(kept()) == 1
    clock.step(timedelta(days=2))
    services.keeper.forget()
    assert kept() == []
    assert "exemple.example" not in str(seen(desk, case)), "moderators do not see it either"
    assert desk.findings() == []


def test_what_was_hidden_until_an_instant_is_shown_again_by_itself(desk: Desk, clock: StepClock) -> None:
    before, keeper = desk.counts(), desk.services.keeper
    case = desk.report(number=desk.argument).case
    desk.decide(case, Measure.HIDE, until=clock.now + timedelta(days=3))
    clock.step(timedelta(days=2))
    keeper.sweep()
    assert desk.post(desk.argument)["code"] == "post_hidden"
    clock.step(timedelta(days=1, seconds=1))
    keeper.sweep()
    keeper.sweep()
    assert desk.post(desk.argument)["state"] == "visible"
    assert desk.counts() == before
    assert desk.kinds()[-3:] == ["post_reported", "post_hidden", "post_restored"]
    first, ended = seen(desk, case)["decisions"]
    assert (first["instance"], ended["instance"], ended["decided_by"]) == ("first", "automatic", None)
    assert "écoulée" in ended["explanation"]
    assert desk.findings() == []


@pytest.mark.parametrize(
    ("measure", "changes"),
    [(Measure.MASK, {"passage": "arbre"}), (Measure.MOVE, {"theme": "parcs"}), (Measure.KEEP, {})],
)
def test_no_end_is_promised_of_what_nothing_ends(
    desk: Desk, clock: StepClock, measure: Measure, changes: dict[str, Any]
) -> None:
    case = desk.report().case
    desk.decide(case, measure, until=clock.now + timedelta(days=3), **changes)
    (decision,) = seen(desk, case)["decisions"]
    assert decision["until"] is None
    assert desk.findings() == []


def test_the_end_of_one_hiding_ends_no_later_one(desk: Desk, clock: StepClock) -> None:
    case = desk.report(number=desk.argument).case
    desk.decide(case, Measure.HIDE, until=clock.now + timedelta(days=3))
    desk.appeal(case)
    desk.decide_appeal(case, Measure.RESTORE)
    again = desk.report("une-autre", desk.argument).case
    desk.decide(again, Measure.HIDE)
    clock.step(timedelta(days=10))
    desk.services.keeper.sweep()
    assert desk.post(desk.argument)["code"] == "post_hidden"
    assert desk.findings() == []


def test_the_file_of_a_case_is_emptied_a_year_after_the_last_word_and_its_figures_stay(
    desk: Desk, clock: StepClock
) -> None:
    spoken = desk.report(text="Il insulte Camille Martin.").case
    desk.decide(spoken, Measure.HIDE, note="Troisième fois.")
    desk.appeal(spoken)
    clock.step(timedelta(days=3))
    desk.decide_appeal(spoken, Measure.KEEP)
    silent = desk.report(number=desk.argument, text="Celui-ci aussi.").case
    desk.decide(silent, Measure.HIDE)
    figures = desk.town.anonymous.get(f"/debates/{desk.debate}/statistics").json()["moderation"]
    statements = desk.town.anonymous.get(f"/debates/{desk.debate}/moderation/statements").json()
    clock.step(timedelta(days=363))
    desk.services.keeper.forget()
    assert "Camille Martin" in str(kept(desk.services))
    clock.step(timedelta(days=3))
    assert desk.services.keeper.forget().files == 1, "an appeal was possible for thirty days on the other"
    clock.step(timedelta(days=30))
    assert desk.services.keeper.forget().files == 1
    assert desk.services.keeper.forget().files == 0
    words = {word for row in kept(desk.services) for word in row}
    assert words == {None, ""}, "no text, no salt, nobody"
    assert desk.post(desk.argument)["code"] == "post_hidden"
    after = desk.town.anonymous.get(f"/debates/{desk.debate}/statistics").json()["moderation"]
    assert after == figures
    assert desk.town.anonymous.get(f"/debates/{desk.debate}/moderation/statements").json() == statements
    assert desk.findings() == []


def kept(services: Services) -> list[Any]:
    """What is kept in words of cases, with salts, and of whom."""
    with services.database.reading() as connection:
        return [
            tuple(row)
            for statement in (
                "SELECT person_key, text, salt FROM reports",
                "SELECT person_key, text, salt FROM appeals",
                "SELECT decided_by, facts, explanation, note, salt FROM decisions",
                "SELECT claimed_by, decided_by FROM cases",
            )
            for row in connection.exec_driver_sql(statement)
        ]
