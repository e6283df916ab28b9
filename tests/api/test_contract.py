"""The check of every answer finds what it is there to find."""

import json
from typing import Any

import pytest
from httpx2 import Request, Response

from consultation.api.headers import DATA_POLICY
from tests.api.contract import CheckedClient, Contract, ContractBroken
from tests.api.scene import Scene

HEADERS = {
    "content-type": "application/json",
    "x-request-id": "mine",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": DATA_POLICY,
    "cross-origin-resource-policy": "same-origin",
    "vary": "Origin",
    "etag": '"1"',
    "cache-control": "public, max-age=0",
}
GOOD = {
    "slug": "ville",
    "name": "Ville",
    "locale": "fr",
    "time_zone": "Europe/Paris",
    "reasons": dict.fromkeys(("charter", "illegal", "personal_data", "spam", "off_topic")),
    "accent": None,
    "logo": None,
    "url": "http://testserver/ville",
    "debates_url": "http://testserver/api/v1/debates?organisation=ville",
    "feed_url": "http://testserver/api/v1/organisations/ville/feed.atom",
}
PROBLEM = {
    "type": "http://testserver/problems/organisation_not_found",
    "title": "Organisme introuvable",
    "status": 404,
    "detail": "Il n'y en a pas.",
    "code": "organisation_not_found",
}
OF_PROBLEMS = {
    "content-type": "application/problem+json",
    "content-language": "fr",
    "vary": "Accept-Language, Origin",
    "cache-control": "no-store",
}


def answer(
    status: int, body: Any, path: str = "/api/v1/organisations/ville", **changes: str | None
) -> Response:
    """An answer to a read of an organisation; None takes a header away."""
    headers = {name.replace("_", "-"): value for name, value in {**HEADERS, **changes}.items()}
    kept = {name: value for name, value in headers.items() if value is not None}
    content = b"" if body is None else json.dumps(body).encode()
    request = Request("GET", f"http://testserver{path}")
    return Response(status, headers=kept, content=content, request=request)


def problem(status: int = 404, **changes: Any) -> Response:
    """A problem, some of its members changed."""
    headers = {name.replace("-", "_"): value for name, value in OF_PROBLEMS.items()}
    return answer(status, PROBLEM | changes, **headers, etag=None)


def test_an_answer_as_declared_passes(contract: Contract) -> None:
    contract.check(answer(200, GOOD))
    contract.check(problem())
    contract.check(answer(304, None, content_type=None))


@pytest.mark.parametrize(
    "broken",
    [
        answer(201, GOOD),
        answer(200, GOOD | {"secret": 1}),
        answer(200, {name: value for name, value in GOOD.items() if name != "url"}),
        answer(200, GOOD | {"name": None}),
        answer(200, GOOD, content_type="text/html"),
        answer(200, GOOD, etag=None),
        answer(200, GOOD, etag='W/"1"'),
        answer(200, GOOD, cache_control="private"),
        answer(200, GOOD, x_request_id=None),
        answer(200, GOOD, x_content_type_options=None),
        answer(200, GOOD, referrer_policy=None),
        answer(200, GOOD, content_security_policy=None),
        answer(200, GOOD, content_security_policy="default-src *; frame-ancestors 'none'"),
        answer(200, GOOD, cross_origin_resource_policy=None),
        answer(200, GOOD, vary="Accept-Language"),
        answer(200, GOOD, access_control_allow_credentials="true"),
        answer(200, GOOD, set_cookie="a=b"),
        answer(304, GOOD),
        answer(200, GOOD, path="/api/v1/secret"),
        answer(200, GOOD, path="/api/v1/me"),
        problem(code="debate_not_found"),
        problem(status=410),
        problem(type="http://testserver/problems/other"),
        problem(errors=[{"pointer": "title", "detail": "x"}]),
        problem(detail=None),
        answer(404, PROBLEM),
    ],
)
def test_any_other_is_found_out(contract: Contract, broken: Response) -> None:
    with pytest.raises(ContractBroken):
        contract.check(broken)


def test_instants_are_sent_in_utc(contract: Contract, scene: Scene) -> None:
    read = scene.attempt("get_debate").send()
    for unfit in (
        "2026-03-01T10:00:00+01:00",
        "2026-03-01 09:00:00Z",
        "2026-03-01T09:00:00",
        "2026-03-01T09:00:00.5Z",
    ):
        body = read.json() | {"opens_at": unfit}
        path = read.request.url.path
        with pytest.raises(ContractBroken):
            contract.check(answer(200, body, path=path))


def test_every_answer_of_the_client_is_checked_and_no_cookie_is_kept(client: CheckedClient) -> None:
    assert client.contract is not None
    before = client.contract.checked
    client.get("/healthz")
    assert client.contract.checked == before + 1
    assert not client.cookies
