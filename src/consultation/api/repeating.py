"""Calls that are repeated with an Idempotency-Key: what is kept of an answer, and answering with it."""

import hashlib
import re
from typing import Final

from fastapi import Request
from starlette.responses import Response

from consultation.api.problems import Problem, TransportCode
from consultation.application.ports import Replay

_IDEMPOTENCY_KEY: Final = re.compile(r"[!-~]{1,255}")


def fit_key(key: str | None) -> str | None:
    """The key of a call, None when it bears none. Raises Problem for one that is malformed."""
    if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
        errors = [{"pointer": "#/header/Idempotency-Key", "detail": "1-255 visible ASCII"}]
        raise Problem(TransportCode.MALFORMED, errors=errors)
    return key


async def fingerprint_of(request: Request, *, with_body: bool) -> bytes:
    """By what a repeated call is known as the same: method, address and, unless it is secret, body."""
    target = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(target + (await request.body() if with_body else b"")).digest()


def to_keep(response: Response, fingerprint: bytes, body: bytes | None = None) -> Replay:
    """What a repeated call gets: this answer, or another body where its own tells a secret."""
    # The length is that of the body that is sent.
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return Replay(fingerprint, response.status_code, headers, bytes(response.body) if body is None else body)


def replayed(replay: Replay, fingerprint: bytes) -> Response:
    """The answer of the first time. Raises Problem when the key was used for another call."""
    if replay.fingerprint != fingerprint:
        raise Problem(TransportCode.IDEMPOTENCY_KEY_REUSED)
    headers = {**replay.headers, "Idempotent-Replayed": "true"}
    return Response(replay.body, replay.status, headers)
