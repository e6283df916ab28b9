"""What the organiser says officially: in the thread and the debate, in versions, also after the close."""

from datetime import timedelta
from typing import Any

import pytest

from consultation.domain.actors import Role
from tests.api.bodies import LATER, REASON
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import Town

FIRST = {"body": "Le conseil **étudie** votre idée."}
SECOND = {"body": "Le conseil plantera douze arbres.", "lang": "fr"}


def thread(town: Town, debate: str, number: int = 1, query: str = "") -> dict[str, Any]:
    document: dict[str, Any] = town.anonymous.get(f"/debates/{debate}/contributions/{number}{query}").json()
    return document


def test_a_response_stands_in_the_thread_of_its_contribution(here: World) -> None:
    town, debate = here.town, here.town.debate()
    author = town.citizen("autrice")
    for _ in range(2):
        town.contribution(debate, author)
    town.argument(debate, 1, "pro", author)
    assert thread(town, debate)["response"] is None
    answer = town.organiser.put(f"/debates/{debate}/posts/1/response", FIRST).json()
    assert (answer["number"], answer["version"], answer["body"]) == (1, 1, FIRST["body"])
    found = thread(town, debate)
    assert found["response"] == {
        "version": 1,
        "body": FIRST["body"],
        "lang": "fr",
        "published_at": answer["published_at"],
    }
    assert [argument["number"] for argument in found["arguments"]["pro"]] == [3]
    assert found["sources"] == []
    assert thread(town, debate, 2)["response"] is None
    rendered = thread(town, debate, 1, "?render=html")["response"]["body_html"]
    assert "<strong>étudie</strong>" in rendered


def test_a_new_version_takes_the_place_of_the_one_that_stands_and_both_stay_readable(here: World) -> None:
    town, debate = here.town, here.town.debate()
    town.contribution(debate, town.citizen("autrice"))
    path = f"/debates/{debate}/posts/1/response"
    assert town.anonymous.get(f"{path}/versions").json()["items"] == []
    town.organiser.put(path, FIRST)
    here.clock.step(timedelta(minutes=1))
    second = town.administrator.put(path, SECOND).json()
    assert second["version"] == 2
    versions = town.anonymous.get(f"{path}/versions").json()["items"]
    assert [(one["version"], one["body"]) for one in versions] == [(1, FIRST["body"]), (2, SECOND["body"])]
    assert thread(town, debate)["response"] == versions[-1]


def test_saying_the_same_again_changes_nothing(town: Town) -> None:
    debate = town.debate()
    town.contribution(debate, town.citizen("autrice"))
    path = f"/debates/{debate}/posts/1/response"
    first = town.organiser.put(path, FIRST).json()
    length = town.anonymous.get(f"/debates/{debate}").json()["journal_length"]
    again = town.organiser.put(path, {"body": f"  {FIRST['body']}\n"}).json()
    assert (again["receipt"], again["version"], again["published_at"]) == (None, 1, first["published_at"])
    assert town.anonymous.get(f"/debates/{debate}").json()["journal_length"] == length


def test_the_organiser_answers_after_the_close_too(scene: Scene) -> None:
    town, debate = scene.town, scene.closed_debate()
    assert town.organiser.put(f"/debates/{debate}/posts/1/response", FIRST).status_code == 200
    assert thread(town, debate)["response"]["body"] == FIRST["body"]


def test_an_outcome_is_published_once_the_debate_is_closed_and_stands_in_it(scene: Scene) -> None:
    town, debate = scene.town, scene.closed_debate()
    assert town.anonymous.get(f"/debates/{debate}").json()["outcome"] is None
    first = town.organiser.put(f"/debates/{debate}/outcome", FIRST).json()
    town.organiser.put(f"/debates/{debate}/outcome", SECOND)
    document = town.anonymous.get(f"/debates/{debate}").json()
    assert (document["outcome"]["version"], document["outcome"]["body"]) == (2, SECOND["body"])
    versions = town.anonymous.get(f"/debates/{debate}/outcome/versions").json()["items"]
    assert versions[0]["published_at"] == first["published_at"]
    assert versions[1] == document["outcome"]
    listed = town.anonymous.get("/debates?organisation=ville-exemple").json()["items"]
    assert next(one for one in listed if one["id"] == debate)["outcome"] == document["outcome"]


def test_an_outcome_stays_when_the_debate_is_reopened_and_waits_for_the_next_close(scene: Scene) -> None:
    town, debate = scene.town, scene.closed_debate()
    town.organiser.put(f"/debates/{debate}/outcome", FIRST)
    reopened = town.organiser.post(f"/debates/{debate}/reopening", {"closes_at": LATER, **REASON}).json()
    assert reopened["outcome"]["body"] == FIRST["body"]
    assert town.anonymous.get(f"/debates/{debate}").json()["outcome"] == reopened["outcome"]
    refused = town.organiser.put(f"/debates/{debate}/outcome", SECOND).json()
    assert refused["code"] == "period_not_closed"


def test_an_open_debate_has_no_outcome_yet(scene: Scene) -> None:
    refused = scene.town.organiser.put(f"/debates/{scene.open}/outcome", FIRST)
    assert (refused.status_code, refused.json()["code"]) == (409, "period_not_closed")


@pytest.mark.parametrize(
    ("number", "code"), [(2, "not_a_contribution"), (5, "post_withdrawn"), (999_999, "post_not_found")]
)
def test_only_contributions_that_can_be_read_are_answered(scene: Scene, number: int, code: str) -> None:
    answer = scene.town.organiser.put(f"/debates/{scene.open}/posts/{number}/response", FIRST)
    assert answer.json()["code"] == code


def test_a_moderator_does_not_speak_for_the_organisation(scene: Scene) -> None:
    refused = scene.town.moderator.put(f"/debates/{scene.open}/posts/1/response", FIRST)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")


def test_the_staff_of_another_organisation_cannot_answer(scene: Scene) -> None:
    _, staff = scene.foreign
    refused = staff[Role.ADMINISTRATOR].put(f"/debates/{scene.open}/posts/1/response", FIRST)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")


def test_a_response_stays_when_its_contribution_is_withdrawn(here: World) -> None:
    town, debate = here.town, here.town.debate()
    author = town.citizen("autrice")
    town.contribution(debate, author)
    town.organiser.put(f"/debates/{debate}/posts/1/response", FIRST)
    author.post(f"/debates/{debate}/posts/1/withdrawal")
    found = thread(town, debate)
    assert (found["contribution"]["state"], found["response"]["body"]) == ("withdrawn", FIRST["body"])


def test_answering_is_no_taking_part_and_no_period_history(scene: Scene) -> None:
    town, debate = scene.town, scene.closed_debate()
    before = town.anonymous.get(f"/debates/{debate}").json()["counts"]
    history = town.anonymous.get(f"/debates/{debate}/period-history").json()["items"]
    town.organiser.put(f"/debates/{debate}/posts/1/response", FIRST)
    assert town.anonymous.get(f"/debates/{debate}").json()["counts"] == before
    assert town.anonymous.get(f"/debates/{debate}/period-history").json()["items"] == history


def test_a_key_for_writing_debates_publishes_and_the_entry_says_through_which(town: Town) -> None:
    debate = town.debate()
    town.contribution(debate, town.citizen("autrice"))
    answer = town.key().put(f"/debates/{debate}/posts/1/response", FIRST)
    assert answer.status_code == 200
    assert thread(town, debate)["response"]["version"] == 1
