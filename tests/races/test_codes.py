"""Participation codes at several processes at once: each code for one person, each person once."""

from contextlib import ExitStack

import pytest

from tests.races.arena import created
from tests.races.conftest import Cluster
from tests.races.meeting import at_once, everywhere, statuses
from tests.races.recount import unsound
from tests.races.wire import Request, Wire

pytestmark = pytest.mark.race

ROUNDS = 8
PEOPLE = 6


@pytest.fixture
def coded(cluster: Cluster) -> str:
    """An open debate that asks for a participation code."""
    return cluster.arena.open_debate(cluster.addresses[0], participation={"code": True})


def codes(cluster: Cluster, debate: str, count: int) -> list[str]:
    with Wire(cluster.addresses[0], cluster.arena.organiser) as desk:
        made = created(desk.post(f"/debates/{debate}/participation-codes", {"count": count})).json()
    found: list[str] = made["codes"]
    return found


def used(cluster: Cluster, debate: str) -> int:
    with Wire(cluster.addresses[0], cluster.arena.organiser) as desk:
        items = desk.get(f"/debates/{debate}/participation-codes").json()["items"]
    return sum(batch["used"] for batch in items)


def redemption(debate: str, code: str) -> Request:
    return Request("POST", f"/debates/{debate}/participation-codes/redemption", {"code": code})


def test_of_several_people_with_one_code_exactly_one_gets_in(cluster: Cluster, coded: str) -> None:
    for turn, code in enumerate(codes(cluster, coded, ROUNDS)):
        people = cluster.arena.crowd[turn * PEOPLE : (turn + 1) * PEOPLE]
        with ExitStack() as stack:
            wires = [
                stack.enter_context(Wire(cluster.addresses[index % len(cluster.addresses)], token))
                for index, token in enumerate(people)
            ]
            replies = everywhere(wires, redemption(coded, code))
        assert statuses(replies) == [200, *[403] * (PEOPLE - 1)]
        assert {reply.code for reply in replies} == {None, "participation_code_spent"}
        assert used(cluster, coded) == turn + 1
    assert unsound(cluster.arena.services.database, coded) == []


def test_one_person_with_several_codes_uses_up_one(cluster: Cluster, coded: str, tabs: list[Wire]) -> None:
    replies = at_once(tabs, [redemption(coded, code) for code in codes(cluster, coded, len(tabs))])
    assert set(statuses(replies)) == {200}
    assert used(cluster, coded) == 1
    assert unsound(cluster.arena.services.database, coded) == []


def test_a_code_that_meets_the_revocation_of_its_batch_is_used_or_revoked(
    cluster: Cluster, coded: str
) -> None:
    with Wire(cluster.addresses[0], cluster.arena.organiser) as desk:
        for token in cluster.arena.crowd[-ROUNDS:]:
            path = f"/debates/{coded}/participation-codes"
            batch = created(desk.post(path, {"count": 1})).json()
            with Wire(cluster.addresses[1], token) as person:
                revoked, redeemed = at_once(
                    [desk, person],
                    [Request("DELETE", f"{path}/{batch['batch']}"), redemption(coded, batch["codes"][0])],
                )
            figures = next(b for b in desk.get(path).json()["items"] if b["batch"] == batch["batch"])
            assert revoked.status == 200
            assert (figures["used"], figures["revoked"]) == ((1, 0) if redeemed.status == 200 else (0, 1))


def test_wrong_codes_sent_at_once_are_all_counted(cluster: Cluster, coded: str) -> None:
    other = cluster.arena.open_debate(cluster.addresses[0], participation={"code": True})
    foreign, token = codes(cluster, other, 1)[0], cluster.arena.crowd[100]
    with cluster.tabs(token) as tabs:
        first = everywhere(tabs, redemption(coded, foreign))
        second = everywhere(tabs, redemption(coded, foreign))
    replies = [*first, *second]
    assert [reply.code for reply in replies].count("participation_code_unknown") == 10
    assert [reply.code for reply in replies].count("too_many_wrong_codes") == len(replies) - 10
