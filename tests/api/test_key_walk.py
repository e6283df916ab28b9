"""Keys try every operation of the document, so that one that is added tomorrow is tried as well.

A key of one town gets nothing of another's that is not public, and changes nothing; a key of the
town itself gets through where the operation names its scope, and nowhere else.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from sqlalchemy import select

from consultation.domain.actors import Role
from consultation.domain.keys import Scope
from consultation.persistence.tables import access_keys, metadata
from tests.api.bodies import NOBODY
from tests.api.contract import Operation
from tests.api.operations import OPERATIONS
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import SLUG, Caller

USER: Final = "usager-1"
REFUSED: Final = frozenset({401, 403, 404, 422})
PERIOD: Final = frozenset({"period_not_open", "period_closed"})
"""What a refusal may tell of a debate: everybody can read its period."""
OF_NO_TOWN: Final = frozenset({"request_code", "sign_in", "send_notice"})
"""Operations that write for whoever asks and belong to no town."""


def contents(world: World) -> dict[str, list[Any]]:
    """Every row of every table, but for the last uses of keys, which the service writes each minute."""
    with world.services.database.reading() as connection:
        return {
            table.name: sorted(
                map(repr, connection.execute(select(*(c for c in table.c if c is not access_keys.c.used_at))))
            )
            for table in metadata.sorted_tables
        }


def example_body(scene: Scene, operation: Operation) -> Any:
    """The example that the document gives for the body of an operation."""
    body = operation.declared.get("requestBody")
    if body is None:
        return None
    schema = body["content"]["application/json"]["schema"]
    name = (schema.get("$ref") or schema["anyOf"][0]["$ref"]).rpartition("/")[2]
    examples = scene.contract.document["components"]["schemas"][name].get("examples", [{}])
    return examples[0]


def targets(scene: Scene) -> Iterator[dict[str, str]]:
    """What a template's places can stand for in the town that is attacked."""
    members = scene.town.administrator.get(f"/organisations/{SLUG}/members").json()["items"]
    key = scene.key()
    for debate in (scene.open, scene.closed, scene.upcoming, scene.draft):
        for number in ("1", "2"):
            yield {
                "debate_id": debate,
                "number": number,
                "slug": SLUG,
                "person": members[0]["id"],
                "key": key,
            }


def calls(scene: Scene, operation: Operation) -> set[str]:
    """The paths of an operation on everything of the town; unknown places stand for nothing."""
    names = [part[1:-1] for part in operation.template.split("/") if part.startswith("{")]
    paths = set()
    for places in targets(scene):
        path = operation.template
        for name in names:
            path = path.replace(f"{{{name}}}", places.get(name, NOBODY))
        paths.add(path)
    return paths


def attackers(scene: Scene) -> dict[str, Caller]:
    """The other town's server: by itself, for its own user, and for a user whom both towns know."""
    slug, _ = scene.foreign
    server = scene.town.key(organisation=slug)
    own = server.naming("usager-d-ailleurs")
    own.put(f"/organisations/{slug}/participant", {"name": "Ailleurs"})
    assert scene.user.token is not None  # the town knows usager-1 too
    return {"alone": server, "own user": own, "namesake": server.naming(USER)}


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - OF_NO_TOWN))
def test_a_key_of_another_town_gets_nothing_that_is_not_public(scene: Scene, name: str) -> None:
    operation = scene.contract.operations[name]
    callers, paths = attackers(scene), sorted(calls(scene, operation))
    body = example_body(scene, operation)
    before = contents(scene.world)
    for who, caller in callers.items():
        for path in paths:
            headers = {**caller.credentials(), "Idempotency-Key": scene.world.name()}
            answer = caller.client.request(operation.method, path, json=body, headers=headers)
            if operation.access == "public":
                stranger = scene.town.client.request(operation.method, path, json=body)
                assert answer.content == stranger.content, (who, path)
            elif operation.access == "anyone" and answer.status_code == 200:
                mine = answer.json()
                assert (mine["votes"], mine["posts"]) == ({}, []), (who, path)
                assert not any(one["allowed"] for one in mine["capabilities"].values()), (who, path)
            else:
                told = (who, path, answer.text)
                assert answer.status_code in REFUSED or answer.json().get("code") in PERIOD, told
    assert contents(scene.world) == before


def test_the_walk_knows_every_operation(scene: Scene) -> None:
    assert set(scene.contract.operations) == set(OPERATIONS)


def with_key(scene: Scene, operation: Operation, *scopes: Scope) -> Caller:
    """The town's server, naming its user where that is what the operation takes."""
    server = scene.town.key(*scopes)
    return server.naming(USER) if operation.takes("On-Behalf-Of") else server


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_key_gets_through_with_one_scope_of_those_that_are_declared(scene: Scene, name: str) -> None:
    operation = scene.contract.operations[name]
    for scope in operation.declared.get("x-scopes") or ():
        caller = with_key(scene, operation, Scope(scope))
        answer = scene.fresh(name, caller).send()
        assert answer.status_code == operation.success, (scope, answer.text)


@pytest.mark.parametrize("name", OPERATIONS)
def test_without_a_declared_scope_a_key_is_refused(scene: Scene, name: str) -> None:
    operation = scene.contract.operations[name]
    scopes = operation.declared.get("x-scopes")
    if operation.access in {"public", "browser"} or scopes == []:
        assert scene.fresh(name, scene.server).send().status_code in {200, 201, 202, 303, 401}
        return
    others = set(Scope) - set(map(Scope, scopes or ()))
    caller = with_key(scene, operation, *others)
    # Some good calls come with a caller of their own.
    attempt = scene.attempt(name, caller).by(caller)
    if "debate_id" in attempt.places:
        attempt = attempt.at(debate_id=scene.open)
    code = attempt.send().json()["code"]
    assert code == ("key_not_accepted" if scopes is None else "key_scope_missing")


def test_a_key_never_makes_a_key(scene: Scene) -> None:
    answer = scene.attempt("create_key", scene.server).send()
    assert (answer.status_code, answer.json()["code"]) == (403, "key_not_accepted")


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_call_with_a_key_stays_within_eight_statements(scene: Scene, name: str) -> None:
    """Also with an Idempotency-Key. The first act of a user takes three more, once."""
    operation = scene.contract.operations[name]
    if not operation.declared.get("x-scopes"):
        return
    caller = scene.user if operation.takes("On-Behalf-Of") else scene.server
    attempt = scene.fresh(name, caller)
    keyed = operation.takes("Idempotency-Key")
    with scene.world.statements() as seen:
        answer = attempt.send(Idempotency_Key=scene.world.name()) if keyed else attempt.send()
    assert answer.status_code == operation.success, answer.text
    assert len(seen) <= (3 if operation.method == "GET" else 8), seen


def test_the_first_act_of_a_user_takes_three_statements_more(scene: Scene) -> None:
    attempt = scene.fresh("post_argument", scene.server.naming(scene.world.name()))
    with scene.world.statements() as seen:
        assert attempt.send(Idempotency_Key=scene.world.name()).status_code == 201
    assert len(seen) == 11


def test_staff_of_another_town_sees_no_key(scene: Scene) -> None:
    _, foreign = scene.foreign
    key = scene.key()
    administrator = foreign[Role.ADMINISTRATOR]
    for path in ("/keys", f"/keys/{key}/uses"):
        answer = administrator.get(f"/organisations/{SLUG}{path}")
        assert answer.json()["code"] == "not_permitted"
    mine = scene.foreign[0]
    assert administrator.get(f"/organisations/{mine}/keys/{key}/uses").json()["code"] == "key_not_found"
    assert administrator.delete(f"/organisations/{mine}/keys/{key}").json()["code"] == "key_not_found"
