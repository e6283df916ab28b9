"""How request bodies are read: strict JSON, and every fault a problem."""

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response

from consultation.api.limits import Door, tell
from consultation.api.problems import Problem, TransportCode
from consultation.api.short_way import ShortWay


class JsonRequest(Request):
    """A request whose JSON is parsed strictly (RFC 8259, UTF-8, no lone surrogates, no NaN)."""

    async def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The parsed body. Raises json.JSONDecodeError, which FastAPI reports as malformed."""
        return orjson.loads(await self.body())


class JsonRoute(APIRoute):
    """A route that reads its body as `JsonRequest`, takes nothing but JSON, and keeps to its limits."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with limits and the content type checked before the body is read."""
        handle = super().get_route_handler()
        takes_body = self.body_field is not None
        short_way = ShortWay.to(self)
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
