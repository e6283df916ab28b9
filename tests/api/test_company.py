"""Calls that arrive at the same moment: each is answered as if they had come one after the other."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import event

from consultation.api.acts import Acts
from consultation.api.threads import Threads
from tests.api.worlds import World
from tests.builders import API, Caller, Town
from tests.fuzz.direct import Answer, directly

Body = dict[str, Any]


def at_once(here: World, *calls: tuple[Caller, str, str, Body, str | None]) -> list[Answer]:
    """Calls of the API at the same moment: caller, method, path, body, idempotency key."""
    sent = []
    for caller, method, path, body, key in calls:
        headers = caller.credentials() | {"Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        sent.append((method, f"{API}{path}", pairs, orjson.dumps(body)))
    with directly(here.process.client.app) as direct:
        return direct.call_at_once(sent)


@contextmanager
def commits(here: World) -> Iterator[list[str]]:
    """The transactions that are committed on the writing engine inside the block."""
    seen: list[str] = []
    engine = here.services.database.engine

    def note(_: Any) -> None:
        seen.append("commit")

    event.listen(engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(engine, "commit", note)


@contextmanager
def standing_clock(here: World) -> Iterator[None]:
    """Inside the block nobody is too late to share a transaction, however slow the machine."""
    services = here.services
    threads = Threads(1, acts_here=services.database.is_sqlite, ticks=lambda: 0.0)
    with here.kit(acts=Acts(threads, services.work, services.readers, ticks=lambda: 0.0)):
        yield
    threads.close()


def argue(body: str, side: str = "pro") -> Body:
    return {"side": side, "body": body}


def test_votes_of_the_same_moment_are_all_counted_once(here: World, town: Town) -> None:
    debate = town.debate()
    number = town.contribution(debate, town.citizen())
    vote = f"/debates/{debate}/posts/{number}/vote"
    people = [town.citizen(f"voter{n}") for n in range(12)]
    values = ["agree", "mixed", "disagree"] * 4
    with standing_clock(here), commits(here) as seen:
        answers = at_once(
            here,
            *((one, "PUT", vote, {"value": value}, None) for one, value in zip(people, values, strict=True)),
        )
    assert Counter(answer.status for answer in answers) == {200: 12}
    receipts = sorted(answer.json()["receipt"]["sequence"] for answer in answers)
    assert receipts == list(range(receipts[0], receipts[0] + 12))
    tally = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["tally"]
    assert (tally["agree"], tally["mixed"], tally["disagree"]) == (4, 4, 4)
    if here.services.database.is_sqlite:
        assert len(seen) == 1, "they share a transaction"


def test_a_vote_that_is_refused_costs_the_others_nothing(here: World, town: Town) -> None:
    debate = town.debate()
    author = town.citizen()
    number = town.contribution(debate, author)
    one, another = town.citizen("one"), town.citizen("another")
    path = f"/debates/{debate}/posts"
    answers = at_once(
        here,
        (one, "PUT", f"{path}/{number}/vote", {"value": "agree"}, None),
        (one, "PUT", f"{path}/999/vote", {"value": "agree"}, None),
        (another, "PUT", f"{path}/{number}/vote", {"value": "never"}, None),
        (another, "PUT", f"{path}/{number}/vote", {"value": "disagree"}, None),
    )
    assert [answer.status for answer in answers] == [200, 404, 422, 200]
    assert answers[1].json()["code"] == "post_not_found"
    tally = town.anonymous.get(f"{path}/{number}").json()["tally"]
    assert (tally["agree"], tally["disagree"]) == (1, 1)


def test_those_that_share_read_their_debate_once_and_anew_after_one_that_was_undone(
    here: World, town: Town
) -> None:
    debate = town.debate()
    number = town.contribution(debate, town.citizen())
    people = [town.citizen(f"reader{n}") for n in range(5)]
    chosen = [number, number, 999, number, number]
    with standing_clock(here), here.statements() as seen:
        answers = at_once(
            here,
            *(
                (one, "PUT", f"/debates/{debate}/posts/{at}/vote", {"value": "agree"}, None)
                for one, at in zip(people, chosen, strict=True)
            ),
        )
    assert [answer.status for answer in answers] == [200, 200, 404, 200, 200]
    receipts = [answer.json()["receipt"]["sequence"] for answer in answers if answer.status == 200]
    assert receipts == list(range(receipts[0], receipts[0] + 4))
    journal = town.anonymous.get(f"/debates/{debate}/journal?limit=100").json()["items"]
    instants = [entry["at"] for entry in journal]
    assert instants == sorted(set(instants)), "each after the one before"
    reads = [one for one in seen if "FROM debates JOIN organisations" in " ".join(one.split())]
    assert len(reads) == (2 if here.services.database.is_sqlite else 5)


def test_one_call_sent_twice_at_once_under_one_key_is_done_once(here: World, town: Town) -> None:
    debate, author = town.debate(), town.citizen()
    number = town.contribution(debate, author)
    path, key = f"/debates/{debate}/contributions/{number}/arguments", here.name()
    same = (author, "POST", path, argue("Le marché y perdrait sa place."), key)
    other = (town.citizen("other"), "POST", path, argue("La place gagnerait des arbres."), None)
    first, second, third = at_once(here, same, same, other)
    assert (first.status, second.status, third.status) == (201, 201, 201)
    assert first.json() == second.json()
    assert first.json()["number"] != third.json()["number"]
    replayed = [answer.headers.get("idempotent-replayed") for answer in (first, second)]
    assert sorted(map(str, replayed)) == ["None", "true"]
    argued = town.anonymous.get(path).json()["items"]
    assert len(argued) == 2


def test_a_text_said_twice_at_once_is_posted_once(here: World, town: Town) -> None:
    debate, author = town.debate(), town.citizen()
    number = town.contribution(debate, author)
    path = f"/debates/{debate}/contributions/{number}/arguments"
    said = (author, "POST", path, argue("Le marché y perdrait sa place, le samedi."), None)
    answers = at_once(here, said, said)
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert len(town.anonymous.get(path).json()["items"]) == 1
