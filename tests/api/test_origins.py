"""Calls from pages of other origins: only listed ones may read, and none of them with a cookie."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import pytest
from httpx2 import Response

from consultation.application.ports import Busy
from consultation.application.readers import Snapshot
from consultation.domain.actors import Role
from consultation.settings import Environment
from tests.api.bodies import NOBODY
from tests.api.contract import CheckedClient
from tests.api.operations import OPERATIONS, READING
from tests.api.scene import Scene, without_id
from tests.api.worlds import World
from tests.builders import Caller

SITE: Final = "https://www.ville.example"
OTHER: Final = "https://www.autre.example"
ORIGINS: Final = "/organisations/ville-exemple/embed-origins"
ALLOWED: Final = "access-control-allow-origin"
ELSEWHERE: Final = {
    *("name_first_administrator", "accept_invitation"),
    *("start_sign_in", "finish_sign_in", "sign_out_everywhere"),
    *("list_dead_letters", "replay_dead_letter", "lodge_appeal"),
    *("lodge_appeal_by_link", "get_unsubscription", "unsubscribe_by_link"),
}
"""Operations on another organisation, or that no page of another site has a use for."""

PREFLIGHT: Final = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization",
}


@contextmanager
def listed(here: World, origin: str = SITE) -> Iterator[Callable[[], None]]:
    """An origin on the town's list inside the block, or until what is given is called."""
    administrator = here.town.administrator
    answer = administrator.post(ORIGINS, {"origin": origin})
    assert answer.status_code == 201, answer.text
    left = [str(answer.json()["id"])]

    def remove() -> None:
        while left:
            assert administrator.delete(f"{ORIGINS}/{left.pop()}").status_code == 200

    yield remove
    remove()


def another_organisation(here: World, origin: str) -> tuple[str, dict[Role, Caller], str]:
    """A new organisation that lists an origin: its slug, its staff, the id of the entry."""
    slug, staff = here.organisation()
    answer = staff[Role.ADMINISTRATOR].post(f"/organisations/{slug}/embed-origins", {"origin": origin})
    return slug, staff, str(answer.json()["id"])


def get(client: CheckedClient, path: str, origin: str = SITE, **headers: str) -> Response:
    return client.get(f"/api/v1{path}", headers={"Origin": origin, **headers})


def vary(answer: Response) -> set[str]:
    return {word.strip().lower() for word in answer.headers["vary"].split(",")}


def test_a_list_begins_empty_grows_and_shrinks(here: World) -> None:
    slug, staff = here.organisation()
    administrator = staff[Role.ADMINISTRATOR]
    path = f"/organisations/{slug}/embed-origins"
    assert administrator.get(path).json()["items"] == []
    added = administrator.post(path, {"origin": "HTTPS://Www.Ville.Example:443/"}).json()
    assert (added["origin"], added["added_by"]) == (SITE, administrator.get("/me").json()["name"])
    assert administrator.get(path).json()["items"] == [added]
    assert administrator.post(path, {"origin": SITE}).json() == added, "once is enough"
    assert administrator.delete(f"{path}/{added['id']}").json()["items"] == []
    assert administrator.delete(f"{path}/{added['id']}").json()["code"] == "origin_not_found"


def test_an_origin_of_another_organisation_is_not_found_to_be_removed(here: World) -> None:
    slug, staff, foreign = another_organisation(here, f"https://{here.name()}.autre.example")
    answer = here.town.administrator.delete(f"{ORIGINS}/{foreign}")
    assert answer.json()["code"] == "origin_not_found"
    assert len(staff[Role.ADMINISTRATOR].get(f"/organisations/{slug}/embed-origins").json()["items"]) == 1


@pytest.mark.parametrize(("environment", "status"), [("development", 201), ("production", 422)])
def test_only_a_development_machine_may_list_itself(here: World, environment: str, status: int) -> None:
    allowed = Environment(environment) is Environment.DEVELOPMENT
    with here.kit(allows_loopback_origins=allowed):
        answer = here.town.administrator.post(ORIGINS, {"origin": "http://localhost:3000"})
    assert answer.status_code == status


@pytest.mark.parametrize("name", READING)
def test_a_listed_origin_may_read_what_is_the_organisations_and_nobody_else_may(
    scene: Scene, name: str
) -> None:
    here, attempt = scene.world, scene.attempt(name)
    with listed(here) as remove:
        plain = attempt.send()
        allowed, foreign = attempt.send(Origin=SITE), attempt.send(Origin=OTHER)
        assert allowed.headers[ALLOWED] == SITE
        assert {"etag", "link", "date"} <= set(
            allowed.headers["access-control-expose-headers"].lower().replace(" ", "").split(",")
        )
        assert ALLOWED not in foreign.headers
        assert "origin" in vary(plain) & vary(allowed) & vary(foreign)
        assert plain.content == allowed.content == foreign.content
        unchanged = attempt.send(Origin=SITE, If_None_Match=plain.headers["etag"])
        assert (unchanged.status_code, unchanged.headers[ALLOWED]) == (304, SITE)
        remove()
        assert ALLOWED not in attempt.send(Origin=SITE).headers


def test_a_finished_document_is_the_same_for_every_origin(scene: Scene) -> None:
    with listed(scene.world):
        attempt = scene.attempt("get_thread")
        attempt.send()
        answers = [attempt.send(), attempt.send(Origin=SITE), attempt.send(Origin=OTHER)]
        assert len({answer.content for answer in answers}) == 1
        plain = without_id(answers[0])
        assert without_id(answers[2]) == plain
        extra = {name: value for name, value in without_id(answers[1]).items() if name not in plain}
        assert extra.keys() == {ALLOWED, "access-control-expose-headers"}


@pytest.mark.parametrize(
    "name", [name for name in OPERATIONS if "health" not in name and "readi" not in name]
)
def test_no_answer_lets_a_foreign_origin_read_or_any_origin_send_credentials(scene: Scene, name: str) -> None:
    with listed(scene.world):
        attempt = scene.fresh(name)
        for origin in (
            OTHER,
            "null",
            "*",
            f"{SITE}.evil.example",
            f"{SITE}:8443",
            "http://www.ville.example",
        ):
            assert ALLOWED not in attempt.send(Origin=origin).headers
        answer = scene.fresh(name).send(Origin=SITE)
        assert answer.headers.get(ALLOWED) == (None if name in ELSEWHERE else SITE)
        assert "access-control-allow-credentials" not in answer.headers


def test_what_another_organisation_lists_opens_nothing_of_this_one(scene: Scene) -> None:
    here = scene.world
    origin = f"https://{here.name()}.autre.example"
    slug, _, _ = another_organisation(here, origin)
    client = here.process.client
    assert ALLOWED not in get(client, f"/debates/{scene.open}", origin).headers
    assert ALLOWED not in get(client, "/organisations/ville-exemple", origin).headers
    assert get(client, f"/organisations/{slug}", origin).headers[ALLOWED] == origin
    assert get(client, "/debates", origin).headers[ALLOWED] == origin, "it belongs to nobody in particular"
    assert ALLOWED not in get(client, f"/debates/{NOBODY}", origin).headers


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/problems", "/openapi.json", "/healthz", "/reference.css", "/api/v1"]
)
def test_what_is_no_interface_is_read_by_no_other_origin(here: World, path: str) -> None:
    with listed(here):
        assert ALLOWED not in here.process.client.get(path, headers={"Origin": SITE}).headers


@pytest.mark.parametrize(
    "path",
    ["/debates/{open}/contributions", "/auth/codes", "/auth/sessions", "/me", "/me/sessions", "/debates"],
)
def test_a_preflight_of_a_listed_origin_says_what_it_may_send(scene: Scene, path: str) -> None:
    with listed(scene.world):
        headers = {"Origin": SITE, **PREFLIGHT}
        place = f"/api/v1{path.format(open=scene.open)}"
        with scene.world.statements() as seen:
            answer = scene.world.process.client.options(place, headers=headers)
            scene.world.process.client.options(place, headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers[ALLOWED] == SITE
        methods = answer.headers["access-control-allow-methods"].split(", ")
        assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(methods)
        sent = answer.headers["access-control-allow-headers"].lower().split(", ")
        assert {"authorization", "content-type", "idempotency-key", "if-match", "if-none-match"} <= set(sent)
        assert {"accept-language", "x-request-id", "on-behalf-of"} <= set(sent)
        assert int(answer.headers["access-control-max-age"]) <= 60
        assert {"origin", "access-control-request-method", "access-control-request-headers"} <= vary(answer)
        assert len(seen) <= 2, "the list, and once whose the debate is"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": OTHER, **PREFLIGHT},
        {"Origin": "null", **PREFLIGHT},
        {"Origin": SITE},
        PREFLIGHT,
    ],
)
def test_any_other_preflight_is_answered_like_any_unknown_method(
    scene: Scene, headers: dict[str, str]
) -> None:
    with listed(scene.world):
        path = f"/api/v1/debates/{scene.open}/contributions"
        answer = scene.world.process.client.options(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert "access-control-allow-methods" not in answer.headers
        assert "origin" in vary(answer)


def test_a_refusal_is_read_by_a_listed_origin_too(scene: Scene) -> None:
    with listed(scene.world):
        answer = get(scene.world.process.client, f"/debates/{scene.open}/posts/999")
        assert (answer.status_code, answer.headers[ALLOWED]) == (404, SITE)
        assert {"origin", "accept-language"} <= vary(answer)


def test_a_removed_origin_is_out_at_once_here_and_within_seconds_in_other_processes(scene: Scene) -> None:
    here = scene.world
    neighbour = here.neighbour
    lists: Any = neighbour.services.origins
    lists._ticks = neighbour.ticks
    path = f"/debates/{scene.open}"
    neighbour.ticks.step(3.0)
    with listed(here) as remove:
        assert get(here.process.client, path).headers[ALLOWED] == SITE
        assert get(neighbour.client, path).headers[ALLOWED] == SITE
        remove()
        assert ALLOWED not in get(here.process.client, path).headers
        neighbour.ticks.step(2.9)
        assert get(neighbour.client, path).headers[ALLOWED] == SITE
        neighbour.ticks.step(0.1)
        assert ALLOWED not in get(neighbour.client, path).headers


def test_warm_reads_of_another_origin_ask_the_database_for_nothing_more(scene: Scene) -> None:
    here = scene.world
    with listed(here):
        attempt = scene.attempt("get_thread")
        attempt.send()
        attempt.send(Origin=SITE)
        with here.statements() as seen:
            assert attempt.send(Origin=SITE).headers[ALLOWED] == SITE
            attempt.send(Origin=OTHER)
        assert seen == []


def test_calls_without_an_origin_never_ask_for_the_lists(scene: Scene) -> None:
    scene.world.services.origins.forget()
    attempt = scene.attempt("get_debate").by(scene.participant)
    with scene.world.statements() as seen:
        attempt.send()
    assert len([statement for statement in seen if "embed_origins" in statement]) == 0


def test_what_was_read_before_a_change_does_not_outlive_it(here: World) -> None:
    lists = here.services.origins
    original = lists._readers.snapshot
    changed = []

    @contextmanager
    def late() -> Iterator[Snapshot]:
        """Reads, and only then hears of a change."""
        with original() as snapshot:
            yield snapshot
        lists.forget()
        changed.append(True)

    lists.forget()
    readers: Any = lists._readers
    readers.snapshot = late
    try:
        lists.read()
    finally:
        del readers.snapshot
    assert changed == [True]
    assert lists.trusted() is None


def test_nobody_is_let_in_while_the_list_cannot_be_read(scene: Scene) -> None:
    here = scene.world
    with listed(here):
        attempt = scene.attempt("get_thread")
        attempt.send()
        here.services.origins.forget()
        with here.failing(Busy()):
            answer = attempt.send(Origin=SITE)
        assert answer.status_code == 200, "the finished document needs no database"
        assert ALLOWED not in answer.headers


@pytest.mark.parametrize("identifier", [NOBODY, "draft", "nonsense"])
def test_there_is_no_page_of_what_is_not_published(scene: Scene, identifier: str) -> None:
    identifier = scene.draft if identifier == "draft" else identifier
    answer = scene.world.process.client.get(f"/embed/debates/{identifier}")
    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'none'; sandbox")


def test_the_owner_of_a_debate_is_asked_for_once(scene: Scene) -> None:
    lists = scene.world.services.origins
    lists.read(UUID(scene.open))
    assert lists.owner(UUID(scene.open)) is not None
    assert lists.owner(UUID(NOBODY)) is None
