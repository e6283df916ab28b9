"""Posting, editing, withdrawing: numbers, revisions, tombstones and what counts them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.api.bodies import BODIES, LATER, REASON
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import CLOSES_AT, CONTRIBUTION, NOW, OPENS_AT, Caller, Town

TICK = timedelta(microseconds=1)
ARGUMENT = BODIES["post_argument"]
SOURCE = BODIES["post_source"]


def read(town: Town, debate: str, number: int) -> dict[str, Any]:
    document: dict[str, Any] = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()
    return document


def counts(town: Town, debate: str) -> dict[str, int]:
    found: dict[str, int] = town.anonymous.get(f"/debates/{debate}").json()["counts"]
    return {name: count for name, count in found.items() if count}


def test_one_series_of_numbers_is_shared_by_all_kinds_and_has_no_gaps(town: Town) -> None:
    debate, author = town.debate(), town.citizen()
    assert town.contribution(debate, author) == 1
    assert town.argument(debate, 1, "pro", author) == 2
    refused = author.post(f"/debates/{debate}/contributions/2/arguments", ARGUMENT)
    assert refused.json()["code"] == "not_a_contribution"
    source = author.post(f"/debates/{debate}/contributions/1/sources", SOURCE)
    assert source.json()["number"] == 3
    author.post(f"/debates/{debate}/posts/3/withdrawal")
    assert town.contribution(debate, author) == 4


@pytest.mark.parametrize("name", ["post_contribution", "post_argument", "post_source", "edit_post"])
def test_the_answer_to_a_write_is_the_post_as_everybody_reads_it(scene: Scene, name: str) -> None:
    answer = scene.fresh(name).send()
    document = answer.json()
    receipt = document.pop("receipt")
    read_back = scene.town.anonymous.get(f"/debates/{scene.open}/posts/{document['number']}")
    assert read_back.json() == document
    assert read_back.headers["etag"] == answer.headers["etag"]
    assert (
        answer.headers["location"]
        == f"http://testserver/api/v1/debates/{scene.open}/posts/{document['number']}"
    )
    assert receipt["debate"] == scene.open


def test_a_contribution_says_all_that_it_is(town: Town) -> None:
    debate, author = town.debate(), town.citizen("auteur")
    number = town.contribution(debate, author, theme="rues", lang="nl")
    document = read(town, debate, number)
    expected = {
        "number": 1,
        "kind": "contribution",
        "debate": debate,
        "author": {"name": author.get("/me").json()["name"], "capacity": None},
        "title": CONTRIBUTION["title"],
        "body": CONTRIBUTION["body"],
        "theme": "rues",
        "lang": "nl",
        "revision": 1,
        "revised_at": None,
        "state": "visible",
        "reference": None,
        "reported_tally": None,
        "tally": {"agree": 0, "mixed": 0, "disagree": 0, "on_earlier_revisions": 0},
        "counts": {"pro": 0, "contra": 0, "sources": 0},
    }
    assert document.pop("created_at").startswith("2026-03-15T12:00:00")
    debate_url = town.anonymous.get(f"/debates/{debate}").json()["url"]
    assert document.pop("url") == f"{debate_url}/1"
    assert document == expected


def test_an_argument_and_a_source_say_on_what_they_hang(town: Town) -> None:
    debate, author = town.debate(), town.citizen()
    town.contribution(debate, author)
    argument = author.post(
        f"/debates/{debate}/contributions/1/arguments", ARGUMENT | {"side": "contra"}
    ).json()
    source = author.post(f"/debates/{debate}/contributions/1/sources", SOURCE | {"note": "À lire."}).json()
    assert (argument["contribution"], argument["side"], argument["support"]) == (1, "contra", 0)
    assert (source["contribution"], source["title"], source["link"]) == (1, SOURCE["title"], SOURCE["link"])
    assert (source["note"], source["support"]) == ("À lire.", 0)


def test_a_source_without_a_note_has_none(town: Town) -> None:
    debate = town.debate()
    town.contribution(debate)
    for name, note in zip("abcd", ({}, {"note": None}, {"note": ""}, {"note": "  "}), strict=True):
        answer = town.citizen(name).post(f"/debates/{debate}/contributions/1/sources", SOURCE | note)
        assert answer.json()["note"] is None


def test_a_thread_shows_the_first_ten_replies_of_each_kind_oldest_first(town: Town) -> None:
    debate, author = town.debate(), town.citizen()
    town.contribution(debate, author)
    for turn in range(11):
        for side in ("pro", "contra"):
            town.argument(debate, 1, side, author)
        source = SOURCE | {"link": f"{SOURCE['link']}/{turn}"}
        author.post(f"/debates/{debate}/contributions/1/sources", source)
    thread = town.anonymous.get(f"/debates/{debate}/contributions/1").json()
    shown = [thread["arguments"]["pro"], thread["arguments"]["contra"], thread["sources"]]
    assert [[item["number"] for item in items] for items in shown] == [
        list(range(first, first + 30, 3)) for first in (2, 3, 4)
    ]
    assert thread["counts"] == thread["contribution"]["counts"] == {"pro": 11, "contra": 11, "sources": 11}


def test_one_person_may_argue_on_both_sides(town: Town) -> None:
    debate, author = town.debate(), town.citizen()
    town.contribution(debate, author)
    for side in ("pro", "contra", "pro"):
        town.argument(debate, 1, side, author)
    assert counts(town, debate) == {
        "contributions": 1,
        "arguments_pro": 2,
        "arguments_contra": 1,
        "participants": 1,
    }


@pytest.mark.parametrize(
    "name",
    [
        "post_contribution",
        "post_argument",
        "post_source",
        "cast_vote",
        "take_back_vote",
        "edit_post",
        "withdraw_post",
    ],
)
@pytest.mark.parametrize(("instant", "code"), [(CLOSES_AT - TICK, None), (CLOSES_AT, "period_closed")])
def test_the_close_is_the_first_instant_outside_the_period(
    scene: Scene, instant: datetime, code: str | None, name: str
) -> None:
    debate, author = scene.town.debate(), scene.town.citizen()
    scene.town.contribution(debate, author)
    scene.world.clock.set(instant)
    problem = scene.attempt(name, author).at(debate_id=debate, number=1).send().json()
    assert problem.get("code") == code
    assert (
        code is None
        or problem["closed_at"] == scene.town.anonymous.get(f"/debates/{debate}").json()["closes_at"]
    )


@pytest.mark.parametrize(("instant", "code"), [(OPENS_AT - TICK, "period_not_open"), (OPENS_AT, None)])
def test_the_opening_is_the_first_instant_of_the_period(
    scene: Scene, instant: datetime, code: str | None
) -> None:
    scene.world.clock.set(OPENS_AT - timedelta(days=1))
    debate, author = scene.town.debate(), scene.town.citizen()
    scene.world.clock.set(instant)
    answer = author.post(f"/debates/{debate}/contributions", CONTRIBUTION)
    assert answer.json().get("code") == code


def test_two_acts_at_one_reading_of_the_clock_follow_each_other(here: World) -> None:
    """Acts never share an instant: at the last microsecond there is room for one."""
    debate, author = here.town.debate(), here.town.citizen()
    here.clock.set(CLOSES_AT - TICK)
    codes = [
        author.post(f"/debates/{debate}/contributions", CONTRIBUTION).json().get("code") for _ in range(2)
    ]
    assert codes == [None, "period_closed"]


def test_staff_are_refused_outside_the_period_like_everybody(scene: Scene) -> None:
    for caller in scene.staff.values():
        answer = caller.post(f"/debates/{scene.closed}/contributions", CONTRIBUTION)
        assert answer.json()["code"] == "period_closed"


@pytest.fixture
def own(town: Town) -> tuple[Caller, str, str]:
    """An author, a debate, and the path of the author's contribution in it."""
    author, debate = town.citizen("autrice"), town.debate()
    return author, debate, f"/debates/{debate}/posts/{town.contribution(debate, author, theme='rues')}"


def test_an_edit_adds_a_revision_and_the_earlier_stays_readable(
    here: World, own: tuple[Caller, str, str]
) -> None:
    author, _, path = own
    here.clock.set(NOW + timedelta(minutes=1))
    author.patch("/me", {"name": "Camille du quai"})
    author.patch(path, {"title": "Planter des haies"})
    items = here.town.anonymous.get(f"{path}/revisions").json()["items"]
    author.patch("/me", {"name": "Camille"})
    assert [(item["revision"], item["current"], item["title"]) for item in items] == [
        (1, False, CONTRIBUTION["title"]),
        (2, True, "Planter des haies"),
    ]
    assert items[0]["author"] != items[1]["author"] == {"name": "Camille du quai", "capacity": None}
    assert items[0]["created_at"] < items[1]["created_at"]
    assert [item["body"] for item in items] == [CONTRIBUTION["body"]] * 2


def test_an_edit_that_changes_nothing_adds_no_revision(town: Town, own: tuple[Caller, str, str]) -> None:
    author, _, path = own
    for body in ({}, {"title": f" {CONTRIBUTION['title']} "}, {"theme": "rues"}):
        answer = author.patch(path, body)
        assert (answer.json()["revision"], answer.json()["receipt"]) == (1, None)
    assert len(town.anonymous.get(f"{path}/revisions").json()["items"]) == 1


def test_what_is_left_out_of_an_edit_stays(own: tuple[Caller, str, str]) -> None:
    author, _, path = own
    edited = author.patch(path, {"body": "Un arbre dans chaque rue, sans exception."}).json()
    assert (edited["title"], edited["theme"]) == (CONTRIBUTION["title"], "rues")


def test_a_null_theme_files_the_post_under_none(own: tuple[Caller, str, str]) -> None:
    author, _, path = own
    assert author.patch(path, {"theme": None}).json()["theme"] is None
    assert author.patch(path, {"theme": "parcs"}).json()["theme"] == "parcs"


def test_an_argument_and_a_source_are_edited_by_their_own_fields(town: Town) -> None:
    debate, author = town.debate(), town.citizen()
    town.contribution(debate, author)
    town.argument(debate, 1, "pro", author)
    author.post(f"/debates/{debate}/contributions/1/sources", SOURCE)
    assert author.patch(f"/debates/{debate}/posts/2", {"body": "Tout autre chose."}).json()["revision"] == 2
    edited = author.patch(
        f"/debates/{debate}/posts/3", {"link": "https://autre.example/", "note": "Une note."}
    )
    assert (edited.json()["link"], edited.json()["note"]) == ("https://autre.example/", "Une note.")
    for number, field in ((2, "title"), (2, "link"), (2, "note"), (2, "theme"), (3, "body"), (3, "theme")):
        value = {"link": "https://autre.example/", "theme": "rues"}.get(field, "Un texte.")
        answer = author.patch(f"/debates/{debate}/posts/{number}", {field: value})
        assert (answer.json()["code"], answer.json()["field"]) == ("field_not_allowed", field)


def test_only_its_author_edits_or_withdraws_a_post(scene: Scene, own: tuple[Caller, str, str]) -> None:
    _, _, path = own
    for caller in (scene.participant, *scene.staff.values()):
        assert caller.patch(path, {"body": CONTRIBUTION["body"]}).json()["code"] == "not_author"
        assert caller.post(f"{path}/withdrawal").json()["code"] == "not_author"


def test_a_withdrawn_post_leaves_a_tombstone_at_its_number(town: Town, own: tuple[Caller, str, str]) -> None:
    author, debate, path = own
    town.argument(debate, 1, "pro")
    withdrawn = author.post(f"{path}/withdrawal").json()
    assert (withdrawn["state"], withdrawn["reason"], withdrawn["kind"]) == (
        "withdrawn",
        "author",
        "contribution",
    )
    for address in (path, f"{path}/revisions"):
        gone = town.anonymous.get(address)
        assert (gone.status_code, gone.json()["code"]) == (410, "post_withdrawn")
        assert gone.json()["since"] == withdrawn["since"]
        assert CONTRIBUTION["body"] not in gone.text
    thread = town.anonymous.get(f"/debates/{debate}/contributions/1").json()
    assert thread["contribution"]["state"] == "withdrawn"
    assert [item["number"] for item in thread["arguments"]["pro"]] == [2], "replies stay"
    listed = town.anonymous.get(f"/debates/{debate}/contributions").json()["items"]
    assert [(item["number"], item["state"]) for item in listed] == [(1, "withdrawn")]


def test_a_withdrawn_reply_stands_in_its_place_and_is_counted_no_more(town: Town) -> None:
    debate, author = town.debate(), town.citizen()
    town.contribution(debate, author)
    town.argument(debate, 1, "pro", author)
    town.argument(debate, 1, "pro", author)
    author.post(f"/debates/{debate}/posts/2/withdrawal")
    thread = town.anonymous.get(f"/debates/{debate}/contributions/1").json()
    assert [(item["number"], item["state"]) for item in thread["arguments"]["pro"]] == [
        (2, "withdrawn"),
        (3, "visible"),
    ]
    assert thread["counts"] == {"pro": 1, "contra": 0, "sources": 0}
    assert counts(town, debate)["arguments_pro"] == 1


def test_a_post_is_withdrawn_once(own: tuple[Caller, str, str]) -> None:
    author, _, path = own
    assert author.post(f"{path}/withdrawal").status_code == 201
    assert author.post(f"{path}/withdrawal").json()["code"] == "post_withdrawn"


def test_nothing_hangs_on_a_tombstone(own: tuple[Caller, str, str]) -> None:
    author, debate, path = own
    author.post(f"{path}/withdrawal")
    for kind, body in (("arguments", ARGUMENT), ("sources", SOURCE)):
        answer = author.post(f"/debates/{debate}/contributions/1/{kind}", body)
        assert answer.json()["code"] == "post_withdrawn"


def test_an_unknown_theme_is_refused_and_said(scene: Scene) -> None:
    answer = scene.attempt("post_contribution").saying(theme="lacs").send()
    assert (answer.json()["code"], answer.json()["theme"]) == ("theme_unknown", "lacs")


def test_the_language_of_a_post_is_the_debates_unless_given(town: Town) -> None:
    debate = town.debate(lang="de")
    number = town.contribution(debate)
    assert read(town, debate, number)["lang"] == "de"


def test_extending_lets_people_go_on_writing(here: World) -> None:
    debate = here.town.debate()
    here.town.organiser.post(f"/debates/{debate}/extension", {"closes_at": LATER, **REASON})
    here.clock.set(CLOSES_AT)
    assert here.town.contribution(debate, here.town.citizen()) == 1
