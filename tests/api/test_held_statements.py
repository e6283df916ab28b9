"""What waits to be read costs no more statements than what is published at once."""

from typing import Any

import pytest

from tests.api.test_statements import READ_LIMIT, WRITE_LIMIT
from tests.api.waiting import APPEAL, OVERTURN, QUEUE, published, refuse, send, waiting_debate
from tests.api.worlds import World
from tests.builders import Caller


@pytest.fixture
def author(here: World) -> Caller:
    return here.town.citizen(here.name())


def sent(here: World, author: Caller, debate: str, kind: str) -> str:
    """The id of what waits: a contribution, a reply to one, or an edit of it."""
    if kind == "contribution":
        return str(send(author, debate)["id"])
    number = published(here.town, debate, author, here.name())
    thread = f"/debates/{debate}/contributions/{number}"
    said: dict[str, Any] = {"body": f"Une autre phrase, {here.name()}."}
    if kind == "argument":
        answer = author.post(f"{thread}/arguments", said | {"side": "pro"})
    elif kind == "source":
        link = f"https://example.org/{here.name()}"
        answer = author.post(f"{thread}/sources", {"title": "Une source", "link": link})
    else:
        answer = author.patch(f"/debates/{debate}/posts/{number}", {"title": f"Un titre {here.name()}"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize(
    ("kind", "statements"), [("contribution", 7), ("argument", 7), ("source", 7), ("edit", 7)]
)
def test_a_publication_costs_no_more_than_the_limit(
    here: World, author: Caller, kind: str, statements: int
) -> None:
    held = sent(here, author, waiting_debate(here.town), kind)
    with here.statements() as seen:
        answer = here.town.moderator.post(f"{QUEUE}/{held}/publication", Idempotency_Key=here.name())
    assert answer.status_code == 201
    assert len(seen) == statements <= WRITE_LIMIT, seen


@pytest.mark.parametrize(
    ("kind", "statements"), [("contribution", 8), ("argument", 8), ("source", 8), ("edit", 8)]
)
def test_a_publication_on_appeal_writes_its_reasons_besides(
    here: World, author: Caller, kind: str, statements: int
) -> None:
    held = sent(here, author, waiting_debate(here.town), kind)
    refuse(here.town.moderator, held)
    assert author.post(f"/appeals/{held}", APPEAL).status_code == 201
    with here.statements() as seen:
        answer = here.town.organiser.post(
            f"{QUEUE}/{held}/appeal-decisions", OVERTURN, Idempotency_Key=here.name()
        )
    assert answer.status_code == 201
    assert len(seen) == statements <= WRITE_LIMIT, seen


@pytest.mark.parametrize("asks", [False, True])
def test_what_depends_on_who_asks_stays_within_the_limit_where_posts_wait(
    here: World, author: Caller, *, asks: bool
) -> None:
    asked = {"email": True} if asks else {}
    debate = here.town.debate(rules={"pre_moderation": True}, participation=asked)
    sent(here, author, debate, "edit")
    with here.statements() as seen:
        answer = author.get(f"/debates/{debate}/me?posts=1,2,3")
    found = answer.json()
    assert [one["revises"] for one in found["held"]] == found["posts"] == [1]
    assert isinstance(found["median_seconds_held"], int)
    assert len(seen) <= READ_LIMIT, seen


def test_how_long_posts_wait_costs_a_list_of_debates_no_statement(here: World, author: Caller) -> None:
    debate = waiting_debate(here.town)
    published(here.town, debate, author, here.name())
    here.forget_documents()
    with here.statements() as seen:
        found = here.town.anonymous.get("/debates?limit=1").json()["items"]
    assert [(one["id"], one["median_seconds_held"] is None) for one in found] == [(debate, False)]
    assert len(seen) == 1, seen
