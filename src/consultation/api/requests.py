"""How request bodies are read: strict JSON, and every fault a problem."""

from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from consultation.api.limits import Door, tell
from consultation.api.problems import Problem, TransportCode
from consultation.api.short_way import ShortWay


class JsonRequest(Request):
    """A request whose JSON is parsed strictly (RFC 8259, UTF-8, no lone surrogates, no NaN)."""

    async def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The parsed body. Raises json.JSONDecodeError, which FastAPI reports as malformed."""
        return orjson.loads(await self.body())

    async def body(self) -> bytes:
        """All of the body. Most come in one piece, for which the framework's way is a long one."""
        if hasattr(self, "_body"):
            return self._body
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            self._body = message.get("body", b"")
            return self._body
        self._receive = _first(message, self._receive)
        return await super().body()


def _first(message: Message, receive: Receive) -> Receive:
    """Receives a message that has come already, and then what comes."""
    messages = [message]

    async def receiving() -> Message:
        return messages.pop() if messages else await receive()

    return receiving


class JsonRoute(APIRoute):
    """A route that reads its body as `JsonRequest`, takes nothing but JSON, and keeps to its limits."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's
        """As FastAPI's. Where there is a short way it begins here, before contexts that it has no use for."""
        super().__init__(path, endpoint, **options)
        self.answering: Callable[[Request], Coroutine[Any, Any, Response]] | None = None
        if ShortWay.to(self) is not None:
            handle = self.answering = self.get_route_handler()

            async def answer(scope: Scope, receive: Receive, send: Send) -> None:
                response = await handle(Request(scope, receive, send))
                await response(scope, receive, send)

            self.app = answer

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with limits and the content type checked before the body is read."""
        handle = super().get_route_handler()
        takes_body = self.body_field is not None
        short_way = ShortWay.to(self)
        if short_way is not None:
            handle = _in_contexts(handle)
        limits = (self.openapi_extra or {}).get("x-limits", ())
        door = Door(limits)

        async def handle_limited(request: Request) -> Response:
            spending = door.enter(request)
            return tell(await handle_json(request), spending)

        async def handle_json(request: Request) -> Response:
            if takes_body:
                request = JsonRequest(request.scope, request.receive)
                media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
                is_json = media_type == "application/json" or media_type.endswith("+json")
                if not is_json and (media_type or await request.body()):
                    raise Problem(TransportCode.MEDIA_TYPE_UNSUPPORTED)
            answer = None if short_way is None else await short_way.answer(request)
            return await handle(request) if answer is None else answer

        return handle_limited if limits else handle_json


def _in_contexts(
    handle: Callable[[Request], Coroutine[Any, Any, Response]],
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """FastAPI's handler with the contexts that it looks for, for calls that left the short way.

    They end before the answer is sent: nothing that the short way knows of is left open so long.
    """

    async def handling(request: Request) -> Response:
        async with (
            AsyncExitStack() as files,
            AsyncExitStack() as request_stack,
            AsyncExitStack() as functions,
        ):
            request.scope["fastapi_middleware_astack"] = files
            request.scope["fastapi_inner_astack"] = request_stack
            request.scope["fastapi_function_astack"] = functions
            return await handle(request)

    return handling


def malformed(error: RequestValidationError) -> Problem:
    """The problem of a request that does not fit its schema, with a pointer to each fault."""
    errors = []
    for fault in error.errors()[:20]:
        place, *path = fault["loc"]
        if fault["type"] == "json_invalid":
            # The last part is an offset in characters, not a place in the document.
            errors.append({"pointer": "", "detail": f"{fault['ctx']['error']} at {path[-1]}"})
            continue
        pointer = "".join(f"/{_escaped(part)}" for part in path)
        where = pointer if place == "body" else f"#/{place}{pointer}"
        errors.append({"pointer": where, "detail": str(fault["msg"])})
    return Problem(TransportCode.MALFORMED, errors=errors)


def _escaped(part: str | int) -> str:
    # RFC 6901, section 3; names come from the caller and may hold anything.
    text = str(part).replace("~", "~0").replace("/", "~1")
    return text.encode("utf-8", "replace").decode()
