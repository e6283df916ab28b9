"""Keys from their making to their end, and what servers do with them."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from httpx2 import Response
from sqlalchemy import func, select

from consultation.api.callers import cookie_name
from consultation.application.doctor import examine
from consultation.application.keys import write_uses
from consultation.domain.actors import Role
from consultation.domain.journal import format_instant
from consultation.domain.keys import LONGEST_LIFE, Scope
from consultation.persistence.bulk.examining import examination_of
from consultation.persistence.tables import access_keys, journal_entries, metadata
from tests.api.bodies import LATER, REASON
from tests.api.worlds import World, state_of
from tests.builders import CONTRIBUTION, NOW, SLUG, Caller, Town, rfc3339

KEYS: Final = f"/organisations/{SLUG}/keys"
TICK: Final = timedelta(microseconds=1)
HOUR: Final = timedelta(hours=1)


def made(town: Town, *scopes: str, **more: Any) -> Any:
    """A new key as its maker sees it."""
    wanted = {"name": "Site de la ville", "scopes": scopes or ["participation:write"], **more}
    answer = town.administrator.post(KEYS, wanted)
    assert answer.status_code == 201, answer.text
    return answer.json()


def server(town: Town, key: Any) -> Caller:
    return Caller(town.client, key["token"])


def works(caller: Caller) -> str | None:
    """Does the secret work? None when it does, else the code of the refusal."""
    answer = caller.naming("usager-1").put(f"/organisations/{SLUG}/participant", {"locale": "fr"})
    if answer.status_code == 200:
        return None
    assert answer.status_code == 401
    return str(answer.json().get("cause") or answer.json()["code"])


def listed(town: Town, key: Any) -> Any:
    items = town.administrator.get(f"{KEYS}?limit=100").json()["items"]
    return next(item for item in items if item["id"] == key["id"])


def stored(here: World) -> str:
    """Everything that the database holds, octets as they are and in hexadecimal."""
    with here.services.database.reading() as connection:
        rows = [tuple(row) for table in metadata.sorted_tables for row in connection.execute(select(table))]
    return "\n".join(
        value.decode("utf-8", "replace") + value.hex() if isinstance(value, bytes) else str(value)
        for row in rows
        for value in row
    )


def test_a_secret_is_shown_once_and_kept_nowhere(here: World, town: Town) -> None:
    once = here.name()
    wanted = {"name": "Site", "scopes": ["exports", "debates:read"]}
    first = town.administrator.post(KEYS, wanted, Idempotency_Key=once).json()
    again = town.administrator.post(KEYS, wanted, Idempotency_Key=once)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first | {"token": None}
    rotated = town.administrator.post(
        f"{KEYS}/{first['id']}/rotation", {}, Idempotency_Key=here.name()
    ).json()
    everything = stored(here) + town.administrator.get(f"{KEYS}?limit=100").text
    for secret in (first["token"], rotated["token"]):
        assert secret.startswith("cns_")
        assert len(secret) == 47
        assert secret not in everything
        assert secret.removeprefix("cns_")[8:] not in everything
    assert first["scopes"] == ["debates:read", "exports"]
    assert (first["hint"], first["state"]) == (first["token"][:8], "usable")
    assert listed(town, first)["hint"] == rotated["token"][:8]


def test_a_key_ends_when_it_was_said_to(here: World, town: Town) -> None:
    caller = server(town, made(town, expires_at=rfc3339(NOW + HOUR)))
    here.clock.set(NOW + HOUR - TICK)
    assert works(caller) is None
    here.clock.set(NOW + HOUR)
    assert works(caller) == "expired"


def test_a_key_lives_for_a_year_and_never_for_more_than_two(town: Town) -> None:
    assert made(town)["expires_at"] == format_instant(NOW + timedelta(days=365))
    longest = rfc3339(NOW + LONGEST_LIFE)
    assert made(town, expires_at=longest)["expires_at"] == format_instant(NOW + LONGEST_LIFE)
    wanted = {"name": "X", "scopes": ["exports"], "expires_at": rfc3339(NOW + LONGEST_LIFE + TICK)}
    assert town.administrator.post(KEYS, wanted).json()["code"] == "key_expiry_invalid"


def test_a_rotated_secret_works_for_the_grace_that_was_chosen(here: World, town: Town) -> None:
    key = made(town)
    rotated = town.administrator.post(f"{KEYS}/{key['id']}/rotation", {"grace_hours": 2}).json()
    old, new = server(town, key), server(town, rotated)
    assert rotated["former_until"] == format_instant(NOW + 2 * HOUR)
    assert rotated["id"] == key["id"]
    here.clock.set(NOW + 2 * HOUR - TICK)
    assert (works(old), works(new)) == (None, None)
    here.clock.set(NOW + 2 * HOUR)
    assert (works(old), works(new)) == ("rotated", None)


def test_of_two_rotations_the_first_secret_does_not_survive(town: Town) -> None:
    key = made(town)
    path = f"{KEYS}/{key['id']}/rotation"
    second, third = (town.administrator.post(path, {"grace_hours": 168}).json() for _ in range(2))
    assert [works(server(town, one)) for one in (key, second, third)] == ["key_invalid", None, None]


def test_without_grace_a_rotated_secret_ends_at_once(town: Town) -> None:
    key = made(town)
    town.administrator.post(f"{KEYS}/{key['id']}/rotation", {"grace_hours": 0})
    assert works(server(town, key)) == "rotated"


def test_a_grace_is_a_week_at_most(town: Town) -> None:
    key = made(town)
    answer = town.administrator.post(f"{KEYS}/{key['id']}/rotation", {"grace_hours": 169})
    assert answer.json()["code"] == "malformed"


def test_a_revoked_key_works_no_more_with_any_of_its_secrets(town: Town) -> None:
    key = made(town)
    rotated = town.administrator.post(f"{KEYS}/{key['id']}/rotation").json()
    revoked = town.administrator.delete(f"{KEYS}/{key['id']}").json()
    assert (revoked["state"], revoked["revoked_at"]) == ("revoked", format_instant(NOW))
    assert [works(server(town, one)) for one in (key, rotated)] == ["revoked", "revoked"]
    assert town.administrator.delete(f"{KEYS}/{key['id']}").json() == revoked
    assert listed(town, key)["state"] == "revoked"


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ORGANISER])
def test_only_administrators_see_and_make_keys(town: Town, role: Role) -> None:
    caller: Caller = getattr(town, role.value)
    assert caller.get(KEYS).json()["code"] == "not_permitted"
    assert caller.post(KEYS, {"name": "X", "scopes": ["exports"]}).json()["code"] == "not_permitted"


def test_keys_are_listed_in_pages_newest_first(here: World) -> None:
    slug, staff = here.organisation()
    administrator, keys = staff[Role.ADMINISTRATOR], f"/organisations/{slug}/keys"
    ids = [administrator.post(keys, {"name": f"{n}", "scopes": ["exports"]}).json()["id"] for n in range(3)]
    first = administrator.get(f"{keys}?limit=2").json()
    rest = administrator.get(f"{keys}?limit=2&cursor={first['next_cursor']}").json()
    assert [one["id"] for one in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Basic {}"},
        {"Authorization": "{}"},
        {"Authorization": "Bearer {}x"},
        {"Authorization": "Bearer x{}"},
        {"X-Api-Key": "{}"},
        {"Cookie": "session={}"},
        {"Cookie": "session={}", "On-Behalf-Of": "usager-1"},
        {"On-Behalf-Of": "usager-1"},
    ],
)
def test_a_key_works_in_the_bearer_header_alone(here: World, town: Town, headers: dict[str, str]) -> None:
    assert cookie_name(here.settings.public_url) == "session"
    secret = town.key().token or ""
    draft = town.draft()
    sent = {name: value.format(secret) for name, value in headers.items()}
    answer = town.client.get(f"/api/v1/debates/{draft}/draft", headers=sent)
    assert answer.status_code in {401, 422}, answer.text
    query = f"/api/v1/debates/{draft}/draft?key={secret}&token={secret}&access_token={secret}"
    assert town.client.get(query).status_code == 401


def test_a_secret_is_never_logged(here: World, town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caller = town.key().naming("usager-secret")
    debate = town.debate()
    caller.post(f"/debates/{debate}/contributions", CONTRIBUTION)
    caller.get("/me")
    with here.failing(RuntimeError("a fault of ours")):
        caller.get("/me")
    assert str(caller.token) not in caplog.text
    assert "usager-secret" not in caplog.text


def keyed_entries(here: World, key: Any) -> int:
    with here.services.database.reading() as connection:
        named = journal_entries.c.access_key == key["id"]
        return connection.scalar(select(func.count()).select_from(journal_entries).where(named)) or 0


def test_every_act_through_a_key_says_so_and_people_see_the_role(here: World, town: Town) -> None:
    key = made(town, *(scope.value for scope in Scope))
    caller = server(town, key)
    body = {
        "title": "Des arbres ?",
        "description": "",
        "opens_at": rfc3339(NOW - HOUR),
        "closes_at": rfc3339(NOW + HOUR),
    }
    debate = caller.post(f"/organisations/{SLUG}/debates", body).json()["id"]
    path = f"/debates/{debate}"
    assert caller.get(f"{path}/draft").json()["title"] == "Des arbres ?"
    assert debate in [one["id"] for one in caller.get(f"/organisations/{SLUG}/drafts").json()["items"]]
    user = caller.naming(here.name())
    acts: tuple[Callable[[], Response], ...] = (
        lambda: caller.patch(path, {"title": "Quels arbres ?"}),
        lambda: caller.post(f"{path}/publication"),
        lambda: user.post(f"{path}/contributions", CONTRIBUTION),
        lambda: user.put(f"{path}/posts/1/vote", {"value": "agree"}),
        lambda: caller.post(f"{path}/extension", {"closes_at": LATER, **REASON}),
        lambda: caller.post(f"{path}/closure", REASON),
        lambda: caller.post(f"{path}/reopening", {"closes_at": LATER, **REASON}),
    )
    for act in acts:
        here.clock.step()
        answer = act()
        assert answer.status_code < 300, answer.text
    assert keyed_entries(here, key) == 1 + len(acts)
    history = town.anonymous.get(f"{path}/period-history").json()["items"]
    assert {one["role"] for one in history} == {"key"}
    public = town.anonymous.get(f"{path}/journal").text + str(history)
    assert key["id"] not in public
    with examination_of(here.services.database) as examination:
        assert [finding for finding in examine(examination) if str(finding.debate) == debate] == []

    uses = f"{KEYS}/{key['id']}/uses"
    first = town.administrator.get(f"{uses}?limit=5").json()
    rest = town.administrator.get(f"{uses}?limit=5&cursor={first['next_cursor']}").json()
    seen = first["items"] + rest["items"]
    assert [one["sequence"] for one in seen] == list(range(1 + len(acts), 0, -1))
    assert {one["debate"] for one in seen} == {debate}
    assert seen[-1]["kind"] == "debate_created"
    assert str(user.on_behalf_of) not in str(seen)


def test_whoever_acts_in_person_leaves_no_key(here: World, town: Town) -> None:
    debate = town.debate()
    town.contribution(debate)
    uid = town.anonymous.get(f"/debates/{debate}/journal").json()["items"][0]["leaf_hash"]
    with here.services.database.reading() as connection:
        leaf = journal_entries.c.leaf_hash == bytes.fromhex(uid)
        assert connection.scalar(select(journal_entries.c.access_key).where(leaf)) is None


def test_a_repeated_call_of_a_key_is_answered_once(here: World, town: Town) -> None:
    first, second, once = town.key(), town.key(), here.name()
    body = {
        "title": f"Une question {once}",
        "description": "",
        "opens_at": rfc3339(NOW),
        "closes_at": rfc3339(NOW + HOUR),
    }
    path = f"/organisations/{SLUG}/debates"
    answers = [caller.post(path, body, Idempotency_Key=once) for caller in (first, first, second)]
    ids = [answer.json()["id"] for answer in answers]
    assert ids[0] == ids[1] != ids[2]
    assert answers[1].headers["idempotent-replayed"] == "true"
    changed = first.post(path, body | {"title": "Une autre"}, Idempotency_Key=once)
    assert changed.json()["code"] == "idempotency_key_reused"
    here.clock.step(timedelta(hours=24, microseconds=1))
    assert first.post(path, body, Idempotency_Key=once).json()["id"] not in ids


def test_the_last_use_is_gathered_and_written_later(here: World, town: Town) -> None:
    kit = state_of(here.process.client.app).kit
    key = made(town)
    caller = server(town, key)
    assert listed(town, key)["used_at"] is None
    here.clock.step()
    with here.statements() as seen:
        works(caller)
    assert not [one for one in seen if one.startswith("UPDATE access_keys")]
    uses = kit.key_uses.taken()
    here.services.work.perform(lambda tx: write_uses(tx, uses))
    used = listed(town, key)["used_at"]
    assert used == format_instant(here.clock())
    with here.services.database.reading() as connection:
        internal = connection.scalar(select(access_keys.c.key).where(access_keys.c.hint == key["hint"]))
    assert internal is not None
    assert internal in uses
    here.services.work.perform(lambda tx: write_uses(tx, {internal: NOW}))
    assert listed(town, key)["used_at"] == used, "never earlier than it was"
    kit.key_uses.put_back(uses)
    assert kit.key_uses.taken() == uses
    assert kit.key_uses.taken() == {}
