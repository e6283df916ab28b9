"""Cursors: opaque, and refused when they do not belong to the list they are given to."""

import base64
import binascii
from typing import Final
from urllib.parse import parse_qsl, urlencode

import orjson
from fastapi import Request

from consultation.api.documents import Built
from consultation.api.problems import Problem, TransportCode
from consultation.application.readers import Page, Position, Window

_LARGEST: Final = 2**63 - 1


def encode_cursor(name: str, position: Position) -> str:
    """The cursor that stands for a position in a list of this name and order."""
    return base64.urlsafe_b64encode(orjson.dumps([name, *position])).decode().rstrip("=")


def window(cursor: str | None, limit: int, name: str, places: tuple[int, ...]) -> Window:
    """The page that a cursor asks for; `places` are the lengths its position may have.

    Raises Problem(cursor_invalid) for anything that `encode_cursor` did not make for `name`.
    """
    if cursor is None:
        return Window(limit)
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise Problem(TransportCode.CURSOR_INVALID) from error
    fits = (
        isinstance(parts, list)
        and parts[:1] == [name]
        and len(parts) - 1 in places
        and all(type(part) is int and abs(part) <= _LARGEST for part in parts[1:])
    )
    if not fits:
        raise Problem(TransportCode.CURSOR_INVALID)
    return Window(limit, tuple(parts[1:]))


def next_link(request: Request, cursor: str, parameter: str = "cursor") -> str:
    """The `Link` header (RFC 8288) that leads to the next page."""
    query = [
        (name, value)
        for name, value in parse_qsl(request.url.query, keep_blank_values=True)
        if name != parameter
    ]
    target = f"{request.url.path}?{urlencode([*query, (parameter, cursor)])}"
    return f'<{target}>; rel="next"'


def built_page(request: Request, page: Page, name: str) -> Built:
    """A page as a document, with the link to the next one."""
    cursor = None if page.position is None else encode_cursor(name, page.position)
    link = None if cursor is None else next_link(request, cursor)
    return Built({"items": page.items, "next_cursor": cursor}, link=link)
