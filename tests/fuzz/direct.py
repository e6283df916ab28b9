"""Calls handed to the application byte for byte, as a server hands them over."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Direct:
    """A caller without a client library in between, which would mend or refuse what is sent."""

    def __init__(self, app: ASGIApp, runner: asyncio.Runner) -> None:
        self._app = app
        self._runner = runner

    def call(
        self,
        method: str,
        path: str,
        query: str = "",
        headers: Sequence[tuple[bytes, bytes]] = (),
        body: bytes = b"",
    ) -> Answer:
        """Send and receive; path and query are percent-encoded already."""
        return self._runner.run(self._carry_out(_scope(method, path, query, headers), body))

    def call_at_once(
        self, calls: Sequence[tuple[str, str, Sequence[tuple[bytes, bytes]], bytes]]
    ) -> list[Answer]:
        """Send calls (method, path, headers, body) at the same moment, and receive all answers."""

        async def carrying_out() -> list[Answer]:
            return await asyncio.gather(
                *(
                    self._carry_out(_scope(method, path, "", headers), body)
                    for method, path, headers, body in calls
                )
            )

        return self._runner.run(carrying_out())

    async def _carry_out(self, scope: dict[str, Any], body: bytes) -> Answer:
        requested = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Message] = []

        async def receive() -> Message:
            return requested.pop() if requested else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        start, *rest = sent
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]
        }
        return Answer(start["status"], headers, b"".join(part.get("body", b"") for part in rest))


def _scope(method: str, path: str, query: str, headers: Sequence[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 50_000),
        "scheme": "http",
        "root_path": "",
        "method": method,
        # What uvicorn makes of the bytes of a request line.
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "headers": [(b"host", b"testserver"), *headers],
    }


@contextmanager
def directly(app: ASGIApp) -> Iterator[Direct]:
    """A caller with an event loop of its own."""
    with asyncio.Runner() as runner:
        yield Direct(app, runner)
