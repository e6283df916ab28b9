"""What is asked for most is recognised at the edge, and is what the route answers, to the byte."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from sqlalchemy import event

from consultation.api.hot import recognise
from tests.api.scene import Scene, without_id
from tests.api.worlds import World
from tests.builders import Town

D: Final = "/debates/{debate}/contributions"
CANONICAL: Final = [
    D,
    f"{D}?limit=1",
    f"{D}?limit=100",
    *(f"{D}?sort={sort}" for sort in ("newest", "oldest", "most_voted", "most_agreed", "most_discussed")),
    f"{D}?limit=2&sort=oldest",
    f"{D}?sort=most_voted&limit=1",
    f"{D}/{{number}}",
    f"{D}/{{number}}/arguments",
    f"{D}/{{number}}/arguments?limit=1&sort=most_supported",
    f"{D}/{{number}}/arguments?sort=newest",
]
OTHERWISE: Final = [
    f"{D}?limit=0",
    f"{D}?limit=101",
    f"{D}?limit=1000",
    f"{D}?limit=-1",
    f"{D}?limit=%31",
    f"{D}?limit=1&limit=2",
    f"{D}?sort=random",
    f"{D}?sort=sideways",
    f"{D}?cursor=nonsense",
    f"{D}?q=arbre",
    f"{D}?render=html",
    f"{D}?limit",
    f"{D}?&limit=1",
    f"{D}?limit=1&",
    f"{D}/",
    f"{D}/0",
    f"{D}/01",
    f"{D}/{{number}}?limit=1",
    f"{D}/{{number}}?render=html",
    f"{D}/{{number}}/arguments?side=pro",
    f"{D}/{{number}}/arguments/",
    f"{D}/{{number}}/sources",
    f"{D}/{{argument}}",
    f"{D}/999999",
    f"{D}/999999/arguments",
]


def address(scene: Scene, template: str) -> str:
    return template.format(debate=scene.open, number=1, argument=2)


def recognised(path: str) -> bool:
    raw_path, _, query = f"/api/v1{path}".partition("?")
    return recognise((raw_path.encode(), query.encode())) is not None


def answers(scene: Scene, path: str) -> list[Any]:
    """The answer as the edge gives it to anybody, and as the route gives it to whoever shows a token."""
    found = []
    for caller in (scene.town.anonymous, scene.participant):
        scene.world.forget_documents()
        found.append(caller.get(path))
    return found


@pytest.mark.parametrize("template", CANONICAL)
def test_the_edge_and_the_route_answer_alike(scene: Scene, template: str) -> None:
    path = address(scene, template)
    assert recognised(path)
    edge, route = answers(scene, path)
    assert edge.status_code == 200
    assert edge.content == route.content
    assert without_id(edge) == without_id(route)


@pytest.mark.parametrize("template", OTHERWISE)
def test_every_other_form_is_answered_by_the_route(scene: Scene, template: str) -> None:
    path = address(scene, template)
    edge, route = answers(scene, path)
    assert edge.status_code == route.status_code
    assert edge.content == route.content


def test_the_next_pages_are_recognised_too(scene: Scene) -> None:
    path = f"/debates/{scene.open}/contributions?limit=1"
    while path:
        assert recognised(path)
        edge, route = answers(scene, path)
        assert edge.content == route.content
        assert edge.headers.get("link") == route.headers.get("link")
        link = edge.headers.get("link", "")
        path = link[link.find("<") + 1 : link.find(">")].removeprefix("/api/v1")


@contextmanager
def acting_before(world: World, beginning: str, town: Town, debate: str, number: int) -> Iterator[None]:
    """Somebody votes through another process just before the first statement that begins so."""
    voter = world.neighbour.as_caller(town.citizen())
    left = [voter]

    def act(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if left and statement.startswith(beginning):
            left.pop().put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})

    engines = world.engines()
    for engine in engines:
        event.listen(engine, "before_cursor_execute", act)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", act)
    assert not left, "nobody voted"


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "/{number}",
        "?limit=5",
        "?sort=most_voted",
        "?theme=rues",
        "/{number}/arguments",
        "/{number}/sources",
    ],
)
def test_who_acts_while_a_document_is_read_does_not_mix_two_versions(
    here: World, town: Town, rest: str
) -> None:
    """One tag is one text: the version is read first, the posts after it, and somebody votes between."""
    debate = town.debate()
    number = town.contribution(debate)
    path = f"/debates/{debate}/contributions" + rest.format(number=number)

    def read() -> tuple[str, bytes]:
        here.forget_documents()
        answer = town.anonymous.get(path)
        return answer.headers["etag"], answer.content

    before = read()
    with acting_before(here, "SELECT posts.number", town, debate, number):
        meanwhile = read()
    assert meanwhile in (before, read())


def test_a_post_that_overtakes_a_page_while_it_is_read_is_not_lost_from_it(here: World, town: Town) -> None:
    """The second page by votes is read while its one contribution gets a vote and goes to the first."""
    debate = town.debate()
    first, second = town.contribution(debate), town.contribution(debate)
    for voter in (town.citizen("un"), town.citizen("deux")):
        voter.put(f"/debates/{debate}/posts/{first}/vote", {"value": "agree"})
    town.citizen("un").put(f"/debates/{debate}/posts/{second}/vote", {"value": "agree"})
    path = f"/debates/{debate}/contributions?sort=most_voted&limit=1"
    path += f"&cursor={town.anonymous.get(path).json()['next_cursor']}"

    def read() -> tuple[str, list[int]]:
        here.forget_documents()
        answer = town.anonymous.get(path)
        return answer.headers["etag"], [item["number"] for item in answer.json()["items"]]

    before = read()
    with acting_before(here, "SELECT posts.number", town, debate, second):
        meanwhile = read()
    assert before[1] == [second]
    assert meanwhile in (before, read())
