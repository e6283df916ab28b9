"""What the public learns of moderation: figures that add up, and statements that name nobody."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from consultation.api.routes.accountability import csv_bytes
from consultation.application.moderation.transparency import FIELDS
from consultation.bootstrap import Services
from consultation.domain.moderation import Ground, Measure
from tests.builders import SLUG, StepClock, Town
from tests.moderating import Desk

NAME = "Untel-Machin"


@pytest.fixture
def desk(services: Services, town: Town) -> Desk:
    return Desk(services, town)


def figures(desk: Desk) -> dict[str, Any]:
    """The moderation part of the debate's statistics."""
    found: dict[str, Any] = desk.town.anonymous.get(f"/debates/{desk.debate}/statistics").json()["moderation"]
    return found


def of_organisation(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = desk.town.anonymous.get(f"/organisations/{SLUG}/moderation/statistics").json()
    return found


def statements(desk: Desk, query: str = "") -> dict[str, Any]:
    answer = desk.town.anonymous.get(f"/debates/{desk.debate}/moderation/statements{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def another(desk: Desk) -> int:
    """The number of another post by the author."""
    return desk.town.contribution(desk.debate, desk.town.citizen("autrice"))


def a_long_story(desk: Desk, clock: StepClock) -> None:
    """Three reports and a hiding that is reversed, one that is upheld, a post that is kept, one open case."""
    case = [desk.report(name, desk.argument).case for name in ("ana", "bea", "cleo")][-1]
    clock.step(timedelta(hours=2))
    desk.decide(case, Measure.HIDE)
    desk.appeal(case)
    desk.decide_appeal(case, Measure.RESTORE)
    case = desk.report("ana", text=f"C'est {NAME}.", ground=Ground.SPAM).case
    clock.step(timedelta(hours=4))
    desk.decide(case, Measure.HIDE, ground=Ground.ILLEGAL, until=clock.now + timedelta(days=90))
    desk.appeal(case)
    desk.decide_appeal(case, Measure.KEEP)
    case = desk.report("bea", another(desk), ground=Ground.OFF_TOPIC).case
    clock.step(timedelta(hours=30))
    desk.decide(case, Measure.KEEP)
    desk.report("cleo", another(desk))


def test_a_debate_without_moderation_has_figures_of_nothing(desk: Desk) -> None:
    found = figures(desk)
    assert found["hidden"] == found["reports"]["total"] == found["decisions"]["total"] == 0
    assert found["median_seconds_to_decision"] is None
    assert of_organisation(desk)["cases"] == {"total": 0, "open": 0, "appealed": 0}
    assert statements(desk) == {"items": [], "next_cursor": None}


def test_the_figures_of_a_debate_add_up(desk: Desk, clock: StepClock) -> None:
    a_long_story(desk, clock)
    found = figures(desk)
    assert found["reports"]["total"] == sum(found["reports"]["by_reason"].values()) == 6
    assert (
        found["reports"]["by_reason"] | {"charter": 4, "spam": 1, "off_topic": 1}
        == found["reports"]["by_reason"]
    )
    assert found["cases"] == {"total": 4, "open": 1, "appealed": 0}
    decided = found["decisions"]
    assert (decided["total"], decided["automatic"]) == (3, 0)
    assert decided["total"] == sum(decided["by_reason"].values()) == sum(decided["by_measure"].values())
    assert decided["by_measure"] | {"hide": 2, "keep": 1} == decided["by_measure"]
    assert decided["by_reason"] | {"charter": 2, "illegal": 1} == decided["by_reason"]
    assert found["appeals"] == {"total": 2, "upheld": 1, "reversed": 1}
    assert found["median_seconds_to_decision"] == pytest.approx(4 * 3600, abs=60)
    assert found["hidden"] == 1


def test_of_an_even_number_of_delays_the_median_lies_between_the_two_in_the_middle(
    desk: Desk, clock: StepClock
) -> None:
    for hours, number in ((1, desk.number), (3, desk.argument)):
        case = desk.report(number=number).case
        clock.step(timedelta(hours=hours))
        desk.decide(case, Measure.KEEP)
    assert figures(desk)["median_seconds_to_decision"] == pytest.approx(2 * 3600, abs=60)


def test_the_figures_of_an_organisation_are_those_of_its_debates_together(
    desk: Desk, clock: StepClock, services: Services, town: Town
) -> None:
    a_long_story(desk, clock)
    here = figures(desk)
    there = of_organisation(desk)
    assert there.pop("organisation") == SLUG
    assert {name: here[name] for name in there} == there
    second = town.debate(title="Une autre question")
    number = town.contribution(second)
    desk.debate = second
    desk.report("ana", number)
    assert of_organisation(desk)["reports"]["total"] == here["reports"]["total"] + 1


def test_statements_have_the_attributes_of_the_eu_database_and_their_closed_lists(
    desk: Desk, clock: StepClock
) -> None:
    a_long_story(desk, clock)
    first, second = statements(desk)["items"]
    assert tuple(first) == FIELDS
    assert first["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_DISABLED"]
    assert first["decision_ground"] == "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    assert first["incompatible_content_ground"] == "Charte, article 4"
    assert (first["illegal_content_legal_ground"], first["source_type"]) == (
        None,
        "SOURCE_TYPE_OTHER_NOTIFICATION",
    )
    assert first["decision_facts"] == "The text was reported 3 times."
    assert (first["content_language"], first["automated_decision"]) == (
        "FR",
        "AUTOMATED_DECISION_NOT_AUTOMATED",
    )
    assert second["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert second["end_date_visibility_restriction"] is not None
    assert (second["illegal_content_legal_ground"], second["incompatible_content_ground"]) == (
        "Charte, article 4",
        None,
    )


def test_statements_and_figures_name_nobody_and_say_nothing_in_a_moderators_words(
    desk: Desk, clock: StepClock
) -> None:
    case = desk.report(text=f"Signé {NAME}.").case
    ruling = desk.ruling(Measure.MASK, passage="arbre", note=f"{NAME} encore.")
    desk.decide(case, Measure.MASK, passage="arbre", note=ruling.note)
    anybody = desk.town.anonymous
    for path in ("moderation/statements", "moderation/statements.csv", "statistics"):
        shown = anybody.get(f"/debates/{desk.debate}/{path}").text
        for secret in (
            *(NAME, ruling.reasons.facts, ruling.reasons.explanation, "autrice", "lectrice", "arbre"),
            *(str(desk.first.uid), str(desk.author.uid), str(desk.first.email)),
        ):
            assert secret not in shown, (path, secret)


def test_pages_and_the_file_hold_the_same_statements(desk: Desk, clock: StepClock) -> None:
    a_long_story(desk, clock)
    page = statements(desk, "?limit=1")
    rest = statements(desk, f"?limit=1&cursor={page['next_cursor']}")
    assert rest["next_cursor"] is None
    answer = desk.town.anonymous.get(f"/debates/{desk.debate}/moderation/statements.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["puid"] for row in rows] == [page["items"][0]["puid"], rest["items"][0]["puid"]]
    assert tuple(rows[0]) == FIELDS
    assert rows[0]["decision_visibility"] == "DECISION_VISIBILITY_CONTENT_DISABLED"


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(formula: str) -> None:
    document = {"items": [dict.fromkeys(FIELDS) | {"incompatible_content_ground": formula}]}
    (row,) = csv.DictReader(io.StringIO(csv_bytes(document).decode(), newline=""))
    assert row["incompatible_content_ground"] == f"'{formula}"


def test_reporters_learn_what_became_of_their_reports_and_nothing_of_others(
    desk: Desk, clock: StepClock
) -> None:
    case = desk.report("ana", text="Regardez.").case
    ana = desk.town.citizen("ana")
    (mine,) = ana.get("/me/reports").json()["items"]
    assert (mine["state"], mine["measure"], mine["text"]) == ("open", None, "Regardez.")
    desk.decide(case, Measure.HIDE)
    (mine,) = ana.get("/me/reports").json()["items"]
    assert (mine["state"], mine["measure"]) == ("decided", "hide")
    assert mine["may_change_until"] is not None
    desk.appeal(case)
    desk.decide_appeal(case, Measure.RESTORE)
    answer = ana.get("/me/reports")
    (mine,) = answer.json()["items"]
    assert (mine["state"], mine["measure"], mine["may_change_until"]) == ("final", "restore", None)
    assert desk.ruling(Measure.HIDE).reasons.facts not in answer.text
    assert desk.town.citizen("bea").get("/me/reports").json()["items"] == []


def test_the_queue_shows_what_is_late(desk: Desk, clock: StepClock) -> None:
    queue = f"/organisations/{SLUG}/moderation/cases"
    moderator = desk.town.moderator
    case = desk.report().case
    assert moderator.get(queue).json()["items"][0]["late"] is False
    assert moderator.get(f"{queue}?late=true").json()["items"] == []
    clock.step(timedelta(days=7, seconds=1))
    (late,) = moderator.get(f"{queue}?late=true").json()["items"]
    assert late["late"] is True
    desk.decide(case, Measure.HIDE)
    assert moderator.get(f"{queue}/{case.uid}").json()["due_at"] is None
    desk.appeal(case)
    assert moderator.get(f"{queue}?late=true").json()["items"] == []
    clock.step(timedelta(days=14, seconds=1))
    (late,) = moderator.get(f"{queue}?late=true").json()["items"]
    assert (late["state"], late["late"]) == ("appealed", True)
