"""The short way to an endpoint: what FastAPI does with a good call, without what it does for others.

Most calls take parts of their path, single values of the query string, one JSON body and the call.
FastAPI finds these out anew for each request, with contexts, telemetry and error reports at hand;
that takes half as long as an act itself on SQLite, and longer than most reads. Here the same
validators run one after the other. Whatever does not fit goes back to FastAPI, which finds out what
and says so: every refusal is the framework's (a test compares).
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from inspect import iscoroutinefunction
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.responses import Response

_Asynchronous: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]
_OTHER_PARTS: Final = ("header_params", "cookie_params")
_REQUIRED: Final = object()
_PLAIN: Final = (str, int, float, UUID, datetime)
_OTHER_NAMES: Final = (
    "websocket_param_name",
    "http_connection_param_name",
    "response_param_name",
    "background_tasks_param_name",
    "security_scopes_param_name",
)


@dataclass(frozen=True, slots=True)
class ShortWay:
    """What an endpoint takes, and how each part is made. Fields are FastAPI's."""

    endpoint: _Asynchronous
    path: tuple[tuple[str, str, Any], ...]
    """Name in the path, name of the argument, field."""
    query: tuple[tuple[str, str, Any, Any], ...]
    """The same in the query string, single values; and what holds without one, `_REQUIRED` for nothing."""
    body: tuple[str, Any] | None
    request: str | None
    made: tuple[tuple[str, _Asynchronous, str], ...]
    """Arguments made of the request: their name, how, and by which name they take it."""

    @classmethod
    def to(cls, route: APIRoute) -> "ShortWay | None":
        """The short way to a route's endpoint; None when it takes something of another kind."""
        dependant = route.dependant
        if not iscoroutinefunction(route.endpoint) or _takes_more(dependant):
            return None
        if not all(_is_single(field) for field in dependant.query_params):
            return None
        made = []
        for dependency in dependant.dependencies:
            if (
                dependency.name is None
                or dependency.request_param_name is None
                or not iscoroutinefunction(dependency.call)
                or dependency.path_params
                or dependency.query_params
                or dependency.body_params
                or dependency.dependencies
                or _takes_more(dependency)
            ):
                return None
            made.append((dependency.name, dependency.call, dependency.request_param_name))
        bodies = dependant.body_params
        # Several bodies, or one that FastAPI would embed, come as members of one object.
        if len(bodies) > 1 or (bodies and route._embed_body_fields):  # noqa: SLF001 - FastAPI has no other word for it
            return None
        return cls(
            endpoint=route.endpoint,
            path=tuple((field.alias, field.name, field) for field in dependant.path_params),
            query=tuple(
                (
                    field.alias,
                    field.name,
                    field,
                    _REQUIRED if field.field_info.is_required() else field.default,
                )
                for field in dependant.query_params
            ),
            body=(bodies[0].name, bodies[0]) if bodies else None,
            request=dependant.request_param_name,
            made=tuple(made),
        )

    async def arguments(self, request: Request) -> dict[str, Any] | None:
        """The endpoint's arguments; None when something does not fit."""
        arguments: dict[str, Any] = {}
        parts: Mapping[str, str] = request.path_params
        for alias, name, field in self.path:
            arguments[name], errors = field.validate(parts[alias], {}, loc=("path", alias))
            if errors:
                return None
        if self.query and not self._asked(request.scope["query_string"], arguments):
            return None
        if self.body is not None:
            name, field = self.body
            try:
                document = await request.json()
            except ValueError:
                return None
            arguments[name], errors = field.validate(document, {}, loc=("body",))
            if errors or document is None:
                return None
        for name, make, of_request in self.made:
            arguments[name] = await make(**{of_request: request})
        if self.request is not None:
            arguments[self.request] = request
        return arguments

    def _asked(self, query_string: bytes, arguments: dict[str, Any]) -> bool:
        """Add what the query string says, or the defaults; does all of it fit?"""
        parameters = _parameters(query_string.decode("latin-1"))
        for alias, name, field, default in self.query:
            value = parameters.get(alias)
            if value is None:
                if default is _REQUIRED:
                    return False
                arguments[name] = default
                continue
            arguments[name], errors = field.validate(value, {}, loc=("query", alias))
            if errors:
                return False
        return True

    async def answer(self, request: Request) -> Response | None:
        """What the endpoint answers; None, before it was called, when something does not fit."""
        arguments = await self.arguments(request)
        if arguments is None:
            return None
        response: Response = await self.endpoint(**arguments)
        return response


def _parameters(query: str) -> dict[str, str]:
    """As `Request.query_params` reads it, where the last one of a name counts."""
    if "%" in query or "+" in query:
        return dict(parse_qsl(query, keep_blank_values=True))
    # Nothing is encoded in most, and then this is all that `parse_qsl` does, in a third of the time.
    return {name: value for part in query.split("&") if part for name, _, value in [part.partition("=")]}


def _is_single(field: Any) -> bool:  # noqa: ANN401 - a field of FastAPI's
    """Is this one plain value under one name, with a default, if any, that nobody can change?"""
    information = field.field_info
    has_one_name = information.validation_alias in {None, field.alias}
    if not has_one_name or information.validate_default or not _is_plain(information.annotation):
        return False
    return information.is_required() or isinstance(field.default, (*_PLAIN, type(None)))


def _is_plain(annotation: Any) -> bool:  # noqa: ANN401 - whatever stands behind a parameter
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        return all(map(_is_plain, get_args(annotation)))
    if origin is Annotated:
        return _is_plain(get_args(annotation)[0])
    return origin is Literal or (
        isinstance(annotation, type) and issubclass(annotation, (*_PLAIN, type(None)))
    )


def _takes_more(dependant: Dependant) -> bool:
    return any(getattr(dependant, part) for part in _OTHER_PARTS) or any(
        getattr(dependant, name) is not None for name in _OTHER_NAMES
    )
