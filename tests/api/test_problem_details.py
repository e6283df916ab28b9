"""Every error is one shape (RFC 9457), in the caller's language, and every answer bears a request id."""

import re

import pytest

from tests.api.bodies import NOBODY
from tests.api.contract import CheckedClient
from tests.api.scene import Scene
from tests.builders import CLOSES_AT, CONTRIBUTION, Caller, Town, rfc3339

NOT_FOUND = f"/api/v1/debates/{NOBODY}"
TITLES = {
    "fr": "Débat introuvable",
    "nl": "Debat niet gevonden",
    "de": "Debatte nicht gefunden",
    "en": "Debate not found",
}


def test_a_problem_has_the_members_of_rfc_9457_and_a_code(client: CheckedClient) -> None:
    problem = client.get(NOT_FOUND).json()
    assert problem.pop("detail")
    assert problem == {
        "type": "http://testserver/problems/debate_not_found",
        "title": "Débat introuvable",
        "status": 404,
        "code": "debate_not_found",
    }


def test_facts_stand_beside_the_members(scene: Scene) -> None:
    answer = scene.author.post(f"/debates/{scene.closed}/contributions", CONTRIBUTION)
    problem = answer.json()
    closed = scene.town.anonymous.get(f"/debates/{scene.closed}").json()
    assert (problem["status"], problem["code"]) == (409, "period_closed")
    assert problem["closed_at"] == closed["closes_at"]
    assert problem["time_zone"] == "Europe/Paris"


def test_the_detail_says_the_hour_of_the_close_in_the_zone_of_the_organisation(town: Town) -> None:
    debate = town.debate()
    town.clock.set(CLOSES_AT)
    detail = town.citizen().post(f"/debates/{debate}/contributions", CONTRIBUTION).json()["detail"]
    assert "31 mars 2026" in detail.replace("\N{NO-BREAK SPACE}", " ")
    assert "18:00" in detail, "16:00 UTC is 18:00 in Paris in summer"
    assert rfc3339(CLOSES_AT) not in detail


def test_a_fact_about_a_field_points_at_it(scene: Scene) -> None:
    answer = scene.attempt("post_contribution").saying(title="Ah").send()
    problem = answer.json()
    assert problem["errors"] == [{"pointer": "/title", "detail": problem["detail"]}]
    assert (problem["limit"], problem["length"]) == (5, 2)


def test_every_fault_of_a_body_has_a_pointer(scene: Scene) -> None:
    body = {"title": 5, "body": None, "theme": "Pas un slug", "unknown": 1}
    problem = scene.author.post(f"/debates/{scene.open}/contributions", body).json()
    assert problem["code"] == "malformed"
    assert sorted(error["pointer"] for error in problem["errors"]) == [
        "/body",
        "/theme",
        "/title",
        "/unknown",
    ]


def test_a_pointer_escapes_what_rfc_6901_asks_for(scene: Scene) -> None:
    answer = scene.author.post(f"/debates/{scene.open}/contributions", CONTRIBUTION | {"a/b~c": 1})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/a~1b~0c"]


def test_a_fault_of_a_parameter_says_where_it_stands(client: CheckedClient, scene: Scene) -> None:
    answer = client.get(f"/api/v1/debates/{scene.open}/contributions?limit=0&sort=best")
    assert sorted(error["pointer"] for error in answer.json()["errors"]) == ["#/query/limit", "#/query/sort"]


def test_a_flood_of_faults_is_cut_short(scene: Scene) -> None:
    body = {f"member_{number}": number for number in range(1_000)}
    answer = scene.author.post(f"/debates/{scene.open}/contributions", body)
    assert len(answer.json()["errors"]) == 20


@pytest.mark.parametrize("language", TITLES)
def test_a_problem_speaks_the_language_of_the_caller(client: CheckedClient, language: str) -> None:
    answer = client.get(NOT_FOUND, headers={"Accept-Language": language})
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == TITLES[language]


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("de-AT, en;q=0.5", "de"),
        ("en;q=0.2, nl;q=0.9", "nl"),
        ("it, es;q=0.5", "fr"),
        ("*", "fr"),
        ("fr;q=0, *", "nl"),
        ("x" * 5_000, "fr"),
        (";;;=,q", "fr"),
        ("", "fr"),
    ],
)
def test_the_best_wish_that_can_be_met_is_met(client: CheckedClient, wish: str, language: str) -> None:
    answer = client.get(NOT_FOUND, headers={"Accept-Language": wish})
    assert answer.headers["content-language"] == language


def test_an_unknown_path_is_a_problem_too(client: CheckedClient) -> None:
    for path in ("/api/v1/nowhere", "/api", "/api/v1/debates/", "/api/v2/debates"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/debates", {"GET"}),
        ("PUT", "/api/v1/me", {"DELETE", "GET", "PATCH"}),
        ("POST", "/api/v1/debates/{debate}/posts/1/vote", {"PUT", "DELETE"}),
        ("GET", "/api/v1/auth/codes", {"POST"}),
        ("TRACE", "/api/v1/organisations", {"GET", "POST"}),
        ("BREW", "/api/v1/debates/{debate}/posts/1", {"GET", "PATCH"}),
    ],
)
def test_a_method_that_is_not_there_is_answered_with_those_that_are(
    scene: Scene, client: CheckedClient, method: str, path: str, allowed: set[str]
) -> None:
    answer = client.request(method, path.format(debate=scene.open))
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert set(re.split(", *", answer.headers["allow"])) - {"HEAD"} == allowed


@pytest.mark.parametrize("given", ["a", "A-b_c.9", "x" * 64, "01a20028-9177-7723-90e1-5d05319b965d"])
def test_a_fit_request_id_comes_back(client: CheckedClient, given: str) -> None:
    for path in ("/healthz", NOT_FOUND, "/api/v1/organisations"):
        assert client.get(path, headers={"X-Request-Id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "two words", "a\tb", "a;b", "é", "<script>"])
def test_an_unfit_request_id_is_replaced(client: CheckedClient, given: str) -> None:
    answer = client.get("/healthz", headers=[(b"x-request-id", given.encode())])
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def test_every_answer_has_a_request_id_of_its_own(scene: Scene) -> None:
    attempt = scene.attempt("get_thread")
    ids = {attempt.send().headers["x-request-id"] for _ in range(3)}
    ids.add(attempt.at(number=999).send().headers["x-request-id"])
    assert len(ids) == 4


def test_a_request_id_of_the_caller_comes_back_with_a_finished_document(scene: Scene) -> None:
    attempt = scene.attempt("get_thread")
    attempt.send()
    assert attempt.send(X_Request_Id="mine").headers["x-request-id"] == "mine"


def test_a_fault_of_ours_tells_nothing_of_itself(scene: Scene) -> None:
    with scene.world.failing(RuntimeError("secret of the house")):
        answer = Caller(scene.world.process.client).get("/organisations")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
