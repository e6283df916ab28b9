"""An edit with If-Match changes the text that its author read, or nothing."""

import pytest

from tests.api.worlds import World
from tests.builders import Caller, Town

NEW = {"body": "Un arbre dans chaque rue, sans exception."}
NEWER = {"body": "Deux arbres dans chaque rue, sans exception."}


@pytest.fixture
def own(town: Town) -> tuple[Caller, str]:
    """An author, and the path of the author's post."""
    author, debate = town.citizen(), town.debate()
    return author, f"/debates/{debate}/posts/{town.contribution(debate, author)}"


def test_the_tag_of_a_read_edits(town: Town, own: tuple[Caller, str]) -> None:
    author, path = own
    etag = town.anonymous.get(path).headers["etag"]
    assert author.patch(path, NEW, If_Match=etag).json()["revision"] == 2


def test_the_tag_of_the_thread_edits_its_contribution(town: Town, own: tuple[Caller, str]) -> None:
    author, path = own
    etag = town.anonymous.get(path.replace("/posts/", "/contributions/")).headers["etag"]
    assert author.patch(path, NEW, If_Match=etag).status_code == 200


def test_the_tag_of_the_post_as_it_was_answered_edits(town: Town) -> None:
    author, debate = town.citizen(), town.debate()
    body = {"title": "Planter", "body": "Un arbre dans chaque rue."}
    posted = author.post(f"/debates/{debate}/contributions", body)
    path = f"/debates/{debate}/posts/{posted.json()['number']}"
    edited = author.patch(path, NEW, If_Match=posted.headers["etag"])
    assert edited.status_code == 200
    assert author.patch(path, NEWER, If_Match=edited.headers["etag"]).json()["revision"] == 3


def test_the_tag_of_a_write_is_that_of_the_next_read(town: Town, own: tuple[Caller, str]) -> None:
    author, path = own
    edited = author.patch(path, NEW)
    assert town.anonymous.get(path).headers["etag"] == edited.headers["etag"]


def test_a_tag_weakened_on_its_way_edits(town: Town, own: tuple[Caller, str]) -> None:
    """Proxies that compress weaken tags; ours stand for the text and lose nothing by it."""
    author, path = own
    etag = town.anonymous.get(path).headers["etag"]
    assert author.patch(path, NEW, If_Match=f"W/{etag}").status_code == 200


def test_a_star_edits_whatever_stands(own: tuple[Caller, str]) -> None:
    author, path = own
    assert author.patch(path, NEW, If_Match="*").status_code == 200


def test_without_a_tag_whatever_stands_is_edited(own: tuple[Caller, str]) -> None:
    author, path = own
    assert author.patch(path, NEW).status_code == 200


def test_the_tag_of_an_earlier_text_is_refused_with_the_revision_that_stands(
    town: Town, own: tuple[Caller, str]
) -> None:
    author, path = own
    etag = town.anonymous.get(path).headers["etag"]
    author.patch(path, NEW)
    answer = author.patch(path, NEWER, If_Match=etag)
    assert (answer.status_code, answer.json()["code"]) == (412, "revision_outdated")
    assert answer.json()["revision"] == 2
    assert town.anonymous.get(path).json()["body"] == NEW["body"]


def test_a_tag_stands_as_long_as_the_text_whatever_happens_around_it(
    here: World, town: Town, own: tuple[Caller, str]
) -> None:
    author, path = own
    etag = town.anonymous.get(path).headers["etag"]
    town.citizen("dominique").put(f"{path}/vote", {"value": "agree"})
    assert town.anonymous.get(path).headers["etag"] != etag, "for caches it is another document"
    assert author.patch(path, NEW, If_Match=etag).status_code == 200


@pytest.mark.parametrize(
    "foreign",
    ['"abc"', '""', "1", '"1"', 'W/"x-1"', '"-1-2-open-0"', '"1-2', '"9999999999-1-open-0"', '"0-1-open-0"'],
)
def test_a_foreign_tag_is_refused(own: tuple[Caller, str], foreign: str) -> None:
    author, path = own
    answer = author.patch(path, NEW, If_Match=foreign)
    assert (answer.status_code, answer.json()["code"]) == (412, "revision_outdated")


def test_one_of_several_tags_is_enough(town: Town, own: tuple[Caller, str]) -> None:
    author, path = own
    etag = town.anonymous.get(path).headers["etag"]
    assert author.patch(path, NEW, If_Match=f'"other", {etag}').status_code == 200
