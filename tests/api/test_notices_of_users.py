"""Notices to a user whom a server names: asked for unread only, and marked as read for that user alone."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import pytest
from httpx2 import Response
from sqlalchemy import func, select

from consultation.domain.keys import Scope
from consultation.persistence.tables import notices, people
from tests.api.bodies import NOBODY
from tests.api.contract import Contract
from tests.api.notified import PLACE, hidden, told
from tests.api.operations import MARKING
from tests.api.worlds import World
from tests.builders import Caller, Town

LIST: Final = f"{PLACE}/notifications"
MARK: Final = f"{LIST}/read"


@pytest.fixture
def user(here: World, town: Town) -> Caller:
    return town.key(Scope.PARTICIPATION_WRITE).naming(here.name())


def notified(here: World, user: Caller, times: int = 1) -> list[str]:
    """The ids of so many notices to the user, the newest first."""
    for _ in range(times):
        hidden(here, user)
    return [one["id"] for one in told(here, user)]


def mark(user: Caller, ids: Sequence[str], **headers: str) -> Response:
    return user.post(MARK, {"ids": list(ids)}, **headers)


def unread(user: Caller) -> list[str]:
    return [one["id"] for one in user.get(f"{LIST}?unread=true").json()["items"]]


def people_of(here: World) -> int:
    with here.services.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(people)).scalar_one())


def read_at_of(here: World, notice: str) -> Any:
    with here.services.database.reading() as connection:
        return connection.execute(select(notices.c.read_at).where(notices.c.uid == UUID(notice))).scalar_one()


def test_a_server_marks_what_its_user_saw_and_asks_for_the_rest(here: World, user: Caller) -> None:
    newest, middle, oldest = notified(here, user, 3)
    assert unread(user) == [newest, middle, oldest]
    for _ in range(2):
        answer = mark(user, [middle])
        assert (answer.status_code, answer.json()) == (200, {"unread": 2})
    assert unread(user) == [newest, oldest]
    items = user.get(LIST).json()["items"]
    assert [(one["id"], one["read_at"] is None) for one in items] == [
        (newest, True),
        (middle, False),
        (oldest, True),
    ]
    assert user.get(f"{LIST}?unread=false").json()["items"] == items
    assert mark(user, [oldest, newest, oldest]).json() == {"unread": 0}
    assert unread(user) == []


def test_what_was_marked_keeps_its_first_instant(here: World, user: Caller) -> None:
    (notice,) = notified(here, user)
    mark(user, [notice])
    first = user.get(LIST).json()["items"][0]["read_at"]
    here.clock.step()
    assert mark(user, [notice]).json() == {"unread": 0}
    assert user.get(LIST).json()["items"][0]["read_at"] == first


def test_the_cursor_of_what_is_unread_misses_nothing_while_it_is_marked(here: World, user: Caller) -> None:
    ids = notified(here, user, 3)
    path, seen = f"{LIST}?unread=true&limit=1", []
    while path:
        page = user.get(path)
        (notice,) = page.json()["items"]
        seen.append(notice["id"])
        mark(user, [notice["id"]])
        path = page.links["next"]["url"].partition("/api/v1")[2] if page.links else ""
        assert not path or "unread=true" in path, "the link keeps what was asked for"
    assert seen == ids
    assert unread(user) == []


def test_a_cursor_leads_into_nobody_elses_notices_and_into_no_other_list(here: World, user: Caller) -> None:
    ids = notified(here, user, 2)
    cursor = user.get(f"{LIST}?unread=true&limit=1").json()["next_cursor"]
    other = user.naming(here.name())
    (others,) = notified(here, other)
    assert other.get(f"{LIST}?unread=true&cursor={cursor}").json()["items"] == []
    assert user.get(f"{LIST}?unread=true&cursor={cursor}").json()["items"][0]["id"] == ids[1]
    assert unread(other) == [others]
    for unfit in (f"{PLACE}/held?cursor={cursor}", f"{LIST}?unread=true&cursor=x{cursor}"):
        assert user.get(unfit).json()["code"] == "cursor_invalid"


def test_nobody_marks_or_learns_of_anybody_elses_notices(here: World, town: Town, user: Caller) -> None:
    """Neither another user of the town, nor the same id in another town, nor a citizen, nor the reverse."""
    (own,) = notified(here, user)
    slug, _ = here.organisation()
    place = f"/organisations/{slug}/participant"
    other = user.naming(here.name())
    elsewhere = town.key(organisation=slug).naming(user.on_behalf_of or "")
    citizen = town.citizen(here.name())
    hidden(here, citizen)
    here.plan()
    (citizens,) = [one["id"] for one in citizen.get("/me/notifications").json()["items"]]
    ways = ((other, PLACE), (elsewhere, place))
    for stranger, where in ways:
        stranger.put(where, {"name": "Autrui"})
        for ids in ([own], [citizens], [NOBODY], [own, citizens, NOBODY]):
            answer = stranger.post(f"{where}/notifications/read", {"ids": ids})
            assert (answer.status_code, answer.json()) == (200, {"unread": 0})
    assert citizen.post("/me/notifications/read", {"ids": [own]}).json() == {"unread": 1}
    assert mark(user, [citizens, NOBODY]).json() == {"unread": 1}
    assert (read_at_of(here, own), read_at_of(here, citizens)) == (None, None)


def test_a_key_of_another_town_marks_nothing_at_either_address(here: World, town: Town, user: Caller) -> None:
    (own,) = notified(here, user)
    slug, _ = here.organisation()
    elsewhere = town.key(organisation=slug).naming(user.on_behalf_of or "")
    for known in (False, True):
        if known:
            elsewhere.put(f"/organisations/{slug}/participant", {"name": "Ailleurs"})
        abroad = mark(elsewhere, [own])
        assert (abroad.status_code, abroad.json()["code"]) == (403, "key_foreign")
        assert elsewhere.get(f"{LIST}?unread=true").json()["code"] == "key_foreign"
    away = user.post(f"/organisations/{slug}/participant/notifications/read", {"ids": [own]})
    assert (away.status_code, away.json()["code"]) == (403, "key_foreign")
    nowhere = user.post("/organisations/ville-inconnue/participant/notifications/read", {"ids": [own]})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "organisation_not_found")
    assert unread(user) == [own]


def test_it_takes_the_scope_and_the_name_of_a_user(here: World, town: Town, user: Caller) -> None:
    (own,) = notified(here, user)
    poor = town.key(*(set(Scope) - {Scope.PARTICIPATION_WRITE})).naming(user.on_behalf_of or "")
    nameless = Caller(town.client, user.token)
    for caller, code in (
        (poor, "key_scope_missing"),
        (poor.naming(here.name()), "key_scope_missing"),  # before it is said that nobody knows them
        (nameless, "on_behalf_of_required"),
        (town.administrator, "key_required"),
        (town.anonymous, "key_required"),
    ):
        assert mark(caller, [own]).json()["code"] == code
        assert caller.get(f"{LIST}?unread=true").json()["code"] == code
    assert user.post("/me/notifications/read", {"ids": [own]}).json()["code"] == "key_not_accepted"
    assert unread(user) == [own]


def test_a_user_whom_nobody_knows_is_not_made_by_marking(here: World, town: Town, user: Caller) -> None:
    (own,) = notified(here, user)
    stranger, before = user.naming(here.name()), people_of(here)
    for ids in ([own], [NOBODY]):
        for headers in ({}, {"Idempotency_Key": here.name()}):
            answer = mark(stranger, ids, **headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "participant_not_found")
    assert stranger.get(f"{LIST}?unread=true").json()["code"] == "participant_not_found"
    assert people_of(here) == before
    town.contribution(town.debate(), stranger)
    assert mark(stranger, [own]).json() == {"unread": 0}, "and is known from then on"


def test_a_repeated_call_is_answered_again_and_never_to_another_user(here: World, user: Caller) -> None:
    newest, oldest = notified(here, user, 2)
    other = user.naming(here.name())
    (others,) = notified(here, other)
    key = here.name()
    first = mark(user, [newest], Idempotency_Key=key)
    mark(user, [oldest])
    second = mark(user, [newest], Idempotency_Key=key)
    assert first.json() == second.json() == {"unread": 1}
    assert second.headers["idempotent-replayed"] == "true"
    foreign = mark(other, [newest], Idempotency_Key=key)
    assert foreign.json() == {"unread": 1}
    assert "idempotent-replayed" not in foreign.headers
    assert mark(user, [oldest], Idempotency_Key=key).json()["code"] == "idempotency_key_reused"
    assert unread(other) == [others]


def test_no_cache_keeps_what_one_user_was_told(here: World, user: Caller) -> None:
    """Neither on the way, where addresses are the same for all users, nor in the process."""
    (own,) = notified(here, user)
    other = user.naming(here.name())
    (others,) = notified(here, other)
    for query in ("", "?unread=true", "?unread=true&limit=1"):
        with here.statements() as seen:
            answers = [caller.get(f"{LIST}{query}") for caller in (user, other, user)]
        found = [[one["id"] for one in answer.json()["items"]] for answer in answers]
        assert found == [[own], [others], [own]]
        assert len(seen) == 3 * 3, "each time it is read anew"
        answers += [
            user.get(f"{LIST}{query}", If_None_Match="*"),
            user.call("HEAD", f"{LIST}{query}"),
            mark(user, [NOBODY]),
            user.naming(here.name()).get(f"{LIST}{query}"),
        ]
        for answer in answers:
            assert answer.headers["cache-control"] == "no-store"
            assert "etag" not in answer.headers
            assert answer.status_code != 304
    anonymous = user.client.get(f"/api/v1{LIST}")
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "key_required")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": None},
        {"ids": NOBODY},
        {"ids": [NOBODY, "nonsense"]},
        {"ids": [NOBODY, None]},
        {"ids": [NOBODY, 7]},
        {"ids": [[NOBODY]]},
        {"ids": [f"{NOBODY}\x00"]},
        {"ids": ["' OR 1=1 --"]},
        {"ids": [f"{index:032x}" for index in range(101)]},
        {"ids": [NOBODY], "all": True},
        [NOBODY],
    ],
)
def test_what_is_no_list_of_ids_is_refused_as_it_is_to_oneself(
    here: World, town: Town, user: Caller, body: Any
) -> None:
    user.put(PLACE, {"name": "Usager"})
    answer = user.post(MARK, body)
    own = town.citizen(here.name()).post("/me/notifications/read", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert (own.status_code, own.json()["errors"]) == (422, answer.json()["errors"])


def test_a_hundred_ids_are_marked_at_once(here: World, user: Caller) -> None:
    (own,) = notified(here, user)
    ids = [own.upper(), *(f"{index:032x}" for index in range(99))]
    with here.statements() as seen:
        assert mark(user, ids, Idempotency_Key=here.name()).json() == {"unread": 0}
    assert len(seen) == 5


@pytest.mark.parametrize("query", ["unread=perhaps", "unread=", "unread=2", "unread=true%00"])
def test_what_is_neither_true_nor_false_is_refused_as_it_is_to_oneself(
    here: World, town: Town, user: Caller, query: str
) -> None:
    user.put(PLACE, {"name": "Usager"})
    answer = user.get(f"{LIST}?{query}")
    own = town.citizen(here.name()).get(f"/me/notifications?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert own.json()["errors"] == answer.json()["errors"]


def test_marking_counts_towards_the_limits_of_the_key(here: World, user: Caller, contract: Contract) -> None:
    (own,) = notified(here, user)
    limits = [contract.operations[name].declared["x-limits"] for name in MARKING]
    assert limits[0] == limits[1]
    assert '"key-writes"' in mark(user, [own]).headers["ratelimit"]
