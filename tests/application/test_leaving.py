"""Erasures beside moderation: what a decision made, what only waited, and the files of what is gone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select

from consultation.bootstrap import Services
from consultation.domain.erasure import ErasureMode
from consultation.domain.moderation import Case, Measure
from consultation.persistence.tables import appeals, cases, decisions, reports
from tests.api.waiting import published, send, waiting_debate
from tests.builders import StepClock, Town
from tests.moderating import Desk

PASSAGE = "Trois arbres"
YEARS = timedelta(days=800)


@pytest.fixture
def desk(services: Services, town: Town) -> Desk:
    made = Desk(services, town)
    themes = [{"slug": slug, "title": slug, "description": ""} for slug in ("rues", "parcs")]
    made.debate = town.debate(title="Quels arbres ?", themes=themes)
    author = town.citizen("autrice")
    made.number = town.contribution(made.debate, author, theme="rues", body=f"{PASSAGE} suffisent ici.")
    return made


def leave(desk: Desk, mode: ErasureMode) -> None:
    assert desk.services.eraser.erase(desk.author.key, mode) is None


def kept(desk: Desk, *columns: ColumnElement[Any]) -> list[tuple[Any, ...]]:
    with desk.services.database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def decided(desk: Desk, measure: Measure) -> Case:
    changes: dict[Measure, Any] = {Measure.MASK: {"passage": PASSAGE}, Measure.MOVE: {"theme": "parcs"}}
    case = desk.report().case
    assert isinstance(case, Case)
    desk.decide(case, measure, **changes.get(measure, {}))
    return case


@pytest.mark.parametrize("mode", ErasureMode)
@pytest.mark.parametrize("measure", [Measure.HIDE, Measure.KEEP, Measure.MASK, Measure.MOVE])
def test_whoever_was_moderated_leaves_a_debate_that_can_be_checked(
    desk: Desk, measure: Measure, mode: ErasureMode
) -> None:
    decided(desk, measure)
    leave(desk, mode)
    assert desk.findings() == []


@pytest.mark.parametrize("edit", [None, {"body": "Quatre arbres, donc."}])
@pytest.mark.parametrize("measure", [Measure.MASK, Measure.MOVE])
def test_no_salt_is_left_with_which_the_name_under_a_revision_could_be_guessed(
    desk: Desk, measure: Measure, edit: dict[str, str] | None
) -> None:
    decided(desk, measure)
    if edit is not None:
        path = f"/debates/{desk.debate}/posts/{desk.number}"
        answer = desk.town.citizen("autrice").patch(path, edit)
        assert answer.status_code == 200, answer.text
    assert [salt is None for (salt,) in kept(desk, decisions.c.salt)] == [False]
    leave(desk, ErasureMode.UNSIGNED)
    assert kept(desk, decisions.c.salt, decisions.c.facts) == [(None, "Le texte insulte une personne.")]
    assert desk.findings() == []


def test_a_decision_that_changed_no_text_keeps_its_salt(desk: Desk) -> None:
    case = decided(desk, Measure.HIDE)
    desk.appeal(case)
    desk.decide_appeal(case, Measure.RESTORE)
    leave(desk, ErasureMode.UNSIGNED)
    assert [salt is None for (salt,) in kept(desk, decisions.c.salt)] == [False, False]
    assert desk.findings() == []


def test_a_mask_is_undone_after_its_author_left(desk: Desk) -> None:
    case = decided(desk, Measure.MASK)
    desk.appeal(case)
    leave(desk, ErasureMode.UNSIGNED)
    desk.decide_appeal(case, Measure.RESTORE)
    shown = desk.post()
    assert (shown["body"], shown["author"]["name"]) == (f"{PASSAGE} suffisent ici.", None)
    assert desk.findings() == []


@pytest.mark.parametrize("mode", ErasureMode)
def test_whoever_only_sent_what_was_held_took_no_part(
    desk: Desk, services: Services, mode: ErasureMode
) -> None:
    desk.debate = waiting_debate(desk.town)
    send(desk.town.citizen("attente"), desk.debate, "Et un banc.")
    assert services.eraser.erase(desk.account("attente@citoyens.example").key, mode) is None
    assert "person_erased" not in desk.kinds()
    assert desk.counts()["participants"] == 0
    assert desk.findings() == []


def test_whoever_has_a_post_beside_what_was_held_took_part(desk: Desk, services: Services) -> None:
    town = desk.town
    desk.debate = waiting_debate(town)
    author = town.citizen("attente")
    published(town, desk.debate, author)
    send(author, desk.debate, "Et un banc.")
    assert services.eraser.erase(desk.account("attente@citoyens.example").key, ErasureMode.UNSIGNED) is None
    assert desk.kinds()[-2:] == ["held_erased", "person_erased"]
    assert desk.counts()["participants"] == 1
    assert desk.findings() == []


@pytest.mark.parametrize("mode", ErasureMode)
def test_the_file_of_a_text_that_was_erased_forgets_who_wrote_in_it_as_any_other(
    desk: Desk, services: Services, clock: StepClock, mode: ErasureMode
) -> None:
    case = decided(desk, Measure.HIDE)
    desk.appeal(case)
    desk.decide_appeal(case, Measure.KEEP)
    leave(desk, mode)
    clock.step(YEARS)
    services.keeper.forget()
    for column in (reports.c.person_key, appeals.c.person_key, decisions.c.decided_by):
        assert {who for (who,) in kept(desk, column)} == {None}, column
    assert kept(desk, cases.c.claimed_by, cases.c.decided_by) == [(None, None)]
    assert desk.findings() == []
    assert services.keeper.forget().files == 0, "once is enough"
