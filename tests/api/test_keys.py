"""Keys from their making to their end, and what servers do with them."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
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
from consultation.persistence.tables import access_keys, identities, journal_entries, metadata, people
from tests.api.scene import LATER, REASON
from tests.api.worlds import World
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


# On behalf of users


def person_behind(here: World, subject: str, issuer: str) -> list[int]:
    with here.services.database.reading() as connection:
        return list(
            connection.scalars(
                select(identities.c.person_key).where(
                    identities.c.subject == subject, identities.c.issuer == issuer
                )
            )
        )


def issuer(here: World, slug: str = SLUG) -> str:
    found = here.services.work.perform(lambda tx: tx.organisations.find(slug))
    assert found is not None
    return str(found.uid.urn)  # type: ignore[union-attr]  # finding refuses nothing


def test_one_id_is_one_person_with_one_vote_through_all_keys_of_the_town(here: World, town: Town) -> None:
    debate, user = town.debate(), here.name()
    number = town.contribution(debate)
    vote = f"/debates/{debate}/posts/{number}/vote"
    for value in ("agree", "mixed", "disagree"):
        town.key().naming(user).put(vote, {"value": value})
    town.key().naming(f"{user}-bis").put(vote, {"value": "agree"})
    tally = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["tally"]
    assert tally == {"agree": 1, "mixed": 0, "disagree": 1, "on_earlier_revisions": 0}
    assert len(person_behind(here, user, issuer(here))) == 1
    assert town.anonymous.get(f"/debates/{debate}").json()["counts"]["participants"] == 3


def test_two_first_calls_at_once_make_one_person(here: World, town: Town) -> None:
    """Both find nobody; the second meets the first's row, is run again and finds the person."""
    debate, number = town.debate(), 0
    number = town.contribution(debate)
    caller, vote = town.key(), f"/debates/{debate}/posts/{number}/vote"
    for _ in range(5):
        user = here.name()
        barrier = Barrier(4)

        def voting(value: str, user: str = user, barrier: Barrier = barrier) -> Response:
            barrier.wait(timeout=20)
            return caller.naming(user).put(vote, {"value": value})

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(voting, ("agree", "mixed", "disagree", "agree")))
        assert {answer.status_code for answer in answers} == {200}
        assert len(person_behind(here, user, issuer(here))) == 1
    votes = town.anonymous.get(f"/debates/{debate}").json()["counts"]["votes"]
    assert votes == 5


def test_the_same_id_in_two_towns_is_two_people(here: World, town: Town) -> None:
    slug, _ = here.organisation()
    user = here.name()
    for place, owner in ((SLUG, town.key()), (slug, town.key(organisation=slug))):
        owner.naming(user).put(f"/organisations/{place}/participant", {"name": f"De {place}"})
    first, second = (person_behind(here, user, issuer(here, place)) for place in (SLUG, slug))
    assert len(first) == len(second) == 1
    assert first != second


def test_a_user_signs_with_a_pseudonym_until_the_town_gives_a_name(here: World, town: Town) -> None:
    debate, caller = town.debate(), town.key().naming(here.name())
    place = f"/organisations/{SLUG}/participant"
    assert caller.get(place).json()["code"] == "participant_not_found"
    first = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION).json()
    assert first["author"]["name"].startswith("Participant ")
    assert str(caller.on_behalf_of) not in str(first)
    assert caller.put(place, {"name": "  Camille   T. ", "locale": "nl"}).json() == {
        "name": "Camille T.",
        "locale": "nl",
    }
    second = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION).json()
    assert second["author"]["name"] == "Camille T."
    posts = f"/debates/{debate}/posts"
    assert town.anonymous.get(f"{posts}/{first['number']}").json()["author"] == first["author"]
    assert caller.get(place).json() == {"name": "Camille T.", "locale": "nl"}


def test_an_author_edits_and_withdraws_and_nobody_else_does(here: World, town: Town) -> None:
    debate, caller = town.debate(), town.key().naming(here.name())
    number = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION).json()["number"]
    post = f"/debates/{debate}/posts/{number}"
    other = caller.naming(here.name())
    assert other.patch(post, {"title": "Un autre titre"}).json()["code"] == "not_author"
    assert other.post(f"{post}/withdrawal").json()["code"] == "not_author"
    assert caller.patch(post, {"title": "Un autre titre"}).json()["revision"] == 2
    assert caller.post(f"{post}/withdrawal").json()["state"] == "withdrawn"


def test_a_refused_first_act_makes_nobody(here: World, town: Town) -> None:
    debate, user = town.debate(), here.name()
    caller = town.key().naming(user)
    town.moderator.post(f"/debates/{debate}/closure", REASON)
    with here.services.database.reading() as connection:
        before = connection.scalar(select(func.count()).select_from(people))
    answer = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION)
    assert answer.json()["code"] == "period_closed"
    with here.services.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(people)) == before
    assert person_behind(here, user, issuer(here)) == []


@pytest.mark.parametrize("name", ["", "x" * 201, "deux mots", "\u00e9t\u00e9", "tab\tici"])
def test_an_unfit_name_of_a_user_is_malformed(town: Town, name: str) -> None:
    secret = town.key().token or ""
    headers = [(b"authorization", f"Bearer {secret}".encode()), (b"on-behalf-of", name.encode("latin-1"))]
    answer = town.client.get(f"/api/v1/organisations/{SLUG}/participant", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/header/On-Behalf-Of"


def test_a_person_cannot_act_as_a_towns_user(town: Town) -> None:
    debate = town.debate()
    for caller in (town.citizen(), town.administrator, town.anonymous):
        answer = caller.naming("usager-1").post(f"/debates/{debate}/contributions", CONTRIBUTION)
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_server_runs_nothing_in_the_name_of_a_user(town: Town) -> None:
    debate = town.debate()
    answer = town.key().naming("usager-1").post(f"/debates/{debate}/closure", REASON)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert town.anonymous.get(f"/debates/{debate}").json()["phase"] == "open"


def test_what_a_server_and_its_user_may_do_is_told(here: World, town: Town) -> None:
    debate, caller = town.debate(), town.key()
    user = caller.naming(here.name())
    number = user.post(f"/debates/{debate}/contributions", CONTRIBUTION).json()["number"]
    user.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    mine = user.get(f"/debates/{debate}/me?posts={number}").json()
    assert mine["posts"] == [number]
    assert mine["votes"][str(number)]["value"] == "agree"
    assert all(one["allowed"] for one in mine["capabilities"].values())
    newcomer = caller.naming(here.name()).get(f"/debates/{debate}/me?posts={number}").json()
    assert (newcomer["posts"], newcomer["votes"]) == ([], {})
    assert newcomer["capabilities"]["vote"]["allowed"]
    itself = caller.get(f"/debates/{debate}/me").json()["capabilities"]
    assert itself["vote"]["code"] == "on_behalf_of_required"
    assert itself["close"]["allowed"]


# The journal


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


def test_nobody_takes_part_outside_the_period_through_a_key(here: World, town: Town) -> None:
    debate, caller = town.debate(), town.key().naming(here.name())
    number = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION).json()["number"]
    caller.naming(None).post(f"/debates/{debate}/closure", REASON)
    post = f"/debates/{debate}/posts/{number}"
    for answer in (
        caller.post(f"/debates/{debate}/contributions", CONTRIBUTION),
        caller.put(f"{post}/vote", {"value": "agree"}),
        caller.patch(post, {"title": "Un autre titre"}),
        caller.post(f"{post}/withdrawal"),
    ):
        assert answer.json()["code"] == "period_closed"


# Repeated calls, and the last use


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


def test_two_users_of_one_server_never_get_each_others_answers(here: World, town: Town) -> None:
    debate, caller, once = town.debate(), town.key(), here.name()
    users = [caller.naming(here.name()) for _ in range(2)]
    path = f"/debates/{debate}/contributions"
    numbers = [user.post(path, CONTRIBUTION, Idempotency_Key=once).json()["number"] for user in users]
    again = [user.post(path, CONTRIBUTION, Idempotency_Key=once).json()["number"] for user in users]
    assert numbers == again
    assert numbers[0] != numbers[1]


def test_the_last_use_is_gathered_and_written_later(here: World, town: Town) -> None:
    app: Any = here.process.client.app
    kit = app._app.state.kit
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
