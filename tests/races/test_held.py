"""What waits to be published, at several processes at one moment: one number, one word, nothing late."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4  # noqa: TID251 - keys that no other test uses

import pytest

from tests.races.arena import created
from tests.races.closing import contribution, read_journal
from tests.races.conftest import Cluster
from tests.races.meeting import at_once, everywhere, statuses
from tests.races.recount import unsound
from tests.races.test_moderation import HIDE, QUEUE, staff
from tests.races.wire import Reply, Request, Wire

pytestmark = pytest.mark.race

ROUNDS = 6
REFUSE = HIDE | {"measure": "refuse"}


@pytest.fixture
def waiting(cluster: Cluster) -> Iterator[str]:
    """A debate of the test's own in which posts wait, which must add up in the end."""
    uid = cluster.arena.open_debate(cluster.addresses[0], rules={"pre_moderation": True})
    yield uid
    assert unsound(cluster.arena.services.database, uid) == []


def sent(cluster: Cluster, debate: str, words: str = "") -> str:
    """The id of a contribution that waits."""
    with Wire(cluster.addresses[0], cluster.arena.crowd[0]) as wire:
        reply = wire.post(f"/debates/{debate}/contributions", contribution(words or uuid4().hex))
    assert reply.status == 202, reply.body
    return str(reply.json()["id"])


def kinds(cluster: Cluster, debate: str) -> list[str]:
    return [entry["kind"] for entry in read_journal(cluster.addresses[-1], debate)]


def test_of_several_who_decide_at_once_one_does_and_the_others_learn_it(
    cluster: Cluster, waiting: str
) -> None:
    for _ in range(ROUNDS):
        held = sent(cluster, waiting)
        with ExitStack() as stack:
            wires = staff(cluster, stack)
            publishing = Request("POST", f"{QUEUE}/{held}/publication", {})
            refusing = Request("POST", f"{QUEUE}/{held}/decisions", REFUSE)
            replies = at_once(wires, [publishing, refusing, refusing, publishing])
        assert statuses(replies) == [201, 409, 409, 409]
        assert {reply.code for reply in replies} == {None, "case_state"}
    words = kinds(cluster, waiting)
    assert words.count("contribution_posted") + words.count("post_refused") == ROUNDS


def test_a_text_is_published_once_under_one_number(cluster: Cluster, waiting: str) -> None:
    for number in range(1, ROUNDS + 1):
        held = sent(cluster, waiting)
        with cluster.tabs(cluster.arena.organiser) as desks:
            replies = everywhere(desks, Request("POST", f"{QUEUE}/{held}/publication", {}))
        assert statuses(replies) == [201, *[409] * (len(replies) - 1)]
        assert [reply.json()["number"] for reply in replies if reply.accepted] == [number]


def test_taking_back_and_publishing_at_once_leave_one_of_the_two(cluster: Cluster, waiting: str) -> None:
    for _ in range(ROUNDS):
        held = sent(cluster, waiting)
        withdrawing = Request("POST", f"/me/held/{held}/withdrawal", {})
        publishing = Request("POST", f"{QUEUE}/{held}/publication", {})
        with ExitStack() as stack:
            tokens = (cluster.arena.crowd[0], cluster.arena.organiser)
            wires = [
                stack.enter_context(Wire(address, token))
                for address, token in zip(cluster.addresses, tokens, strict=False)
            ]
            replies = at_once(wires, [withdrawing, publishing])
        assert statuses(replies) == [201, 409]


def test_one_idempotency_key_holds_one_text(cluster: Cluster, waiting: str) -> None:
    with cluster.tabs(cluster.arena.crowd[0]) as tabs:
        for _ in range(ROUNDS):
            key = uuid4().hex
            posting = Request("POST", f"/debates/{waiting}/contributions", contribution(key), key)
            replies = everywhere(tabs, posting)
            assert set(statuses(replies)) == {202}
            assert len({reply.body for reply in replies}) == 1
    assert kinds(cluster, waiting).count("post_held") == ROUNDS


def test_of_edits_of_one_post_at_once_one_waits(cluster: Cluster, waiting: str) -> None:
    held = sent(cluster, waiting)
    with Wire(cluster.addresses[0], cluster.arena.organiser) as desk:
        created(desk.post(f"{QUEUE}/{held}/publication"))
    with cluster.tabs(cluster.arena.crowd[0]) as tabs:
        edits = [{"body": f"Le texte de l'onglet {tab}, tout autre."} for tab in range(len(tabs))]
        replies = at_once(tabs, [Request("PATCH", f"/debates/{waiting}/posts/1", edit) for edit in edits])
    assert statuses(replies) == [202, *[409] * (len(replies) - 1)]
    assert {reply.code for reply in replies} == {None, "edit_waiting"}


def test_nothing_arrives_once_a_close_is_acknowledged_and_what_arrived_is_published(
    cluster: Cluster, waiting: str
) -> None:
    crowd = cluster.arena.crowd[1:13]
    with ExitStack() as stack:
        wires = [
            stack.enter_context(Wire(cluster.addresses[index % len(cluster.addresses)], token))
            for index, token in enumerate([*crowd, cluster.arena.organiser])
        ]
        posting = [
            Request("POST", f"/debates/{waiting}/contributions", contribution(uuid4().hex)) for _ in crowd
        ]
        closing = Request("POST", f"/debates/{waiting}/closure", {"reason": "Le projet est retiré."})
        replies = at_once(wires, [*posting, closing])
    arrived: list[dict[str, Any]] = [reply.json() for reply in replies[:-1] if reply.status == 202]
    assert _codes(replies[:-1]) <= {None, "period_closed"}
    words = kinds(cluster, waiting)
    assert words.count("post_held") == len(arrived)
    assert words[-1] == "period_closed_early", "nothing arrived behind it"
    with Wire(cluster.addresses[1], cluster.arena.organiser) as desk:
        for number, held in enumerate(arrived, 1):
            assert created(desk.post(f"{QUEUE}/{held['id']}/publication")).json()["number"] == number


def _codes(replies: list[Reply]) -> set[str | None]:
    return {reply.code for reply in replies}
