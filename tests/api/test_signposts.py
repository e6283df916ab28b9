"""Signposts lead to the route that the framework would have found, and to no other."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Match

from consultation.api.app import interface
from consultation.api.signposts import Signposts

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
        found = signposts._found(scope)
        # What the signposts do not know goes to the framework, which asks them all.
        assert found is None or found is asked_one_by_one(scope_of(path, method)), path


def test_they_know_every_operation_of_the_interface() -> None:
    signposts = Signposts(APPLICATION.router)
    known = set()
    for route in APPLICATION.routes:
        assert isinstance(route, APIRoute)
        path = "/".join(UID if part.startswith("{") else part for part in route.path.split("/"))
        for method in route.methods or ():
            found = signposts._found(scope_of(path, method))
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
    assert Signposts(APPLICATION.router)._found(scope) is None
