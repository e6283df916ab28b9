"""Entity tags, 304, HEAD and what caches are told, also where finished documents leave at once."""

import pytest

from consultation.application.ports import Busy
from tests.api.bodies import NOBODY
from tests.api.operations import HEALTH, OWN, READING, STAFF_READING
from tests.api.scene import Scene, without_id

OF_NONE = {
    *("list_providers", "list_organisations", "get_organisation", "list_debates"),
    "get_organisation_feed",
    "get_moderation_statistics",
}
OF_DEBATES = [name for name in READING if name not in OF_NONE]


@pytest.mark.parametrize("name", READING)
def test_a_second_read_is_the_same_to_the_byte(scene: Scene, name: str) -> None:
    attempt = scene.attempt(name)
    built = attempt.by(scene.participant).send()  # with credentials: through the framework
    first, second = attempt.send(), attempt.send()
    assert built.content == first.content == second.content
    assert without_id(built) == without_id(first) == without_id(second)


@pytest.mark.parametrize("name", OF_DEBATES)
def test_a_finished_document_leaves_without_a_statement(scene: Scene, name: str) -> None:
    attempt = scene.attempt(name)
    first = attempt.send()
    with scene.world.statements() as seen:
        assert attempt.send().content == first.content
        assert attempt.send(If_None_Match=first.headers["etag"]).status_code == 304
    assert seen == []


@pytest.mark.parametrize("name", READING)
def test_the_tag_that_one_has_answers_304(scene: Scene, name: str) -> None:
    attempt = scene.attempt(name)
    etag = attempt.send().headers["etag"]
    for caller in (scene.town.anonymous, scene.participant):
        for known in (etag, f"W/{etag}", f'"other", {etag}', f'"other",W/{etag}', "*"):
            answer = attempt.by(caller).send(If_None_Match=known)
            assert answer.status_code == 304, known
            assert answer.content == b""


@pytest.mark.parametrize("name", READING)
def test_304_repeats_the_headers_that_caches_need_on_both_ways(scene: Scene, name: str) -> None:
    attempt = scene.attempt(name)
    whole = attempt.send()
    at_once = attempt.send(If_None_Match=whole.headers["etag"])
    through = attempt.by(scene.participant).send(If_None_Match=whole.headers["etag"])
    assert without_id(at_once) == without_id(through)
    assert at_once.headers["etag"] == whole.headers["etag"]
    assert at_once.headers["cache-control"] == whole.headers["cache-control"]


@pytest.mark.parametrize("name", READING)
def test_any_other_tag_gets_the_document(scene: Scene, name: str) -> None:
    attempt = scene.attempt(name)
    body = attempt.send().content
    assert body
    for known in ('"other"', "", "other", '"', "W/", ","):
        assert attempt.send(If_None_Match=known).content == body, known


@pytest.mark.parametrize("name", [*READING, *HEALTH, *OWN, *STAFF_READING])
def test_head_is_get_without_the_content(scene: Scene, name: str) -> None:
    attempt = scene.attempt(name)
    get, head = attempt.send(), attempt.send(method="HEAD")
    assert head.status_code == get.status_code
    assert head.content == b""
    assert without_id(head) == without_id(get)


def test_head_of_what_is_not_there_has_no_content_either(scene: Scene) -> None:
    answer = scene.attempt("get_post").at(number=999).send(method="HEAD")
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(("debate", "seconds"), [("upcoming", 1), ("open", 1), ("closed", 60)])
def test_shared_caches_may_hold_a_document_as_long_as_nobody_misses_a_write(
    scene: Scene, debate: str, seconds: int
) -> None:
    answer = scene.attempt("get_debate").at(debate_id=getattr(scene, debate)).send()
    assert answer.headers["cache-control"] == f"public, max-age=0, s-maxage={seconds}, must-revalidate"


def test_documents_of_two_debates_never_share_a_tag_and_an_address(scene: Scene) -> None:
    attempt = scene.attempt("get_debate")
    one, other = attempt.send(), attempt.at(debate_id=scene.closed).send()
    assert one.headers["etag"] != other.headers["etag"]


def test_each_query_is_a_document_of_its_own(scene: Scene) -> None:
    attempt = scene.attempt("list_arguments")
    sides = {side: attempt.asking(f"side={side}").send().json()["items"] for side in ("pro", "contra")}
    assert [{item["side"] for item in items} for items in sides.values()] == [{"pro"}, {"contra"}]


@pytest.mark.parametrize("number", [1, 2, 3, 99])
def test_the_short_way_to_a_thread_answers_what_the_route_answers(scene: Scene, number: int) -> None:
    for debate in (scene.open, scene.tombstones, scene.closed, scene.draft, NOBODY):
        attempt = scene.attempt("get_thread").at(debate_id=debate, number=number)
        scene.world.forget_documents()
        at_once = attempt.send()
        scene.world.forget_documents()
        through = attempt.by(scene.participant).send()
        assert at_once.content == through.content
        assert without_id(at_once) == without_id(through)


def test_a_fault_on_the_short_way_is_a_problem_like_any_other(scene: Scene) -> None:
    scene.world.forget_documents()
    attempt = scene.attempt("get_thread")
    with scene.world.failing(RuntimeError("a fault of ours")):
        answer = attempt.send()
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    with scene.world.failing(Busy()):
        answer = attempt.send()
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")


def test_a_refused_address_is_not_kept_as_a_document(scene: Scene) -> None:
    attempt = scene.attempt("get_post").at(debate_id=scene.closed, number=7)
    assert [attempt.send().status_code for _ in range(2)] == [404, 404]
