"""Finding the route of a call by the words of its address.

The framework asks one route after the other whether it fits; where there are more than a hundred,
asking takes longer than many an answer. Here the words of an address lead, one after the other, to
the few routes that may fit. These are asked as the framework asks them, in its order, so that the
same one is found; whatever none of them takes goes to the framework, which has the words for it.
"""

from typing import Any, Final

from fastapi.routing import APIRoute, APIRouter
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from consultation.api.cors import API_PREFIX

_PARAMETER: Final = "{"


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
        """Hand a call to its route, or on to the router."""
        route = self._found(scope) if scope["type"] == "http" else None
        if route is None:
            await self._router.app(scope, receive, send)
        else:
            scope["router"] = self._router
            await route.handle(scope, receive, send)

    def _found(self, scope: Scope) -> APIRoute | None:
        path: str = scope["path"]
        # A mounted application sees a part of its path only; and a `$` fits before a line's end, too.
        if not path.startswith(API_PREFIX) or scope.get("root_path") or "\n" in path:
            return None
        for _, route in self._root.find(path.split("/")):
            match, child_scope = route.matches(scope)
            if match is Match.FULL:
                scope.update(child_scope)
                return route
        return None


def put_up(router: APIRouter) -> None:
    """Have calls find their routes so, once all routes are there."""
    found: Any = Signposts(router)
    router.middleware_stack = found  # what a router calls first; its own `app` otherwise
