"""A plain HTTP client for tests in which servers die: one connection, no retry, nothing hidden."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

API = "/api/v1"
PROBES = ("/healthz", "/readyz")
_PATIENCE_SECONDS = 120


class Interrupted(Exception):
    """No answer came: whether the call was carried out, only the database knows."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and when (monotonic seconds) its call left and it had arrived."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent_at: float
    arrived_at: float

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def accepted(self) -> bool:
        return self.status in {200, 201}

    @property
    def code(self) -> str | None:
        """The problem's code; None for what is no problem."""
        if self.headers.get("content-type") != "application/problem+json":
            return None
        return str(self.json()["code"])


@dataclass(frozen=True, slots=True)
class Request:
    """A call that can be sent again exactly as it was. `path` starts after /api/v1."""

    method: str
    path: str
    payload: Any = None
    key: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None


class Wire:
    """Somebody's one connection to a server; anonymous without a token."""

    def __init__(self, address: str, token: str | None = None) -> None:
        parts = urlsplit(address)
        assert parts.hostname is not None
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, _PATIENCE_SECONDS)
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._sent_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def send(self, request: Request) -> None:
        """Let a call leave. Raises Interrupted."""
        given = {
            "Idempotency-Key": request.key,
            "If-Match": request.if_match,
            "If-None-Match": request.if_none_match,
        }
        headers = self._headers | {name: value for name, value in given.items() if value is not None}
        body = None
        if request.payload is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(request.payload)
        path = request.path if request.path in PROBES else API + request.path
        self._sent_at = monotonic()
        try:
            self._connection.request(request.method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Interrupted from error

    def receive(self) -> Reply:
        """Wait for the answer to what was sent. Raises Interrupted."""
        try:
            answer = self._connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Interrupted from error
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, headers, body, self._sent_at, monotonic())

    def call(self, request: Request) -> Reply:
        """Send and receive. Raises Interrupted."""
        self.send(request)
        return self.receive()

    def get(self, path: str) -> Reply:
        return self.call(Request("GET", path))

    def post(self, path: str, payload: Any = None, key: str | None = None) -> Reply:
        return self.call(Request("POST", path, {} if payload is None else payload, key))
