"""What waits of a user whom a server names: the server lists and takes back that, and nothing else."""

import pytest

from consultation.domain.keys import Scope
from tests.api.bodies import NOBODY
from tests.api.waiting import publish, refuse, send, waiting_debate
from tests.api.worlds import World
from tests.builders import SLUG, Caller, Town

WAITING = f"/organisations/{SLUG}/participant/held"


@pytest.fixture
def user(here: World, town: Town) -> Caller:
    return town.key(Scope.PARTICIPATION_WRITE).naming(here.name())


def states(user: Caller, place: str = WAITING) -> list[tuple[str, str]]:
    return [(one["id"], one["state"]) for one in user.get(place).json()["items"]]


def test_a_server_reads_what_became_of_what_its_user_sent(town: Town, user: Caller) -> None:
    debate = waiting_debate(town)
    sent = [send(user, debate, said)["id"] for said in ("Un.", "Deux, aussi.", "Trois : l’ombre.")]
    refuse(town.moderator, sent[0])
    number = publish(town.moderator, sent[1])
    assert states(user) == [(sent[2], "held"), (sent[1], "published"), (sent[0], "refused")]
    assert [one["number"] for one in user.get(WAITING).json()["items"]] == [None, number, None]
    first = user.get(f"{WAITING}?limit=1")
    assert first.json()["items"][0]["id"] == sent[2]
    following = user.get(f"{WAITING}?limit=2&cursor={first.json()['next_cursor']}").json()
    assert [one["id"] for one in following["items"]] == sent[1::-1]


@pytest.mark.parametrize("is_over", [False, True])
def test_a_server_takes_back_what_its_user_has_waiting_also_after_the_close(
    here: World, town: Town, user: Caller, *, is_over: bool
) -> None:
    debate = waiting_debate(town)
    held = send(user, debate)["id"]
    if is_over:
        town.moderator.post(f"/debates/{debate}/closure", {"reason": "Le projet est retiré."})
    key = here.name()
    answers = [user.post(f"{WAITING}/{held}/withdrawal", Idempotency_Key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert states(user) == [(held, "withdrawn")]
    again = user.post(f"{WAITING}/{held}/withdrawal")
    assert (again.status_code, again.json()["code"]) == (409, "held_post_decided")


def test_a_withdrawal_through_a_key_is_among_its_uses(town: Town) -> None:
    made = town.administrator.post(
        f"/organisations/{SLUG}/keys", {"name": "Site", "scopes": ["participation:write"]}
    ).json()
    user = Caller(town.client, made["token"]).naming("usager-qui-retire")
    held = send(user, waiting_debate(town))["id"]
    assert user.post(f"{WAITING}/{held}/withdrawal").status_code == 201
    uses = town.administrator.get(f"/organisations/{SLUG}/keys/{made['id']}/uses").json()["items"]
    assert [one["kind"] for one in uses] == ["held_withdrawn", "post_held"]


def test_nobody_else_finds_it(here: World, town: Town, user: Caller) -> None:
    """Neither another user of the town nor the same id in another town, by its own address or by ours."""
    held = send(user, waiting_debate(town))["id"]
    slug, _ = here.organisation()
    elsewhere = town.key(organisation=slug).naming(user.on_behalf_of or "")
    other = user.naming(here.name())
    for stranger in (other, elsewhere):
        place = f"/organisations/{slug if stranger is elsewhere else SLUG}/participant"
        stranger.put(place, {"name": "Autrui"})
        assert states(stranger, f"{place}/held") == []
        found = stranger.post(f"{place}/held/{held}/withdrawal")
        missing = stranger.post(f"{place}/held/{NOBODY}/withdrawal")
        assert (found.status_code, found.json()["code"]) == (404, "held_post_not_found")
        assert found.json() == missing.json()
    for answer in (elsewhere.get(WAITING), elsewhere.post(f"{WAITING}/{held}/withdrawal")):
        assert (answer.status_code, answer.json()["code"]) == (403, "key_foreign")
    assert states(user) == [(held, "held")]


def test_it_takes_the_scope_and_the_name_of_a_user(town: Town, user: Caller) -> None:
    held = send(user, waiting_debate(town))["id"]
    path = f"{WAITING}/{held}/withdrawal"
    poor = town.key(Scope.DEBATES_READ).naming(user.on_behalf_of or "")
    nameless = Caller(town.client, user.token)
    assert poor.get(WAITING).json()["code"] == poor.post(path).json()["code"] == "key_scope_missing"
    assert nameless.get(WAITING).json()["code"] == "on_behalf_of_required"
    assert nameless.post(path).json()["code"] == "on_behalf_of_required"
    assert town.administrator.post(path).json()["code"] == "key_required"
    assert user.post(f"/me/held/{held}/withdrawal").json()["code"] == "key_not_accepted"
    assert states(user) == [(held, "held")]


def test_a_user_who_never_sent_anything_is_not_made_by_asking(here: World, town: Town) -> None:
    stranger = town.key().naming(here.name())
    assert stranger.get(WAITING).json()["code"] == "participant_not_found"
    assert stranger.post(f"{WAITING}/{NOBODY}/withdrawal").json()["code"] == "held_post_not_found"
    assert stranger.get(f"/organisations/{SLUG}/participant").json()["code"] == "participant_not_found"
