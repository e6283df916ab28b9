"""Moderation through the commands: what a case does to the post, the counters, the journal and the doctor."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from consultation.application.moderation.deciding import claim_case
from consultation.bootstrap import Services
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.moderation import CaseState, Measure
from tests.builders import StepClock, Town
from tests.moderating import Desk


@pytest.fixture
def desk(services: Services, town: Town) -> Desk:
    return Desk(services, town)


def test_three_reports_are_one_case_and_each_person_reports_once(desk: Desk) -> None:
    cases = [desk.report(name).case for name in ("ana", "bea", "cleo")]
    assert len({case.uid for case in cases}) == 1
    assert cases[-1].reports == 3
    again = desk.report("ana")
    assert isinstance(again, Refused)
    assert again.code is RefusalCode.ALREADY_REPORTED
    assert desk.kinds()[-3:] == ["post_reported"] * 3
    assert desk.findings() == []


def test_hiding_leaves_a_tombstone_moves_the_counters_and_restoring_undoes_both(desk: Desk) -> None:
    before = desk.counts()
    case = desk.report(number=desk.argument).case
    decided = desk.decide(case, Measure.HIDE)
    assert decided.case.state is CaseState.DECIDED
    gone = desk.post(desk.argument)
    assert (gone["code"], gone["reason"]) == ("post_hidden", "charter")
    assert desk.counts() == before | {"arguments_pro": 0}
    assert desk.post()["counts"]["pro"] == 0
    assert desk.findings() == []

    appealed = desk.appeal(case)
    assert appealed.case.state is CaseState.APPEALED
    restored = desk.decide_appeal(case, Measure.RESTORE)
    assert restored.case.state is CaseState.FINAL
    assert desk.post(desk.argument)["state"] == "visible"
    assert desk.counts() == before
    assert desk.kinds()[-4:] == ["post_reported", "post_hidden", "appeal_lodged", "post_restored"]
    assert desk.findings() == []


def test_an_appeal_that_fails_changes_nothing(desk: Desk) -> None:
    case = desk.report().case
    desk.decide(case, Measure.HIDE)
    desk.appeal(case)
    rejected = desk.decide_appeal(case, Measure.KEEP)
    assert (rejected.case.state, rejected.case.measure) == (CaseState.FINAL, Measure.HIDE)
    assert desk.post()["code"] == "post_hidden"
    assert desk.kinds()[-1] == "appeal_rejected"
    assert desk.findings() == []


def test_a_masked_passage_is_gone_from_the_text_and_its_earlier_revisions(desk: Desk) -> None:
    desk.town.citizen("autrice").patch(
        f"/debates/{desk.debate}/posts/{desk.number}", {"body": "Un arbre dans chaque rue, dit Untel au 12."}
    )
    case = desk.report().case
    desk.decide(case, Measure.MASK, passage="dit Untel au 12")
    post = desk.post()
    assert post["body"] == "Un arbre dans chaque rue, […]."
    assert post["revision"] == 3
    revisions = desk.town.anonymous.get(f"/debates/{desk.debate}/posts/{desk.number}/revisions")
    assert "Untel" not in revisions.text
    assert desk.kinds()[-1] == "post_masked"
    assert desk.findings() == []


def test_a_contribution_moves_to_another_theme(desk: Desk) -> None:
    case = desk.report().case
    desk.decide(case, Measure.MOVE, theme="parcs")
    assert desk.post()["theme"] == "parcs"
    assert desk.kinds()[-1] == "post_moved"
    assert desk.findings() == []


def test_what_is_kept_stays_and_the_case_is_closed(desk: Desk) -> None:
    before = desk.post()
    case = desk.report().case
    assert desk.decide(case, Measure.KEEP).case.state is CaseState.FINAL
    assert desk.post() == before
    new = desk.report("une-autre").case
    assert new.uid != case.uid
    assert desk.findings() == []


def test_a_decision_holds_after_the_close(desk: Desk, clock: StepClock) -> None:
    clock.step(timedelta(days=300))
    case = desk.report().case
    desk.decide(case, Measure.HIDE)
    assert desk.post()["code"] == "post_hidden"
    assert desk.findings() == []


def test_a_case_is_not_there_for_people_of_elsewhere(desk: Desk) -> None:
    case = desk.report().case
    stranger = desk.account("lectrice@citoyens.example")
    for uid in (case.uid, UUID(int=1)):
        found = desk.perform(partial(claim_case, slug="ville-exemple", uid=uid, account=stranger))
        assert isinstance(found, Refused)
        assert found.code is RefusalCode.NOT_PERMITTED
    for found in (
        desk.appeal(case, stranger),
        desk.perform(lambda tx: claim_case(tx, "ville-exemple", UUID(int=1), desk.first)),
    ):
        assert isinstance(found, Refused)
        assert found.code is RefusalCode.CASE_NOT_FOUND


def test_who_claims_is_written_down(desk: Desk) -> None:
    case = desk.report().case
    claimed = desk.perform(lambda tx: claim_case(tx, "ville-exemple", case.uid, desk.first))
    assert claimed.claimed_by == desk.first.key
    taken_over = desk.perform(lambda tx: claim_case(tx, "ville-exemple", case.uid, desk.second))
    assert taken_over.claimed_by == desk.second.key


def test_whoever_alters_a_tombstone_or_a_statement_is_found_out(desk: Desk) -> None:
    case = desk.report(number=desk.argument).case
    desk.decide(case, Measure.HIDE)
    with desk.services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE posts SET state_reason = 'spam' WHERE state = 'hidden'")
        connection.exec_driver_sql("UPDATE decisions SET facts = 'Autre chose.'")
        connection.commit()
    found = desk.findings()
    assert len(found) == 2
    assert all("entry" in finding for finding in found)
