"""What every answer tells the browser: policies, and what may be kept."""

from typing import Any, Final

import pytest

from consultation.api.headers import SecurityHeaders, frame_ancestors, page_headers
from tests.api.contract import CheckedClient
from tests.api.operations import FILES, OPERATIONS, READING
from tests.api.scene import Scene
from tests.api.worlds import World, process

PAGES = ("/docs", "/problems", "/problems/busy")
DATA: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
FORM: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FORMS: Final = frozenset({"get_unsubscription", "unsubscribe_by_link"})
"""Operations that show whoever followed the link of a message a form, or what became of it."""


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_answer_is_data_and_comes_to_life_nowhere(scene: Scene, name: str) -> None:
    for answer in (
        scene.fresh(name).send(),
        scene.attempt(name, scene.town.anonymous).send(Authorization="Bearer nonsense"),
    ):
        policy = answer.headers["content-security-policy"]
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        assert policy == (FORM if is_page else DATA)
        assert name in FORMS or not is_page
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        # A logo is a public picture, which the town's own site may show too.
        is_shared = name == "get_logo" and answer.status_code < 400
        wanted = "cross-origin" if is_shared else "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == wanted
        assert answer.headers.get_list("content-security-policy") == [policy]


@pytest.mark.parametrize(
    "name", [name for name in OPERATIONS if name not in {*READING, *FILES, "get_privacy"}]
)
def test_what_is_for_one_person_is_kept_nowhere(scene: Scene, name: str) -> None:
    assert scene.fresh(name).send().headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_sends_nothing_and_is_framed_by_nobody(client: CheckedClient, path: str) -> None:
    answer = client.get(path)
    directives = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert directives == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "style-src": "'self'",
        "frame-ancestors": "'none'",
    }
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["permissions-policy"].count("=()") >= 5
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for sign in ("<script", "style=", "<style", "javascript:", " onclick", " onload"):
        assert sign not in answer.text.lower()
    again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.headers["content-security-policy"]) == (
        304,
        answer.headers["content-security-policy"],
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere"),
        ("GET", "/api/v1/nowhere"),
        ("DELETE", "/docs"),
        ("PUT", "/api/v1/me"),
        ("OPTIONS", "/api/v1/me"),
        ("TRACE", "/api/v1/me"),
        ("HEAD", "/docs"),
        ("GET", "/reference.css"),
        ("GET", "/openapi.json"),
    ],
)
def test_errors_and_files_bear_the_same_headers(client: CheckedClient, method: str, path: str) -> None:
    headers = client.request(method, path).headers
    for name in (
        "x-content-type-options",
        "referrer-policy",
        "content-security-policy",
        "cross-origin-resource-policy",
    ):
        assert len(headers.get_list(name)) == 1, name


def test_a_fault_of_ours_bears_the_same_headers_and_says_nothing_of_itself(scene: Scene) -> None:
    with scene.world.failing(RuntimeError("password=hunter2")):
        answer = scene.attempt("get_me").send()
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"].endswith("sandbox")
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"public_url": "https://consultation.example"}, "max-age=31536000"),
        (
            {"public_url": "https://consultation.example", "hsts_subdomains": True},
            "max-age=31536000; includeSubDomains",
        ),
        ({"hsts_subdomains": True}, None),
    ],
)
def test_over_https_browsers_are_told_to_stay_there(
    here: World, changes: dict[str, Any], expected: str | None
) -> None:
    with process(here.settings.model_copy(update=changes), here.clock) as running:
        for path in ("/docs", "/healthz", "/nowhere", "/api/v1/debates"):
            assert running.client.get(path).headers.get("strict-transport-security") == expected


def test_what_an_answer_says_itself_is_not_said_twice() -> None:
    headers = SecurityHeaders("http://testserver")
    own = [(b"Content-Security-Policy", b"default-src 'self'")]
    assert b"content-security-policy" not in dict(headers.missing_in(own))
    assert set(headers.missing_in([])) == set(headers.of_data)


def test_framing_is_allowed_to_the_origins_given_and_to_nobody_without_any() -> None:
    assert frame_ancestors([]) == "frame-ancestors 'none'"
    assert frame_ancestors(["https://a.example", "https://b.example"]).split() == [
        "frame-ancestors",
        "https://a.example",
        "https://b.example",
    ]
    assert page_headers()["Content-Security-Policy"].endswith("frame-ancestors 'none'")
