"""The edge: what every answer bears, and finished public documents sent at once.

Plain ASGI around the application. What is known to be current (`PublicDocuments.finished`)
leaves here without waking the framework; a caller who shows credentials is sent through, so
that whoever wrote through another process sees the write at once.
"""

import re
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Final, TypeAlias

from starlette.exceptions import HTTPException  # noqa: TID251 - all that FastAPI lets out of reading a body
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consultation.api.cors import API_PREFIX, VARY, Cors
from consultation.api.documents import PublicDocument, PublicDocuments, headers_of_304, matches
from consultation.api.headers import Pairs, SecurityHeaders
from consultation.api.hot import recognise
from consultation.api.targets import target_of
from consultation.api.threads import Threads
from consultation.application.ports import IdSource
from consultation.domain.decisions import Refused

_Value: TypeAlias = bytes | None
_GIVEN_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class Edge:
    """Wraps the application. `body_limit` is in bytes; what is longer ends in 413."""

    def __init__(
        self,
        app: ASGIApp,
        documents: PublicDocuments,
        threads: Threads,
        ids: IdSource,
        body_limit: int,
        headers: SecurityHeaders,
        cors: Cors,
    ) -> None:
        self._app = app
        self._threads = threads
        self._documents = documents
        self._ids = ids
        self._body_limit = body_limit
        self._headers = headers
        self._cors = cors
        self._of_documents: Pairs = (*headers.of_data, *VARY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once, or hand on to the application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, if_none_match, origin, accept_language, accept_encoding, credentials = _noted(scope)
        if request_id is None or not _GIVEN_ID.fullmatch(request_id):
            request_id = self._ids.request_id().encode()
        own: Pairs = ((b"x-request-id", request_id),)
        if origin is not None:
            preflight = await self._cors.preflight(scope, origin)
            if preflight is not None:
                await _send_empty(scope, (*own, *self._headers.of_data, *preflight), send)
                return
            own = (*own, *await self._cors.headers(scope, origin))
        if scope["method"] == "GET" and not credentials:
            target = target_of(scope["raw_path"], scope["query_string"], accept_language)
            document = self._documents.finished(target) or await self._hot(target)
            if document is not None:
                scope.setdefault("state", {})["route_template"] = "finished document"
                policy = (
                    self._headers.missing_in(document.headers)
                    if document.has_own_policy
                    else self._of_documents
                )
                await _send(document, if_none_match, accept_encoding, (*own, *policy), send)
                return
        await self._hand_on(scope, receive, send, own)

    async def _hot(self, target: tuple[bytes, bytes]) -> PublicDocument | None:
        recognised = recognise(target)
        if recognised is None:
            return None
        debate, build, at_a_glance = recognised

        def reading() -> PublicDocument | Refused:
            return self._documents.read(target, debate, build, at_a_glance=at_a_glance)

        # What is refused or fails here does so again in the route, which has the words for it.
        with suppress(Exception):
            found = await self._threads.run_short(reading)
            return found if isinstance(found, PublicDocument) else None
        return None

    async def _hand_on(self, scope: Scope, receive: Receive, send: Send, own: Pairs) -> None:
        without_body = scope["method"] == "HEAD"
        if without_body:
            # RFC 9110, 9.3.2: HEAD is GET without the content.
            scope = {**scope, "method": "GET"}
        state = scope.setdefault("state", {})
        state["request_id"] = own[0][1].decode()
        state["without_body"] = without_body
        if scope["path"].startswith(API_PREFIX):
            own = (*own, *VARY)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                message["headers"] = [*headers, *own, *self._headers.missing_in(headers)]
            elif without_body and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, _limited(receive, self._body_limit), sending)


def _limited(receive: Receive, limit: int) -> Receive:
    # FastAPI's own limit answers in plain text, whatever the application's handlers say.
    received = 0

    async def receiving() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413)
        return message

    return receiving


def _noted(scope: Scope) -> tuple[_Value, _Value, _Value, _Value, _Value, bool]:
    """What the edge looks at in a call, and whether it shows credentials.

    Request id, If-None-Match, Origin, Accept-Language and Accept-Encoding.
    """
    request_id = if_none_match = origin = accept_language = accept_encoding = None
    credentials = False
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            request_id = value
        elif name == b"if-none-match":
            if_none_match = value
        elif name == b"origin":
            origin = value
        elif name == b"accept-language":
            accept_language = value
        elif name == b"accept-encoding":
            accept_encoding = value
        elif name in (b"authorization", b"cookie"):
            credentials = True
    return request_id, if_none_match, origin, accept_language, accept_encoding, credentials


async def _send_empty(scope: Scope, headers: Pairs, send: Send) -> None:
    scope.setdefault("state", {})["route_template"] = "preflight"
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _send(
    document: PublicDocument, if_none_match: _Value, accept_encoding: _Value, own: Pairs, send: Send
) -> None:
    start: MutableMapping[str, Any] = {"type": "http.response.start"}
    if if_none_match is not None and matches(if_none_match, document.etag):
        await send({**start, "status": 304, "headers": (*headers_of_304(document), *own)})
        await send({"type": "http.response.body", "body": b""})
        return
    body, headers = document.as_for(accept_encoding)
    await send({**start, "status": 200, "headers": (*headers, *own)})
    await send({"type": "http.response.body", "body": body})
