"""Lists page by keys: every item once, whatever is written meanwhile, and no cursor does harm."""

import base64
from typing import Any

import orjson
import pytest

from consultation.application.readers import ContributionSort, ReplySort
from consultation.domain.actors import Role
from tests.api.bodies import DEBATE, NOBODY
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import Caller, Town

SEEDS = (0, 1, 7, 2**31 - 1)
ORDERS = [
    *(f"sort={sort}" for sort in ContributionSort if sort is not ContributionSort.RANDOM),
    *(f"sort=random&seed={seed}" for seed in SEEDS),
]


@pytest.fixture(scope="session")
def crowd(shared_world: World) -> str:
    """A debate of 13 contributions with unequal votes and arguments; 1 has seven replies of each kind."""
    shared_world.reset()
    town = shared_world.town
    debate, author = town.debate(), town.citizen("autrice")
    for number in range(1, 14):
        town.contribution(
            debate, author, title=f"Idée numéro {number}", theme="rues" if number % 2 else "parcs"
        )
    voters = [town.citizen(f"votante-{index}") for index in range(3)]
    for number, votes in {2: "aad", 3: "aa", 5: "ddd", 7: "am", 8: "aaa", 9: "d", 11: "aa"}.items():
        for voter, vote in zip(voters, votes, strict=False):
            value = {"a": "agree", "d": "disagree", "m": "mixed"}[vote]
            voter.put(f"/debates/{debate}/posts/{number}/vote", {"value": value})
    for number in (4, 4, 4, 6, 6, 10, 13):
        town.argument(debate, number, "contra", author)
    for index in range(7):
        reply = town.argument(debate, 1, "pro", author)
        town.argument(debate, 1, "contra", author)
        author.post(
            f"/debates/{debate}/contributions/1/sources",
            {"title": f"Source {index}", "link": f"https://example.org/{index}"},
        )
        for voter in voters[: index % 3]:
            voter.put(f"/debates/{debate}/posts/{reply}/vote", {"value": "support"})
    author.post(f"/debates/{debate}/posts/12/withdrawal")
    return debate


def pages(caller: Caller, path: str, limit: int) -> list[list[Any]]:
    """All pages of a list, by its cursors."""
    found: list[list[Any]] = []
    cursor = ""
    mark = "&" if "?" in path else "?"
    while len(found) < 100:
        page = caller.get(f"{path}{mark}limit={limit}{cursor}").json()
        found.append(page["items"])
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"
    pytest.fail("the pages never end")


def numbers(found: list[list[Any]]) -> list[int]:
    return [item["number"] for page in found for item in page]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 5])
def test_every_contribution_comes_once_in_the_order_asked_for(
    town: Town, crowd: str, order: str, limit: int
) -> None:
    path = f"/debates/{crowd}/contributions?{order}"
    found = numbers(pages(town.anonymous, path, limit))
    assert sorted(found) == list(range(1, 14))
    assert found == numbers(pages(town.anonymous, path, 100)), "the page's length changes no order"


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("newest", [13, 12, 11]),
        ("oldest", [1, 2, 3]),
        ("most_voted", [8, 5, 2, 11, 7, 3, 9]),
        ("most_agreed", [8, 11, 3, 7, 2]),
        ("most_discussed", [1, 4, 6, 13, 10]),
    ],
)
def test_ties_go_to_the_higher_number(town: Town, crowd: str, order: str, first: list[int]) -> None:
    items = town.anonymous.get(f"/debates/{crowd}/contributions?sort={order}").json()["items"]
    assert [item["number"] for item in items][: len(first)] == first


def test_the_seed_chooses_the_random_order(town: Town, crowd: str) -> None:
    paths = [f"/debates/{crowd}/contributions?sort=random&seed={seed}" for seed in range(12)]
    orders = {tuple(numbers(pages(town.anonymous, path, 100))) for path in paths}
    assert len(orders) > 6


@pytest.mark.parametrize("sort", list(ReplySort))
@pytest.mark.parametrize("replies", ["arguments", "arguments?side=pro", "arguments?side=contra", "sources"])
def test_every_reply_comes_once(town: Town, crowd: str, sort: str, replies: str) -> None:
    mark = "&" if "?" in replies else "?"
    path = f"/debates/{crowd}/contributions/1/{replies}{mark}sort={sort}"
    found = numbers(pages(town.anonymous, path, 3))
    assert len(found) == len(set(found)) == (14 if replies == "arguments" else 7)
    assert found == numbers(pages(town.anonymous, path, 100))


def test_the_most_supported_replies_come_first(town: Town, crowd: str) -> None:
    path = f"/debates/{crowd}/contributions/1/arguments?side=pro&sort=most_supported"
    supports = [item["support"] for item in town.anonymous.get(path).json()["items"]]
    assert supports == sorted(supports, reverse=True)
    assert supports[0] > supports[-1]


def test_the_journal_pages_by_sequence(town: Town, crowd: str) -> None:
    path, sequences = f"/debates/{crowd}/journal?limit=10", []
    after: str | None = "0"
    while after is not None:
        page = town.anonymous.get(f"{path}&after={after}").json()
        sequences += [entry["sequence"] for entry in page["items"]]
        after = page["next_cursor"]
    assert sequences == list(range(1, len(sequences) + 1))


def test_organisations_page_oldest_first(here: World, town: Town) -> None:
    made = [here.organisation()[0] for _ in range(3)]
    slugs = [item["slug"] for page in pages(town.anonymous, "/organisations", 2) for item in page]
    assert [slug for slug in slugs if slug in made] == made
    assert len(set(slugs)) == len(slugs)


def test_debates_page_newest_first(here: World, town: Town) -> None:
    slug, staff = here.organisation()
    made = []
    for number in range(5):
        draft = staff[Role.ORGANISER].post(
            f"/organisations/{slug}/debates", DEBATE | {"slug": f"debat-{number}"}
        )
        made.append(draft.json()["id"])
        staff[Role.ORGANISER].post(f"/debates/{made[-1]}/publication")
    found = [
        item["id"] for page in pages(town.anonymous, f"/debates?organisation={slug}", 2) for item in page
    ]
    assert found == made[::-1]


def test_own_posts_page_newest_debate_first(here: World, town: Town) -> None:
    author, debates = town.citizen(here.name()), [town.debate(), town.debate()]
    for debate in debates * 3:
        town.contribution(debate, author)
    found = [(item["debate"], item["number"]) for page in pages(author, "/me/posts", 4) for item in page]
    assert found == [(debate, number) for debate in debates[::-1] for number in (3, 2, 1)]


@pytest.mark.parametrize("order", ["newest", "oldest", "most_voted", "random"])
def test_what_is_written_between_two_pages_repeats_and_hides_nothing(town: Town, order: str) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    before = [town.contribution(debate, author) for _ in range(5)]
    path = f"/debates/{debate}/contributions?sort={order}&limit=2"
    first = town.anonymous.get(path).json()
    town.contribution(debate, author)
    author.post(f"/debates/{debate}/posts/{first['items'][0]['number']}/withdrawal")
    found = [item["number"] for item in first["items"]]
    cursor = first["next_cursor"]
    while cursor is not None:
        page = town.anonymous.get(f"{path}&cursor={cursor}").json()
        found += [item["number"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert len(set(found)) == len(found)
    assert set(before) <= set(found)


def test_the_link_header_leads_to_the_next_page_and_keeps_the_query(town: Town, crowd: str) -> None:
    path = f"/debates/{crowd}/contributions?theme=rues&sort=oldest&limit=4"
    first = town.anonymous.get(path)
    target = first.headers["link"].removeprefix("<").removesuffix('>; rel="next"')
    assert target.startswith(f"/api/v1/debates/{crowd}/contributions?")
    second = town.anonymous.client.get(target)
    assert [item["number"] for item in second.json()["items"]] == [9, 11, 13]
    assert second.json()["next_cursor"] is None
    assert "link" not in second.headers


def test_the_link_header_of_the_journal_says_after(town: Town, crowd: str) -> None:
    first = town.anonymous.get(f"/debates/{crowd}/journal?limit=2&after=3")
    target = first.headers["link"].removeprefix("<").removesuffix('>; rel="next"')
    assert town.anonymous.client.get(target).json()["items"][0]["sequence"] == 6


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1e2", "x", "", "99999999999999999999"])
def test_a_limit_is_from_1_to_100(scene: Scene, limit: str) -> None:
    for name in (
        "list_contributions",
        "list_arguments",
        "list_debates",
        "list_organisations",
        "list_my_posts",
    ):
        answer = scene.attempt(name).asking(f"limit={limit}").send()
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), name


def test_twenty_items_make_a_page_unless_asked_otherwise(town: Town) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    for _ in range(21):
        town.contribution(debate, author)
    assert len(town.anonymous.get(f"/debates/{debate}/contributions").json()["items"]) == 20


def cursor(*parts: Any) -> str:
    """A cursor as the service would write it, of anything."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


NO_CURSORS = {
    "nonsense": "nonsense",
    "empty": "",
    "not base64": "%C3%A9%C3%A9",
    "not JSON": base64.urlsafe_b64encode(b"{").decode(),
    "a deep pit": "W" * 500,
    "not a list": base64.urlsafe_b64encode(b"5").decode(),
    "an object": base64.urlsafe_b64encode(b'{"newest":1}').decode(),
    "no position": cursor("newest"),
    "another length": cursor("newest", 1, 2),
    "another sort": cursor("oldest", 5),
    "another list": cursor("debates", 5),
    "a text": cursor("newest", "5"),
    "a fraction": cursor("newest", 1.5),
    "a truth": cursor("newest", *[True]),
    "nothing": cursor("newest", None),
    "larger than a key": cursor("newest", 2**63),
    "far too large": base64.urlsafe_b64encode(b'["newest",' + b"9" * 60 + b"]").decode(),
}


@pytest.mark.parametrize("name", NO_CURSORS)
def test_what_is_no_cursor_of_the_list_is_refused(scene: Scene, name: str) -> None:
    answer = scene.attempt("list_contributions").asking(f"cursor={NO_CURSORS[name]}").send()
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")


def test_a_cursor_that_is_too_long_is_malformed(scene: Scene) -> None:
    answer = scene.attempt("list_contributions").asking("cursor=" + "W" * 501).send()
    assert answer.json()["code"] == "malformed"


def test_the_cursor_of_one_random_order_is_refused_by_another(scene: Scene, crowd: str) -> None:
    attempt = scene.attempt("list_contributions").at(debate_id=crowd)
    page = attempt.asking("sort=random&seed=1&limit=3").send().json()
    for query in ("sort=random&seed=2", "sort=newest", "sort=most_voted"):
        answer = attempt.asking(f"{query}&cursor={page['next_cursor']}").send()
        assert answer.json()["code"] == "cursor_invalid", query


@pytest.mark.parametrize("position", [-1, 0, 2**31, 2**63 - 1, -(2**63) + 1])
@pytest.mark.parametrize("sort", ["newest", "oldest", "most_voted", "most_agreed"])
def test_a_made_up_position_gets_a_page_and_no_fault(scene: Scene, sort: str, position: int) -> None:
    places = [position] if sort in {"newest", "oldest"} else [position, position]
    answer = scene.attempt("list_contributions").asking(f"sort={sort}&cursor={cursor(sort, *places)}").send()
    assert answer.status_code == 200


@pytest.mark.parametrize("lap", [-(2**63) + 1, -1, 2, 2**63 - 1])
def test_a_made_up_lap_of_the_random_order_is_refused(scene: Scene, lap: int) -> None:
    query = f"sort=random&seed=0&cursor={cursor('random:0', lap, 0, 0)}"
    answer = scene.attempt("list_contributions").asking(query).send()
    assert answer.json().get("code") == "cursor_invalid"


def test_a_cursor_holds_no_internal_key(scene: Scene) -> None:
    """Internal keys never leave: what pages debates and own posts says when, or a public id."""
    scene.world.organisation()
    listed = scene.attempt("list_debates").asking("limit=1").send().json()["next_cursor"]
    assert not any(isinstance(part, int) for part in orjson.loads(base64.urlsafe_b64decode(listed + "==")))


def test_a_list_of_nothing_is_an_empty_page(scene: Scene) -> None:
    attempt = scene.attempt("list_contributions").at(debate_id=scene.upcoming)
    assert attempt.send().json() == {"items": [], "next_cursor": None}
    assert scene.attempt("find_posts").asking("reference=nowhere").send().json()["items"] == []
    unknown = scene.attempt("list_debates").asking("organisation=nulle-part").send()
    assert unknown.json()["items"] == []


def test_a_theme_files_its_contributions(town: Town, crowd: str) -> None:
    items = town.anonymous.get(f"/debates/{crowd}/contributions?theme=parcs&sort=oldest").json()["items"]
    assert [item["number"] for item in items] == [2, 4, 6, 8, 10, 12]
    assert town.anonymous.get(f"/debates/{crowd}/contributions?theme=lacs").json()["items"] == []


def test_lists_under_what_is_no_contribution_are_not_found(scene: Scene) -> None:
    for name in ("list_arguments", "list_sources", "get_thread"):
        for number in (2, 4, 999):
            answer = scene.attempt(name).at(number=number).send()
            assert (answer.status_code, answer.json()["code"]) == (404, "post_not_found")
    assert scene.attempt("list_arguments").at(debate_id=NOBODY).send().json()["code"] == "debate_not_found"
