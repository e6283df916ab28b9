"""Signposts lead to the route that the framework would have found, and to no other."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from consultation.api.app import interface
from consultation.api.requests import JsonRoute
from consultation.api.signposts import Signposts, put_up

APPLICATION: Final = interface()
UID: Final = "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a81"
VALUES: Final = (UID, "mine", "1", "a b", "é", "posts")
"""What may stand in the place of a parameter: also words that are parts of other addresses."""


def scope_of(path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "root_path": "", **more}


def asked_one_by_one(scope: dict[str, Any]) -> APIRoute | None:
    for route in APPLICATION.routes:
        if isinstance(route, APIRoute) and route.matches(dict(scope))[0] is Match.FULL:
            return route
    return None


def addresses() -> Iterator[str]:
    for route in APPLICATION.routes:
        assert isinstance(route, APIRoute)
        for value in VALUES:
            parts = (value if part.startswith("{") else part for part in route.path.split("/"))
            path = "/".join(parts)
            yield from (path, f"{path}/", f"{path}/{value}")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_they_lead_where_asking_every_route_leads(method: str) -> None:
    signposts = Signposts(APPLICATION.router)
    for path in addresses():
        scope = scope_of(path, method)
        found = signposts.found(scope)
        # What the signposts do not know goes to the framework, which asks them all.
        assert found is None or found is asked_one_by_one(scope_of(path, method)), path


def test_they_know_every_operation_of_the_interface() -> None:
    signposts = Signposts(APPLICATION.router)
    known = set()
    for route in APPLICATION.routes:
        assert isinstance(route, APIRoute)
        path = "/".join(UID if part.startswith("{") else part for part in route.path.split("/"))
        for method in route.methods or ():
            found = signposts.found(scope_of(path, method))
            if found is not None:
                known.add(found.operation_id)
    of_interface = {route.operation_id for route in APPLICATION.routes if route.path.startswith("/api/v1/")}  # type: ignore[attr-defined]  # all are APIRoutes
    assert known == of_interface
    assert len(known) > 100


@pytest.mark.parametrize(
    "scope",
    [
        scope_of("/api/v1/me\n"),
        scope_of("/api/v1/me", root_path="/mounted"),
        scope_of("/api/v1/nowhere"),
        scope_of("/api/v1/me", "PUT"),
        scope_of("/docs"),
    ],
)
def test_what_they_do_not_know_is_left_to_the_framework(scope: dict[str, Any]) -> None:
    assert Signposts(APPLICATION.router).found(scope) is None


class Layer:
    """A layer of the framework's that notes the calls it sees."""

    def __init__(self, app: ASGIApp, seen: list[str]) -> None:
        self._app = app
        self._seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._seen.append(scope["path"])
        await self._app(scope, receive, send)


router = APIRouter(prefix="/api/v1", route_class=JsonRoute)


@router.post("/good")
async def answer(request: Request, payload: dict[str, int]) -> Response:
    return JSONResponse({"given": payload, "app": type(request.app).__name__})


@router.get("/refused")
async def refuse() -> Response:
    raise LookupError


@router.get("/broken")
async def break_off() -> Response:
    def lines() -> Iterator[bytes]:
        yield b"one line"
        raise BrokenPipeError

    return StreamingResponse(lines())


@pytest.fixture
def seen() -> list[str]:
    return []


@pytest.fixture
def client(seen: list[str]) -> TestClient:
    app = FastAPI()
    app.router.routes.extend(router.routes)
    app.add_middleware(Layer, seen=seen)
    app.add_exception_handler(LookupError, lambda *_: JSONResponse({"code": "refused"}, 404))
    return TestClient(put_up(app))


def test_a_good_call_goes_straight_to_its_route(client: TestClient, seen: list[str]) -> None:
    assert client.post("/api/v1/good", json={"a": 1}).json() == {"given": {"a": 1}, "app": "FastAPI"}
    assert seen == []


def test_a_body_that_does_not_fit_is_refused_by_the_framework_with_its_reason(client: TestClient) -> None:
    answer = client.post("/api/v1/good", json={"a": "x"})
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "a"])


def test_what_a_route_raises_is_answered_by_the_layers_and_the_route_runs_once(
    client: TestClient, seen: list[str]
) -> None:
    answer = client.get("/api/v1/refused")
    assert (answer.status_code, answer.json()) == (404, {"code": "refused"})
    assert seen == ["/api/v1/refused"]


def test_an_answer_that_breaks_off_is_not_begun_again(client: TestClient, seen: list[str]) -> None:
    with pytest.raises(BrokenPipeError):
        client.get("/api/v1/broken")
    assert seen == []


def test_an_address_of_nobody_is_left_to_the_framework(client: TestClient, seen: list[str]) -> None:
    assert client.get("/api/v1/nothing").status_code == 404
    assert client.get("/api/v1/good").status_code == 405
    assert seen == ["/api/v1/nothing", "/api/v1/good"]
