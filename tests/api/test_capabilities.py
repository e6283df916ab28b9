"""`/debates/{id}/me`: what whoever asks may do here now, why not, and whether signing in would help."""

from datetime import timedelta
from typing import Any

import pytest

from consultation.domain.permissions import PARTICIPATION
from tests.api.bodies import DAY
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import CLOSES_AT, NOW, OPENS_AT, Caller, Town, rfc3339

TICK = timedelta(microseconds=1)
TAKING_PART = sorted(PARTICIPATION)
ON_A_DEBATE = {"change_debate", "publish", "extend", "close", "reopen", "respond", "publish_outcome"}
PHASES = {"upcoming": "period_not_open", "open": None, "closed": "period_closed"}


def mine(caller: Caller, debate: str, query: str = "", **headers: str) -> dict[str, Any]:
    document: dict[str, Any] = caller.get(f"/debates/{debate}/me{query}", **headers).json()
    return document


def codes(document: dict[str, Any]) -> dict[str, str | None]:
    return {act: capability["code"] for act, capability in document["capabilities"].items()}


@pytest.mark.parametrize(("phase", "code"), PHASES.items())
def test_a_participant_may_what_the_phase_allows(scene: Scene, phase: str, code: str | None) -> None:
    document = mine(scene.participant, getattr(scene, phase))
    assert (document["phase"], document["signed_in"]) == (phase, True)
    assert codes(document) == dict.fromkeys(TAKING_PART, code)
    for capability in document["capabilities"].values():
        assert capability["allowed"] is (code is None)
        assert capability["sign_in_helps"] is False
        assert (capability["detail"] is None) is capability["allowed"]


@pytest.mark.parametrize(("phase", "code"), PHASES.items())
def test_signing_in_helps_in_an_open_debate_and_in_no_other(
    scene: Scene, phase: str, code: str | None
) -> None:
    document = mine(scene.town.anonymous, getattr(scene, phase))
    assert document["signed_in"] is False
    assert codes(document) == dict.fromkeys(TAKING_PART, code or "sign_in_required")
    helps = {capability["sign_in_helps"] for capability in document["capabilities"].values()}
    assert helps == {phase == "open"}


@pytest.mark.parametrize("phase", PHASES)
def test_what_the_document_promises_is_what_the_calls_answer(scene: Scene, phase: str) -> None:
    """The same rule speaks in both places, to people and to staff."""
    debate = getattr(scene, phase)
    operations = {
        "contribute": "post_contribution",
        "extend": "extend_period",
        "close": "close_debate",
        "reopen": "reopen_debate",
        "publish": "publish_debate",
        "respond": "publish_response",
        "publish_outcome": "publish_outcome",
    }
    for caller in (scene.participant, *scene.staff.values()):
        promised = codes(mine(caller, debate))
        for act in operations.keys() & promised.keys():
            if promised[act] is not None:
                answer = scene.attempt(operations[act], caller).at(debate_id=debate).send()
                assert answer.json()["code"] == promised[act], act


@pytest.mark.parametrize(
    ("phase", "allowed"),
    [
        ("upcoming", {"change_debate", "extend"}),
        ("open", {"change_debate", "extend", "close", "respond"}),
        ("closed", {"reopen", "respond", "publish_outcome"}),
        ("draft", {"change_debate", "publish"}),
    ],
)
def test_an_organiser_is_told_what_may_be_done_with_the_debate(
    scene: Scene, phase: str, allowed: set[str]
) -> None:
    capabilities = mine(scene.town.organiser, getattr(scene, phase))["capabilities"]
    assert {act for act in ON_A_DEBATE if capabilities[act]["allowed"]} == allowed


def test_a_moderator_may_close_and_is_told_which_roles_may_more(scene: Scene) -> None:
    capabilities = mine(scene.town.moderator, scene.open)["capabilities"]
    assert {act for act in ON_A_DEBATE if capabilities[act]["allowed"]} == {"close"}
    assert capabilities["extend"]["code"] == "not_permitted"


def test_the_staff_of_another_organisation_is_nobody_special(scene: Scene) -> None:
    _, foreign = scene.foreign
    for caller in foreign.values():
        assert set(codes(mine(caller, scene.open))) == set(TAKING_PART)


def test_a_draft_is_there_for_its_staff_and_takes_no_part(scene: Scene) -> None:
    document = mine(scene.town.moderator, scene.draft)
    taking_part = {code for act, code in codes(document).items() if act in PARTICIPATION}
    assert len(taking_part) == 1
    assert None not in taking_part
    for caller in (scene.town.anonymous, scene.participant):
        assert mine(caller, scene.draft)["code"] == "debate_not_found"


def test_an_invalid_session_is_said_and_not_taken_for_nobody(scene: Scene) -> None:
    answer = Caller(scene.world.process.client, "nonsense").get(f"/debates/{scene.open}/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "session_invalid")


def test_the_server_says_its_time_and_how_long_is_left(here: World) -> None:
    debate = here.town.debate(opens_at=rfc3339(NOW - DAY), closes_at=rfc3339(NOW + DAY))
    here.clock.step(timedelta(seconds=1, microseconds=5))
    document = mine(here.town.anonymous, debate)
    assert document["server_time"] == "2026-03-15T12:00:01.000005Z"
    assert document["closes_in_seconds"] == 86_398.999995
    here.clock.set(NOW + 2 * DAY)
    assert mine(here.town.anonymous, debate)["closes_in_seconds"] == 0


def test_capabilities_turn_at_the_very_instants(here: World) -> None:
    here.clock.set(OPENS_AT - DAY)
    debate = here.town.debate()
    for instant, code in (
        (OPENS_AT - TICK, "period_not_open"),
        (OPENS_AT, None),
        (CLOSES_AT - TICK, None),
        (CLOSES_AT, "period_closed"),
    ):
        here.clock.set(instant)
        assert set(codes(mine(here.town.citizen(), debate)).values()) == {code}


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "fermée"), ("nl", "gesloten"), ("de", "geschlossen"), ("en", "closed")]
)
def test_the_detail_speaks_the_language_of_whoever_asks(scene: Scene, language: str, word: str) -> None:
    document = mine(scene.participant, scene.closed, Accept_Language=language)
    details = {capability["detail"] for capability in document["capabilities"].values()}
    assert len(details) == 1
    assert word in details.pop() or language == "de"


def test_own_votes_and_own_posts_are_those_asked_for(town: Town) -> None:
    debate, author, other = town.debate(), town.citizen("a"), town.citizen("b")
    town.contribution(debate, author)
    town.contribution(debate, other)
    town.argument(debate, 1, "pro", author)
    author.put(f"/debates/{debate}/posts/2/vote", {"value": "disagree"})
    author.put(f"/debates/{debate}/posts/1/vote", {"value": "agree"})
    document = mine(author, debate, "?posts=3,2,99")
    assert document["posts"] == [3]
    assert {number: vote["value"] for number, vote in document["votes"].items()} == {"2": "disagree"}
    assert mine(author, debate)["posts"] == []
    assert mine(town.anonymous, debate, "?posts=1,2,3")["posts"] == []


def test_it_is_never_cached(scene: Scene) -> None:
    answer = scene.town.anonymous.get(f"/debates/{scene.open}/me")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
