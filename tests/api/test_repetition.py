"""Nobody says the same twice in a debate, and nobody posts faster than the debate takes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from consultation.domain.repetition import LOOKED_AT
from tests.api.worlds import World
from tests.builders import CONTRIBUTION, NOW, Town

HOUR = timedelta(hours=1)
LONG = (
    "Un arbre dans chaque rue qui n’en a pas encore, et deux sur chaque place : l’ombre rafraîchit la ville "
    "en été et les oiseaux reviennent."
)
SOURCE = {"title": "Une étude", "link": "https://etude.example/arbres"}


@pytest.fixture
def debate(town: Town) -> str:
    """An open debate with two contributions of somebody else."""
    debate = town.debate()
    for _ in range(2):
        town.contribution(debate, town.citizen("quelqu’un"))
    return debate


def test_a_contribution_is_posted_once_and_the_refusal_says_where_it_stands(town: Town, debate: str) -> None:
    author, path = town.citizen(), f"/debates/{debate}/contributions"
    number = author.post(path, CONTRIBUTION).json()["number"]
    again = author.post(path, {name: f" {text.upper()} " for name, text in CONTRIBUTION.items()})
    problem = again.json()
    assert (again.status_code, problem["code"]) == (409, "duplicate_text")
    assert (problem["number"], problem["similarity"]) == (number, 100)
    assert town.citizen("autre").post(path, CONTRIBUTION).status_code == 201, "others may say the same"
    other = town.debate()
    assert author.post(f"/debates/{other}/contributions", CONTRIBUTION).status_code == 201


def test_a_short_argument_is_repeated_under_another_contribution_only(town: Town, debate: str) -> None:
    author, body = town.citizen(), {"side": "pro", "body": "Oui."}
    first, second = (f"/debates/{debate}/contributions/{number}/arguments" for number in (1, 2))
    assert author.post(first, body).status_code == 201
    assert author.post(second, body).status_code == 201
    assert author.post(first, body).json()["code"] == "duplicate_text"
    assert author.post(first, body | {"side": "contra"}).status_code == 201, "a text may speak for both sides"


def test_a_long_argument_is_not_repeated_anywhere_in_the_debate(town: Town, debate: str) -> None:
    author = town.citizen()
    first, second = (f"/debates/{debate}/contributions/{number}/arguments" for number in (1, 2))
    number = author.post(first, {"side": "pro", "body": LONG}).json()["number"]
    problem = author.post(second, {"side": "pro", "body": f"Je le répète : {LONG}"}).json()
    assert (problem["code"], problem["number"]) == ("duplicate_text", number)
    assert 94 <= problem["similarity"] < 100


def test_a_source_is_added_once_by_its_link(town: Town, debate: str) -> None:
    author, path = town.citizen(), f"/debates/{debate}/contributions/1/sources"
    assert author.post(path, SOURCE).status_code == 201
    assert author.post(path, SOURCE).json()["code"] == "duplicate_text"
    assert author.post(path, SOURCE | {"link": "https://etude.example/bancs"}).status_code == 201


def test_what_was_withdrawn_may_be_said_again(town: Town, debate: str) -> None:
    author, path = town.citizen(), f"/debates/{debate}/contributions"
    number = author.post(path, CONTRIBUTION).json()["number"]
    assert author.post(f"/debates/{debate}/posts/{number}/withdrawal").status_code == 201
    assert author.post(path, CONTRIBUTION).status_code == 201


def test_only_the_last_posts_are_looked_at(town: Town, debate: str) -> None:
    author, path = town.citizen(), f"/debates/{debate}/contributions"
    author.post(path, CONTRIBUTION)
    for number in range(LOOKED_AT - 1):
        author.post(path, {"title": f"Autre chose {number}", "body": f"Une tout autre idée, la {number}e."})
    assert author.post(path, CONTRIBUTION).json()["code"] == "duplicate_text"
    author.post(path, {"title": "Encore une", "body": "Une dernière idée pour la route."})
    assert author.post(path, CONTRIBUTION).status_code == 201


def test_a_refused_text_takes_no_number_and_leaves_no_entry(town: Town, debate: str) -> None:
    author, path = town.citizen(), f"/debates/{debate}/contributions"
    author.post(path, CONTRIBUTION)
    before = town.anonymous.get(f"/debates/{debate}").json()
    author.post(path, CONTRIBUTION)
    after = town.anonymous.get(f"/debates/{debate}").json()
    assert (after["counts"], after["journal_length"]) == (before["counts"], before["journal_length"])


def test_the_same_text_sent_at_once_makes_one_post(here: World, debate: str) -> None:
    author = here.town.citizen(here.name())
    callers = [process.as_caller(author) for process in (here.process, here.neighbour)] * 4
    path = f"/debates/{debate}/contributions"
    with ThreadPoolExecutor(len(callers)) as pool:
        answers = list(pool.map(lambda caller: caller.post(path, CONTRIBUTION).status_code, callers))
    assert sorted(answers) == [201, *[409] * 7]


def test_a_debate_has_no_cap_unless_it_sets_one(town: Town, debate: str) -> None:
    assert town.anonymous.get(f"/debates/{debate}").json()["limits"]["posts_per_hour"] is None
    capped = town.debate(rules={"posts_per_hour": 3})
    assert town.anonymous.get(f"/debates/{capped}").json()["limits"]["posts_per_hour"] == 3
    for unfit in (0, -1, 1_001, 2.5, "many"):
        answer = town.organiser.post(
            "/organisations/ville-exemple/debates",
            {
                "title": "Une question",
                "opens_at": "2026-03-01T09:00:00Z",
                "closes_at": "2026-03-31T09:00:00Z",
                "description": "",
                "rules": {"posts_per_hour": unfit},
            },
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_cap_counts_posts_of_every_kind_and_withdrawn_ones(here: World) -> None:
    town, author = here.town, here.town.citizen(here.name())
    debate = town.debate(rules={"posts_per_hour": 3})
    town.contribution(debate, author)
    here.clock.set(NOW + timedelta(minutes=10))
    town.argument(debate, 1, "pro", author)
    author.post(f"/debates/{debate}/posts/2/withdrawal")
    author.post(f"/debates/{debate}/contributions/1/sources", SOURCE)
    refused = author.post(f"/debates/{debate}/contributions/1/arguments", {"side": "pro", "body": LONG})
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (429, "too_many_posts")
    assert (problem["limit"], problem["time_zone"]) == (3, "Europe/Paris")
    assert problem["retry_at"].startswith("2026-03-15T13:00:00")
    assert refused.headers["retry-after"] == str(problem["retry_after"]) == "3000"
    assert town.citizen("autre").post(f"/debates/{debate}/contributions", CONTRIBUTION).status_code == 201, (
        "a cap is for each person"
    )
    here.clock.set(NOW + HOUR + timedelta(seconds=1))
    town.argument(debate, 1, "pro", author)
    assert (
        author.post(f"/debates/{debate}/contributions/1/arguments", {"side": "contra", "body": LONG}).json()[
            "code"
        ]
        == "too_many_posts"
    ), "the second of the three counts on"


def test_a_cap_holds_when_posts_come_at_once(here: World) -> None:
    debate = here.town.debate(rules={"posts_per_hour": 5})
    author = here.town.citizen(here.name())
    callers = [process.as_caller(author) for process in (here.process, here.neighbour)] * 6

    def post(turn: int) -> int:
        body = CONTRIBUTION | {"body": f"{CONTRIBUTION['body']} ({turn})"}
        return callers[turn].post(f"/debates/{debate}/contributions", body).status_code

    with ThreadPoolExecutor(len(callers)) as pool:
        assert sorted(pool.map(post, range(12))) == [201] * 5 + [429] * 7


def test_a_cap_costs_no_statement(here: World) -> None:
    counts = []
    for rules in ({}, {"posts_per_hour": 5}):
        debate, author = here.town.debate(rules=rules), here.town.citizen(here.name())
        here.town.contribution(debate, author)
        with here.statements() as seen:
            here.town.argument(debate, 1, "pro", author)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_a_cap_is_set_in_a_draft_and_stands_when_published(town: Town) -> None:
    draft = town.draft()
    changed = town.organiser.patch(f"/debates/{draft}", {"rules": {"posts_per_hour": 7}})
    assert changed.json()["limits"]["posts_per_hour"] == 7
    town.organiser.post(f"/debates/{draft}/publication")
    assert town.anonymous.get(f"/debates/{draft}").json()["limits"]["posts_per_hour"] == 7


def test_every_link_of_a_participant_says_that_nobody_vouches_for_it(town: Town, debate: str) -> None:
    author = town.citizen()
    source = author.post(f"/debates/{debate}/contributions/1/sources", SOURCE).json()
    assert set(source["link_rel"].split()) >= {"nofollow", "ugc", "noopener"}
    number = town.contribution(
        debate, author, body="Voyez [ici](https://a.example) ou https://b.example, merci."
    )
    shown = town.anonymous.get(f"/debates/{debate}/posts/{number}?render=html").json()["body_html"]
    assert shown.count(f'rel="{source["link_rel"]}"') == shown.count("<a ") == 2
