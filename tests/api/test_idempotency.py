"""A call with an Idempotency-Key happens once, however often it is sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from tests.api.bodies import DAY, REASON
from tests.api.operations import MEMBERS, ORGANISATIONS, RUNNING, TAKING_PART
from tests.api.scene import Scene, without_id
from tests.api.worlds import World
from tests.builders import CLOSES_AT, CONTRIBUTION, NOW, Town, rfc3339

KEYED = ("change_me", *TAKING_PART, *RUNNING, *MEMBERS, *ORGANISATIONS)


def length(town: Town, debate: str) -> int:
    return int(town.anonymous.get(f"/debates/{debate}").json()["journal_length"])


@pytest.mark.parametrize("name", KEYED)
def test_the_first_answer_is_sent_again(scene: Scene, name: str) -> None:
    attempt, key = scene.fresh(name), scene.world.name()
    first, second = (attempt.send(Idempotency_Key=key) for _ in range(2))
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert without_id(second) == {**without_id(first), "idempotent-replayed": "true"}


def test_the_repeated_call_does_nothing(here: World, town: Town) -> None:
    debate, author, key = town.debate(), town.citizen(), here.name()
    for _ in range(3):
        author.post(f"/debates/{debate}/contributions", CONTRIBUTION, Idempotency_Key=key)
    assert length(town, debate) == 3  # created, published, posted


def test_without_a_key_every_call_counts(town: Town) -> None:
    debate, author = town.debate(), town.citizen()
    numbers = [town.contribution(debate, author) for _ in range(2)]
    assert numbers == [1, 2]


def test_the_same_key_with_another_body_is_refused(here: World, town: Town) -> None:
    debate, author, key = town.debate(), town.citizen(), here.name()
    path = f"/debates/{debate}/contributions"
    author.post(path, CONTRIBUTION, Idempotency_Key=key)
    answer = author.post(path, CONTRIBUTION | {"title": "Autre chose"}, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert length(town, debate) == 3


def test_the_same_key_on_another_address_is_refused(here: World, town: Town) -> None:
    debate, author, key = town.debate(), town.citizen(), here.name()
    first, second = (f"/debates/{debate}/posts/{town.contribution(debate)}/vote" for _ in range(2))
    author.put(first, {"value": "agree"}, Idempotency_Key=key)
    answer = author.put(second, {"value": "agree"}, Idempotency_Key=key)
    assert answer.json()["code"] == "idempotency_key_reused"


def test_the_same_key_with_another_query_is_refused(scene: Scene) -> None:
    attempt, key = scene.fresh("remove_member"), scene.world.name()
    attempt.asking("role=organiser").send(Idempotency_Key=key)
    answer = attempt.send(Idempotency_Key=key)
    assert answer.json()["code"] == "idempotency_key_reused", "to take all roles is another call"


def test_two_people_may_use_the_same_key(here: World, town: Town) -> None:
    debate, key = town.debate(), here.name()
    numbers = [
        town.citizen(name)
        .post(f"/debates/{debate}/contributions", CONTRIBUTION, Idempotency_Key=key)
        .json()["number"]
        for name in ("camille", "dominique")
    ]
    assert numbers == [1, 2]


def test_an_answer_is_repeated_for_24_hours_and_not_a_microsecond_longer(here: World, town: Town) -> None:
    debate, author, key = town.debate(), town.citizen(), here.name()
    town.contribution(debate, author)
    replayed = []
    for age in (timedelta(0), DAY - timedelta(microseconds=1), DAY):
        here.clock.set(NOW + age)
        answer = author.put(f"/debates/{debate}/posts/1/vote", {"value": "agree"}, Idempotency_Key=key)
        replayed.append(answer.headers.get("idempotent-replayed"))
    assert replayed == [None, "true", None]


def test_a_key_that_ran_out_is_kept_anew(here: World, town: Town) -> None:
    debate, author, key = town.debate(), town.citizen(), here.name()
    path = f"/debates/{debate}/contributions"
    author.post(path, CONTRIBUTION, Idempotency_Key=key)
    here.clock.set(NOW + DAY)
    answers = [author.post(path, CONTRIBUTION, Idempotency_Key=key) for _ in range(2)]
    assert answers[0].content == answers[1].content


def test_a_refused_answer_is_not_kept(here: World, town: Town) -> None:
    author, key = town.citizen(), here.name()
    debate = town.debate(opens_at=rfc3339(NOW + DAY))
    path = f"/debates/{debate}/contributions"
    assert author.post(path, CONTRIBUTION, Idempotency_Key=key).json()["code"] == "period_not_open"
    here.clock.set(NOW + DAY)
    assert author.post(path, CONTRIBUTION, Idempotency_Key=key).status_code == 201


def test_an_answer_is_repeated_after_the_close_for_it_was_accepted_before(here: World, town: Town) -> None:
    debate, author, key = town.debate(), town.citizen(), here.name()
    here.clock.set(CLOSES_AT - timedelta(microseconds=1))
    path = f"/debates/{debate}/contributions"
    first = author.post(path, CONTRIBUTION, Idempotency_Key=key)
    here.clock.set(CLOSES_AT)
    assert author.post(path, CONTRIBUTION, Idempotency_Key=key).content == first.content
    assert author.post(path, CONTRIBUTION).json()["code"] == "period_closed"


def test_an_answer_is_repeated_by_another_process(here: World, town: Town) -> None:
    debate, author, key = town.debate(), town.citizen(), here.name()
    path = f"/debates/{debate}/contributions"
    first = author.post(path, CONTRIBUTION, Idempotency_Key=key)
    again = here.neighbour.as_caller(author).post(path, CONTRIBUTION, Idempotency_Key=key)
    assert again.content == first.content


def test_the_same_call_sent_at_once_makes_one_post(here: World, town: Town) -> None:
    debate, author, key = town.debate(), town.citizen(), here.name()
    start = Barrier(4)

    def post(_: int) -> bytes:
        start.wait()
        answer = author.post(f"/debates/{debate}/contributions", CONTRIBUTION, Idempotency_Key=key)
        assert answer.status_code == 201, answer.text
        return answer.content

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(post, range(4)))
    assert len(answers) == 1
    assert length(town, debate) == 3


def test_a_key_is_up_to_255_visible_ascii_characters(here: World, scene: Scene) -> None:
    attempt = scene.attempt("change_me")
    longest = here.name() + "!~" * 127
    assert attempt.send(Idempotency_Key=longest[:255]).status_code == 200
    for unfit in (longest[:256].ljust(256, "x"), "", "two words", "tab\there"):
        answer = attempt.send(Idempotency_Key=unfit)
        assert answer.json()["code"] == "malformed", unfit
        assert answer.json()["errors"][0]["pointer"] == "#/header/Idempotency-Key"


def test_a_key_on_a_read_means_nothing(here: World, town: Town) -> None:
    debate, key = town.debate(), here.name()
    town.anonymous.get(f"/debates/{debate}", Idempotency_Key=key)
    answer = town.moderator.post(f"/debates/{debate}/closure", REASON, Idempotency_Key=key)
    assert answer.status_code == 201
