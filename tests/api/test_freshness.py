"""Who sees a write when: at once whoever wrote, at once every caller with credentials, others in a second."""

from datetime import timedelta

import pytest

from tests.api.bodies import DAY, REASON
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import CLOSES_AT, NOW, OPENS_AT, Caller, Town, rfc3339

TICK = timedelta(microseconds=1)


def titles(caller: Caller, debate: str) -> list[str]:
    return [item["title"] for item in caller.get(f"/debates/{debate}/contributions").json()["items"]]


def test_a_write_is_seen_at_once_by_everybody_on_its_process(town: Town) -> None:
    debate = town.debate()
    assert titles(town.anonymous, debate) == []
    town.contribution(debate, title="Première idée")
    assert titles(town.anonymous, debate) == ["Première idée"]


def test_a_vote_turns_the_documents_that_count_it_at_once(town: Town) -> None:
    debate = town.debate()
    number = town.contribution(debate)
    path = f"/debates/{debate}/contributions/{number}"
    before = town.anonymous.get(path)
    town.citizen().put(f"/debates/{debate}/posts/{number}/vote", {"value": "mixed"})
    after = town.anonymous.get(path)
    assert after.json()["contribution"]["tally"]["mixed"] == 1
    assert after.headers["etag"] != before.headers["etag"]


def test_a_write_elsewhere_is_seen_at_once_by_whoever_shows_credentials(here: World, town: Town) -> None:
    debate, writer = town.debate(), town.citizen()
    neighbour = here.neighbour
    assert titles(neighbour.anonymous, debate) == []
    town.contribution(debate, writer, title="Écrite à côté")
    assert titles(neighbour.as_caller(writer), debate) == ["Écrite à côté"]


def test_a_write_elsewhere_is_seen_by_everybody_within_a_second(here: World, town: Town) -> None:
    debate = town.debate()
    neighbour = here.neighbour
    assert titles(neighbour.anonymous, debate) == []
    town.contribution(debate, title="Écrite à côté")
    neighbour.ticks.step(0.999)
    assert titles(neighbour.anonymous, debate) == [], "trusted for a second, and not a moment less"
    neighbour.ticks.step(0.001)
    assert titles(neighbour.anonymous, debate) == ["Écrite à côté"]


def test_once_somebody_saw_a_write_elsewhere_nobody_is_served_an_older_document(
    here: World, town: Town
) -> None:
    debate, writer = town.debate(), town.citizen()
    neighbour = here.neighbour
    titles(neighbour.anonymous, debate)
    town.contribution(debate, writer, title="Écrite à côté")
    titles(neighbour.as_caller(writer), debate)
    assert titles(neighbour.anonymous, debate) == ["Écrite à côté"]


def test_a_close_elsewhere_refuses_the_next_write_here(here: World, town: Town) -> None:
    debate, writer = town.debate(), town.citizen()
    neighbour = here.neighbour
    titles(neighbour.anonymous, debate)
    town.moderator.post(f"/debates/{debate}/closure", REASON)
    answer = neighbour.as_caller(writer).post(
        f"/debates/{debate}/contributions", {"title": "Trop tard", "body": "Une idée arrivée trop tard."}
    )
    assert answer.json()["code"] == "period_closed"


@pytest.mark.parametrize(
    ("edge", "before", "after"), [(OPENS_AT, "upcoming", "open"), (CLOSES_AT, "open", "closed")]
)
def test_the_phase_turns_document_and_tag_at_the_very_microsecond(
    here: World, edge: object, before: str, after: str
) -> None:
    instant = OPENS_AT if edge == OPENS_AT else CLOSES_AT
    here.clock.set(OPENS_AT - DAY)
    debate = here.town.debate()
    here.clock.set(instant - TICK)
    anonymous = here.town.anonymous
    earlier = [anonymous.get(f"/debates/{debate}") for _ in range(2)]
    here.clock.set(instant)
    with here.statements() as seen:
        later = anonymous.get(f"/debates/{debate}")
    assert [answer.json()["phase"] for answer in (*earlier, later)] == [before, before, after]
    assert earlier[0].headers["etag"] == earlier[1].headers["etag"] != later.headers["etag"]
    assert seen, "the document of the phase before is not sent again"


def test_the_tag_of_the_phase_before_no_longer_answers_304(here: World) -> None:
    debate = here.town.debate()
    here.clock.set(CLOSES_AT - TICK)
    etag = here.town.anonymous.get(f"/debates/{debate}").headers["etag"]
    here.clock.set(CLOSES_AT)
    assert here.town.anonymous.get(f"/debates/{debate}", If_None_Match=etag).status_code == 200


def test_the_list_of_debates_follows_the_phase(here: World) -> None:
    slug, _ = here.organisation()
    assert here.town.anonymous.get(f"/debates?organisation={slug}&phase=open").json()["items"] == []
    debate = here.town.debate()
    path = "/debates?organisation=ville-exemple&limit=100&phase="

    def found(phase: str) -> bool:
        return debate in {item["id"] for item in here.town.anonymous.get(path + phase).json()["items"]}

    assert (found("open"), found("closed"), found("upcoming")) == (True, False, False)
    here.clock.set(CLOSES_AT)
    assert (found("open"), found("closed"), found("upcoming")) == (False, True, False)


def test_a_reopened_debate_is_served_as_open_again(scene: Scene) -> None:
    debate = scene.closed_debate()
    assert scene.town.anonymous.get(f"/debates/{debate}").json()["phase"] == "closed"
    later = rfc3339(NOW + DAY)
    scene.town.organiser.post(f"/debates/{debate}/reopening", {"closes_at": later, **REASON})
    assert scene.town.anonymous.get(f"/debates/{debate}").json()["phase"] == "open"
