"""An organisation's own words for reasons of moderation, wherever a post was hidden for one of them."""

from dataclasses import dataclass
from typing import Any, Final

import pytest

from consultation.domain.actors import Role
from tests.api.bodies import DEBATE, RULING
from tests.api.worlds import World
from tests.builders import Caller

OWN: Final = "Contraire à l’article 4 de notre charte."
OTHER: Final = "Contraire à l’article 7 de notre charte."


@dataclass(frozen=True)
class Place:
    """A debate of an organisation of its own, with a contribution and a hidden argument under it."""

    here: World
    slug: str
    debate: str
    case: str
    author: Caller
    staff: dict[Role, Caller]
    thread: int = 1
    hidden: int = 2

    def word(self, charter: str) -> None:
        """Give the category other words; an empty text gives it back the usual ones."""
        changed = self.staff[Role.ADMINISTRATOR].patch(
            f"/organisations/{self.slug}", {"reasons": {"charter": charter}}
        )
        assert changed.status_code == 200, changed.text

    def tombstone(self, caller: Caller) -> dict[str, Any]:
        """What stands in the place of the argument, in its thread."""
        thread = caller.get(f"/debates/{self.debate}/contributions/{self.thread}").json()
        (gone,) = thread["arguments"]["pro"]
        return dict(gone)


@pytest.fixture
def place(here: World) -> Place:
    slug, staff = here.organisation()
    made = staff[Role.ORGANISER].post(f"/organisations/{slug}/debates", DEBATE).json()["id"]
    staff[Role.ORGANISER].post(f"/debates/{made}/publication")
    author = here.town.citizen(here.name())
    number = here.town.contribution(made, author)
    argument = here.town.argument(made, number, caller=author)
    here.town.citizen(here.name()).post(f"/debates/{made}/posts/{argument}/reports", {"reason": "charter"})
    queue = f"/organisations/{slug}/moderation/cases"
    (case,) = staff[Role.MODERATOR].get(queue).json()["items"]
    staff[Role.MODERATOR].post(f"{queue}/{case['id']}/decisions", RULING)
    return Place(here, slug, made, case["id"], author, staff)


def test_a_tombstone_bears_the_words_of_the_organisation_beside_the_category(place: Place) -> None:
    usual = place.tombstone(place.author)
    assert (usual["reason"], usual["reason_words"]) == ("charter", None)
    place.word(OWN)
    debate = f"/debates/{place.debate}"
    found = [
        place.tombstone(place.author),
        *place.author.get(f"{debate}/contributions/{place.thread}/arguments").json()["items"],
        place.author.get("/me/posts").json()["items"][0],
    ]
    assert [(one["number"], one["reason"], one["reason_words"]) for one in found] == [
        (place.hidden, "charter", OWN)
    ] * 3
    place.word("")
    assert place.tombstone(place.author)["reason_words"] is None


def test_what_a_tombstone_refuses_is_said_in_these_words_and_the_category_stays(place: Place) -> None:
    path = f"/debates/{place.debate}/posts/{place.hidden}"
    french = {"Accept_Language": "fr"}
    usual = place.author.get(path, **french).json()
    assert "pour le motif suivant\u202f: charte du débat." in usual["detail"]
    place.word(OWN)
    for answer in (
        place.author.get(path, **french),
        place.author.put(f"{path}/vote", {"value": "support"}, **french),
        place.author.post(f"{path}/withdrawal", **french),
    ):
        problem = answer.json()
        assert (problem["status"], problem["code"]) == (410, "post_hidden")
        assert (problem["reason"], problem["reason_words"]) == ("charter", OWN)
        assert f"pour le motif suivant\u202f: {OWN} Son numéro" in problem["detail"]


def test_other_words_are_shown_by_every_process_within_a_second_and_under_another_tag(place: Place) -> None:
    place.word(OWN)
    here = place.here
    processes = (here.process, here.neighbour)
    thread = f"/debates/{place.debate}/contributions/{place.thread}"
    page = f"/{place.slug}/{here.town.anonymous.get(f'/debates/{place.debate}').json()['slug']}/1"
    for process in processes:
        process.ticks.step(1.0)
    before = [process.anonymous.get(thread) for process in processes]
    assert all(process.client.get(page).text.count(OWN.removesuffix(".")) == 1 for process in processes)
    assert [one.json()["arguments"]["pro"][0]["reason_words"] for one in before] == [OWN] * 2

    place.word(OTHER)
    for process, old in zip(processes, before, strict=True):
        process.ticks.step(1.0)
        after = process.anonymous.get(thread, If_None_Match=old.headers["etag"])
        assert after.status_code == 200, "the tag of the old words is no tag of the new ones"
        assert after.json()["arguments"]["pro"][0]["reason_words"] == OTHER
        shown = process.client.get(page).text
        assert OTHER.removesuffix(".") in shown
        assert OWN.removesuffix(".") not in shown


def test_words_cost_a_thread_no_statement_whether_or_not_there_are_any(place: Place) -> None:
    thread = f"/debates/{place.debate}/contributions/{place.thread}"
    counted = []
    for charter in ("", OWN):
        place.word(charter)
        place.here.process.ticks.step(1.0)
        place.here.forget_documents()
        with place.here.statements() as cold:
            place.here.town.anonymous.get(thread)
        place.here.process.ticks.step(1.0)
        with place.here.statements() as warm:
            place.here.town.anonymous.get(thread)
        counted.append((len(cold), len(warm)))
    assert counted == [(2, 1), (2, 1)]


def test_the_tag_to_edit_by_that_an_act_answers_with_is_that_of_reading_the_post(place: Place) -> None:
    place.word(OWN)
    path = f"/debates/{place.debate}/posts/{place.thread}"
    edited = place.author.patch(path, {"title": "Planter des tilleuls"})
    assert edited.headers["etag"] == place.author.get(path).headers["etag"]


def test_staff_read_the_statement_in_these_words(place: Place) -> None:
    place.word(OWN)
    moderator = place.staff[Role.MODERATOR]
    case = moderator.get(f"/organisations/{place.slug}/moderation/cases/{place.case}").json()
    (decision,) = case["decisions"]
    assert (decision["reason"], decision["reason_words"]) == ("charter", OWN)
