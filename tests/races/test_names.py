"""What can exist once, asked for at several processes at one moment: nobody is answered with a fault."""

from uuid import uuid4  # noqa: TID251 - names that no other test uses

import pytest

from tests.races.arena import ORGANISATION
from tests.races.conftest import Cluster
from tests.races.meeting import everywhere, statuses
from tests.races.wire import Request, Wire

pytestmark = pytest.mark.race

ROUNDS = 10


def draft(title: str, key: str | None = None, **more: str) -> Request:
    period = {"opens_at": "2030-01-01T00:00:00Z", "closes_at": "2031-01-01T00:00:00Z"}
    return Request("POST", f"/organisations/{ORGANISATION}/debates", {"title": title} | period | more, key)


def test_one_idempotency_key_drafts_one_debate(desks: list[Wire]) -> None:
    for _ in range(ROUNDS):
        key = uuid4().hex
        replies = everywhere(desks, draft(f"Un débat {key}", key))
        assert set(statuses(replies)) == {201}
        assert len({reply.body for reply in replies}) == 1


def test_debates_of_one_title_find_different_slugs(desks: list[Wire]) -> None:
    for _ in range(3):
        replies = everywhere(desks, draft(f"Le même titre {uuid4().hex}"))
        assert set(statuses(replies)) == {201}
        assert len({reply.json()["slug"] for reply in replies}) == len(desks)


def test_a_slug_goes_to_one_debate(desks: list[Wire]) -> None:
    for _ in range(ROUNDS):
        replies = everywhere(desks, draft("Un titre", slug=f"arbres-{uuid4().hex}"))
        assert statuses(replies) == [201, *[409] * (len(desks) - 1)]
        assert {reply.code for reply in replies} == {None, "slug_taken"}


def test_a_new_address_asks_for_its_first_codes_everywhere(cluster: Cluster) -> None:
    with cluster.tabs(token=None, times=1) as wires:
        for _ in range(ROUNDS):
            email = {"email": f"{uuid4().hex}@citoyens.example"}
            replies = everywhere(wires, Request("POST", "/auth/codes", email))
            assert set(statuses(replies)) == {202}


def test_a_new_person_becomes_one_member(cluster: Cluster) -> None:
    with cluster.tabs(cluster.arena.administrator) as wires:
        for _ in range(ROUNDS):
            member = {"email": f"{uuid4().hex}@ville.example", "role": "moderator"}
            replies = everywhere(wires, Request("POST", f"/organisations/{ORGANISATION}/members", member))
            assert set(statuses(replies)) == {201}
            assert len({reply.json()["id"] for reply in replies}) == 1
