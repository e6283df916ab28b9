"""Finding the route of a call by the words of its address.

The framework asks one route after the other whether it fits; where there are more than a hundred,
asking takes longer than many an answer. Here the words of an address lead, one after the other, to
the few routes that may fit. These are asked as the framework asks them, in its order, so that the
same one is found; whatever none of them takes goes to the framework, which has the words for it.
"""

from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, APIRouter
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from consultation.api.cors import API_PREFIX
from consultation.api.requests import JsonRoute

_PARAMETER: Final = "{"
_FAILED: Final = "consultation.failed"


class _Fork:
    """Where addresses part: at the next word, or at a parameter, which takes any."""

    __slots__ = ("parameter", "routes", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Fork] = {}
        self.parameter: _Fork | None = None
        self.routes: list[tuple[int, APIRoute]] = []

    def put(self, parts: list[str], place: int, route: APIRoute) -> None:
        """Put a route, which has a place in the framework's order, where its address ends."""
        fork = self
        for part in parts:
            if _PARAMETER in part:
                fork.parameter = fork.parameter or _Fork()
                fork = fork.parameter
            else:
                fork = fork.words.setdefault(part, _Fork())
        fork.routes.append((place, route))

    def find(self, parts: list[str], depth: int = 0) -> list[tuple[int, APIRoute]]:
        """The routes that may fit an address, with their places."""
        if depth == len(parts):
            return self.routes
        found: list[tuple[int, APIRoute]] = []
        word = self.words.get(parts[depth])
        if word is not None:
            found = word.find(parts, depth + 1)
        if self.parameter is not None:
            others = self.parameter.find(parts, depth + 1)
            found = sorted([*found, *others], key=_place) if found and others else found or others
        return found


def _place(found: tuple[int, APIRoute]) -> int:
    return found[0]


class Signposts:
    """Stands before the router and knows the routes of the interface.

    A parameter of theirs takes one part of an address, never several; one that did would be found
    by the framework alone.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._root = _Fork()
        for place, route in enumerate(router.routes):
            if isinstance(route, APIRoute) and route.path.startswith(API_PREFIX):
                self._root.put(route.path.split("/"), place, route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a call to its route, or on to the router. What it led to already is raised here."""
        failed: Exception | None = scope.pop(_FAILED, None)
        if failed is not None:
            raise failed
        route = self.found(scope)
        if route is None:
            await self._router.app(scope, receive, send)
        else:
            await route.handle(scope, receive, send)

    def found(self, scope: Scope) -> APIRoute | None:
        """The route of a call, of which the scope then tells; None where the framework has to look."""
        if scope["type"] != "http":
            return None
        path: str = scope["path"]
        # A mounted application sees a part of its path only; and a `$` fits before a line's end, too.
        if not path.startswith(API_PREFIX) or scope.get("root_path") or "\n" in path:
            return None
        for _, route in self._root.find(path.split("/")):
            match, child_scope = route.matches(scope)
            if match is Match.FULL:
                scope.update(child_scope)
                scope["router"] = self._router
                return route
        return None


class Straight:
    """Leads calls straight to routes that answer by themselves, ahead of the framework's layers.

    These are there for what a route raises, and for contexts that such a route has no use for. So what it
    raises is raised once more within them, at the same place, and they answer it as ever.
    """

    def __init__(self, app: FastAPI, signposts: Signposts) -> None:
        self._app = app
        self._signposts = signposts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the route, or hand on to the framework."""
        route = self._signposts.found(scope)
        answering = route.answering if isinstance(route, JsonRoute) else None
        if answering is not None:
            scope["app"] = self._app
            try:
                response = await answering(Request(scope, receive, send))
            except Exception as error:  # noqa: BLE001 - each goes on to the framework
                scope[_FAILED] = error
            else:
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


def put_up(app: FastAPI) -> Straight:
    """Have the calls of an application find their routes so, once all routes are there."""
    signposts: Any = Signposts(app.router)
    app.router.middleware_stack = signposts  # what a router calls first; its own `app` otherwise
    return Straight(app, signposts)
