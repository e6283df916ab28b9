"""One person in many tabs, at several processes: what is done twice happens once."""

from uuid import uuid4  # noqa: TID251 - keys that no other test uses

import pytest

from tests.races.arena import created
from tests.races.closing import contribution, read_journal
from tests.races.conftest import Cluster
from tests.races.meeting import at_once, everywhere, statuses
from tests.races.wire import Request, Wire

pytestmark = pytest.mark.race

ROUNDS = 10
VALUES = ("agree", "mixed", "disagree")
BEFORE = 2  # entries of setting a debate up


def posted(wire: Wire, debate: str) -> int:
    """The number of a new contribution."""
    return int(created(wire.post(f"/debates/{debate}/contributions", contribution())).json()["number"])


def test_one_idempotency_key_makes_one_post_and_one_answer(
    cluster: Cluster, debate: str, tabs: list[Wire]
) -> None:
    for number in range(1, ROUNDS + 1):
        key = uuid4().hex
        posting = Request("POST", f"/debates/{debate}/contributions", contribution(key), key)

        replies = everywhere(tabs, posting)

        assert set(statuses(replies)) == {201}
        assert len({reply.body for reply in replies}) == 1
        assert replies[0].json()["number"] == number
        for name in ("location", "etag", "content-type", "cache-control"):
            assert len({reply.headers[name] for reply in replies}) == 1
        assert sum("idempotent-replayed" not in reply.headers for reply in replies) == 1
    assert len(read_journal(cluster.addresses[0], debate)) == BEFORE + ROUNDS


def test_one_idempotency_key_with_two_bodies_takes_one_of_them(debate: str, tabs: list[Wire]) -> None:
    for number in range(1, ROUNDS + 1):
        path, key = f"/debates/{debate}/contributions", uuid4().hex
        replies = at_once(tabs[-2:], [Request("POST", path, contribution(), key) for _ in range(2)])

        assert statuses(replies) == [201, 422]
        taken, refused = sorted(replies, key=lambda reply: reply.status)
        assert taken.json()["number"] == number
        assert refused.code == "idempotency_key_reused"


def test_the_same_vote_is_one_vote_and_one_entry(cluster: Cluster, debate: str, tabs: list[Wire]) -> None:
    for times in range(1, ROUNDS + 1):
        path = f"/debates/{debate}/posts/{posted(tabs[0], debate)}/vote"

        replies = everywhere(tabs, Request("PUT", path, {"value": "agree"}))

        assert set(statuses(replies)) == {200}
        assert sum(reply.json()["receipt"] is not None for reply in replies) == 1
        assert len(read_journal(cluster.addresses[0], debate)) == BEFORE + 2 * times


def test_different_votes_of_one_person_leave_at_most_one(debate: str, tabs: list[Wire]) -> None:
    number = posted(tabs[0], debate)
    path = f"/debates/{debate}/posts/{number}/vote"
    votes = [Request("PUT", path, {"value": VALUES[tab % 3]}) for tab in range(len(tabs) - 1)]
    for _ in range(ROUNDS):
        replies = at_once(tabs, [*votes, Request("DELETE", path)])
        assert set(statuses(replies)) == {200}
        tally = tabs[0].get(f"/debates/{debate}/posts/{number}").json()["tally"]
        assert sum(tally[value] for value in VALUES) <= 1


def test_of_edits_to_one_revision_one_is_taken(debate: str, tabs: list[Wire]) -> None:
    path = f"/debates/{debate}/posts/{posted(tabs[0], debate)}"
    for revision in range(2, ROUNDS + 2):
        read = tabs[0].get(path).headers["etag"]
        texts = [f"Le texte de l'onglet {tab}, pour la révision {revision}." for tab in range(len(tabs))]

        replies = at_once(tabs, [Request("PATCH", path, {"body": text}, if_match=read) for text in texts])

        assert statuses(replies) == [200, *[412] * (len(tabs) - 1)]
        assert {reply.code for reply in replies} == {None, "revision_outdated"}
        taken = min(replies, key=lambda reply: reply.status).json()
        assert taken["revision"] == revision
        assert tabs[-1].get(path).json()["body"] == taken["body"]


def test_replies_that_meet_a_withdrawal_are_counted_or_refused(debate: str, tabs: list[Wire]) -> None:
    arguments = [
        {"side": "contra", "body": f"Les racines soulèvent les trottoirs. ({tab})"}
        for tab in range(1, len(tabs))
    ]
    for _ in range(ROUNDS):
        number = posted(tabs[0], debate)
        path = f"/debates/{debate}/contributions/{number}/arguments"
        requests = [Request("POST", path, argument) for argument in arguments]
        withdrawal = Request("POST", f"/debates/{debate}/posts/{number}/withdrawal", {})

        withdrawn, *replies = at_once(tabs, [withdrawal, *requests])

        assert withdrawn.status == 201
        assert {answer.status for answer in replies} <= {201, 410}
        taken = sum(answer.status == 201 for answer in replies)
        assert tabs[0].get(f"/debates/{debate}/contributions/{number}").json()["counts"]["contra"] == taken


def test_who_wrote_sees_it_at_once_at_every_process(debate: str, tabs: list[Wire]) -> None:
    for turn in range(ROUNDS):
        number = posted(tabs[turn % len(tabs)], debate)
        assert set(statuses(everywhere(tabs, Request("GET", f"/debates/{debate}/posts/{number}")))) == {200}
        newest = everywhere(tabs, Request("GET", f"/debates/{debate}/contributions?limit=1"))
        assert {reply.json()["items"][0]["number"] for reply in newest} == {number}
