"""The routes of pages: a language in front of any address, and limits as the interface has them."""

import re
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from consultation.api.limits import Door, tell
from consultation.api.targets import LANGUAGE_PREFIX
from consultation.application.organisations import RESERVED_SLUGS, SLUG
from consultation.localisation.languages import Language

_STATE: Final = "page_language"
_DOOR: Final = re.compile(r"/embed/([a-z0-9-]+)(?=/)")


class _Word(Convertor[str]):
    """A slug."""

    regex = SLUG.pattern.replace("(", "(?:")

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Organisation(_Word):
    """The slug of an organisation: no first word of another address."""

    regex = rf"(?!(?:{'|'.join(sorted(RESERVED_SLUGS))})(?:/|$)){_Word.regex}"


class _Number(_Word):
    """The number of a post."""

    regex = "[1-9][0-9]{0,8}"


register_url_convertor("word", _Word())
register_url_convertor("organisation", _Organisation())
register_url_convertor("post", _Number())


def split_door(path: str) -> tuple[str | None, str]:
    """The organisation in whose frame a path is (see `frames`), None by itself, and the path behind."""
    found = _DOOR.match(path)
    return (found[1], path[found.end() :]) if found else (None, path)


def split_language(path: str) -> tuple[Language | None, str]:
    """The language in front of a path, None without one, and the path behind it, in a frame or not."""
    _, path = split_door(path)
    found = LANGUAGE_PREFIX.match(path)
    return (Language(found[1]), path[found.end() :] or "/") if found else (None, path)


class PageRoute(APIRoute):
    """A route of a page: declared without a language, found with or without one in front."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Does the address without its language lead here? The language is noted."""
        language, path = split_language(scope["path"])
        match, child = super().matches({**scope, "path": path})
        if match is not Match.NONE:
            child[_STATE] = language
        return match, child

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with the limits that the route declares."""
        handle = super().get_route_handler()
        limits = (self.openapi_extra or {}).get("x-limits", ())
        door = Door(limits)

        async def handle_limited(request: Request) -> Response:
            spending = door.enter(request)
            return tell(await handle(request), spending)

        return handle_limited if limits else handle


def language_in_path(request: Request) -> Language | None:
    """The language in front of the address of a page; None without one."""
    if _STATE in request.scope:
        found: Language | None = request.scope[_STATE]
        return found
    return split_language(request.scope["path"])[0]
