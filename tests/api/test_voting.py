"""One person, one vote, tied to the text it was cast on; tallies always equal the votes."""

from typing import Any

import pytest

from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import Caller, Town


@pytest.fixture
def debate(town: Town) -> str:
    """A debate with a contribution, an argument and a source."""
    debate, author = town.debate(), town.citizen("autrice")
    town.contribution(debate, author)
    town.argument(debate, 1, "pro", author)
    author.post(
        f"/debates/{debate}/contributions/1/sources", {"title": "Une étude", "link": "https://etude.example/"}
    )
    return debate


def vote(caller: Caller, debate: str, number: int, value: str) -> dict[str, Any]:
    document: dict[str, Any] = caller.put(f"/debates/{debate}/posts/{number}/vote", {"value": value}).json()
    return document


def tally(town: Town, debate: str) -> tuple[int, int, int, int]:
    found = town.anonymous.get(f"/debates/{debate}/posts/1").json()["tally"]
    return found["agree"], found["mixed"], found["disagree"], found["on_earlier_revisions"]


def test_a_vote_is_answered_with_what_stands_and_its_receipt(town: Town, debate: str) -> None:
    answer = vote(town.citizen(), debate, 1, "mixed")
    receipt, cast_at = answer.pop("receipt"), answer.pop("cast_at")
    assert answer == {"value": "mixed", "revision": 1, "on_earlier_revision": False, "number": 1}
    assert receipt["debate"] == debate
    assert cast_at.startswith("2026-03-15T12:00:00")


def test_a_person_has_one_vote_and_may_change_it(town: Town, debate: str) -> None:
    voter = town.citizen()
    for value, expected in (("agree", (1, 0, 0, 0)), ("disagree", (0, 0, 1, 0)), ("mixed", (0, 1, 0, 0))):
        vote(voter, debate, 1, value)
        assert tally(town, debate) == expected


def test_the_votes_of_several_people_add_up(town: Town, debate: str) -> None:
    for name, value in (("a", "agree"), ("b", "agree"), ("c", "disagree"), ("d", "mixed")):
        vote(town.citizen(name), debate, 1, value)
    assert tally(town, debate) == (2, 1, 1, 0)
    assert town.anonymous.get(f"/debates/{debate}").json()["counts"]["votes"] == 4


def test_a_vote_is_taken_back(town: Town, debate: str) -> None:
    voter = town.citizen()
    vote(voter, debate, 1, "agree")
    answer = voter.delete(f"/debates/{debate}/posts/1/vote")
    assert (answer.json()["value"], answer.json()["cast_at"]) == (None, None)
    assert answer.json()["receipt"] is not None
    assert tally(town, debate) == (0, 0, 0, 0)


def test_taking_back_no_vote_and_casting_the_same_vote_leave_no_receipt(town: Town, debate: str) -> None:
    voter = town.citizen()
    assert voter.delete(f"/debates/{debate}/posts/1/vote").json()["receipt"] is None
    vote(voter, debate, 1, "agree")
    assert vote(voter, debate, 1, "agree")["receipt"] is None
    assert tally(town, debate) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("number", "value", "allowed"),
    [
        (1, "support", ["agree", "mixed", "disagree"]),
        (2, "agree", ["support"]),
        (3, "disagree", ["support"]),
    ],
)
def test_each_kind_of_post_takes_its_own_values(
    town: Town, debate: str, number: int, value: str, allowed: list[str]
) -> None:
    answer = vote(town.citizen(), debate, number, value)
    assert (answer["code"], answer["allowed"]) == ("vote_value_unknown", allowed)


@pytest.mark.parametrize("value", ["yes", "", None, 1, "Agree", ["agree"]])
def test_an_unheard_of_value_is_malformed(town: Town, debate: str, value: object) -> None:
    answer = town.citizen().put(f"/debates/{debate}/posts/1/vote", {"value": value})
    assert answer.json()["code"] == "malformed"


def test_arguments_and_sources_are_supported(town: Town, debate: str) -> None:
    for number in (2, 3):
        for name in ("a", "b"):
            vote(town.citizen(name), debate, number, "support")
        assert town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["support"] == 2
    counts = town.anonymous.get(f"/debates/{debate}").json()["counts"]
    assert (counts["votes"], counts["supports"]) == (0, 4)


def test_an_edit_leaves_the_votes_on_the_text_they_were_cast_on(town: Town, debate: str) -> None:
    author = town.citizen("autrice")
    for name in ("a", "b"):
        vote(town.citizen(name), debate, 1, "agree")
    author.patch(f"/debates/{debate}/posts/1", {"body": "Un arbre dans chaque rue, et des bancs."})
    assert tally(town, debate) == (2, 0, 0, 2)
    mine = town.citizen("a").get(f"/debates/{debate}/me?posts=1").json()["votes"]["1"]
    assert (mine["value"], mine["revision"], mine["on_earlier_revision"]) == ("agree", 1, True)


def test_the_same_vote_on_a_new_text_is_a_vote_on_that_text(town: Town, debate: str) -> None:
    voter = town.citizen()
    vote(voter, debate, 1, "agree")
    town.citizen("autrice").patch(
        f"/debates/{debate}/posts/1", {"body": "Un arbre dans chaque rue, et des bancs."}
    )
    answer = vote(voter, debate, 1, "agree")
    assert (answer["revision"], answer["receipt"] is None) == (2, False)
    assert tally(town, debate) == (1, 0, 0, 0)


def test_a_vote_on_a_tombstone_is_refused_but_may_be_taken_back(town: Town, debate: str) -> None:
    voter = town.citizen()
    vote(voter, debate, 1, "agree")
    town.citizen("autrice").post(f"/debates/{debate}/posts/1/withdrawal")
    assert vote(voter, debate, 1, "mixed")["code"] == "post_withdrawn"
    assert voter.delete(f"/debates/{debate}/posts/1/vote").json()["receipt"] is not None


def test_people_who_only_vote_take_part_until_their_last_vote_is_gone(here: World, debate: str) -> None:
    town, voter = here.town, here.town.citizen()

    def participants() -> int:
        return int(town.anonymous.get(f"/debates/{debate}").json()["counts"]["participants"])

    assert participants() == 1  # the author
    vote(voter, debate, 1, "agree")
    vote(voter, debate, 2, "support")
    assert participants() == 2
    voter.delete(f"/debates/{debate}/posts/1/vote")
    assert participants() == 2
    voter.delete(f"/debates/{debate}/posts/2/vote")
    assert participants() == 1


def test_nobody_sees_how_another_voted(town: Town, debate: str) -> None:
    vote(town.citizen("a"), debate, 1, "agree")
    assert town.citizen("b").get(f"/debates/{debate}/me?posts=1").json()["votes"] == {}
    assert town.anonymous.get(f"/debates/{debate}/me?posts=1").json()["votes"] == {}


def test_the_statistics_equal_the_lists(town: Town, debate: str) -> None:
    author = town.citizen("autrice")
    town.contribution(debate, author, body="Un banc sous chaque arbre, et une fontaine.")
    author.post(f"/debates/{debate}/posts/4/withdrawal")
    for name, value in (("a", "agree"), ("b", "mixed")):
        vote(town.citizen(name), debate, 1, value)
    vote(town.citizen("a"), debate, 2, "support")
    author.patch(f"/debates/{debate}/posts/1", {"body": "Un arbre dans chaque rue, et des bancs."})
    found = town.anonymous.get(f"/debates/{debate}/statistics").json()
    posts = {"contributions": 1, "arguments_pro": 1, "arguments_contra": 0, "sources": 1}
    assert found["posts"] == posts
    assert found["posts_by_state"] == {"visible": 3, "withdrawn": 1, "hidden": 0, "erased": 0}
    assert found["posts_by_day"] == [{"day": "2026-03-15", **posts}]
    assert found["votes"] == {
        "agree": 1,
        "mixed": 1,
        "disagree": 0,
        "support": 1,
        "on_earlier_revisions": 2,
    }
    assert (found["participants"], found["last_number"], found["posts_edited"]) == (3, 4, 1)
    assert {name: found["moderation"][name] for name in ("hidden", "erased")} == {"hidden": 0, "erased": 0}
    whole = town.anonymous.get(f"/debates/{debate}").json()
    assert found["journal_length"] == whole["journal_length"]
    assert {name: whole["counts"][name] for name in posts} == posts


def test_hidden_and_erased_posts_are_counted_as_what_was_done_to_them(scene: Scene) -> None:
    found = scene.town.anonymous.get(f"/debates/{scene.tombstones}/statistics").json()
    assert {name: found["moderation"][name] for name in ("hidden", "erased")} == {"hidden": 1, "erased": 1}
    assert found["posts_by_state"] == {"visible": 0, "withdrawn": 1, "hidden": 1, "erased": 1}
