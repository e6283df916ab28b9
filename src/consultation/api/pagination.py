"""Cursors: opaque, and refused when they do not belong to the list they are given to."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import orjson
from fastapi import Request

from consultation.api.documents import Built
from consultation.api.problems import Problem, TransportCode
from consultation.application.readers import Page, Position, Window

_PLAIN: Final = re.compile(r"(?:[a-z]+=[A-Za-z0-9_-]+(?:&(?=[a-z])|$))*")
LIMIT: Final = 20
"""Items of a page, unless asked otherwise."""
LONGEST: Final = 100
"""Items of the longest page."""
_LARGEST: Final = 2**63 - 1


def encode_cursor(name: str, position: Position) -> str:
    """The cursor that stands for a position in a list of this name and order."""
    return base64.urlsafe_b64encode(orjson.dumps([name, *position])).decode().rstrip("=")


def window(cursor: str | None, limit: int, name: str, *shape: type[int] | type[UUID]) -> Window:
    """The page that a cursor asks for; `shape` is what a position in this list is made of.

    Raises Problem(cursor_invalid) for anything that `encode_cursor` did not make for `name`.
    """
    if cursor is None:
        return Window(limit)
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        after = _position(parts, name, shape)
    except (binascii.Error, ValueError) as error:
        raise Problem(TransportCode.CURSOR_INVALID) from error
    return Window(limit, after)


def _position(parts: object, name: str, shape: tuple[type[int] | type[UUID], ...]) -> Position:
    if not isinstance(parts, list) or parts[:1] != [name]:
        raise ValueError(name)
    return tuple(_part(part, kind) for part, kind in zip(parts[1:], shape, strict=True))


def _part(part: object, kind: type[int] | type[UUID]) -> int | UUID:
    if kind is UUID and isinstance(part, str):
        return UUID(part)
    if kind is int and type(part) is int and abs(part) <= _LARGEST:
        return part
    raise ValueError(part)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list was asked for: path and query string as they stand in its address."""

    path: str
    query: str


def place_of(request: Request) -> Place:
    """Where a request asks."""
    # Not from `request.url`, which puts the whole address together and takes it apart again.
    scope = request.scope
    return Place(scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1"))


def next_link(request: Request | Place, cursor: str, parameter: str = "cursor") -> str:
    """The `Link` header (RFC 8288) that leads to the next page."""
    place = request if isinstance(request, Place) else place_of(request)
    if _PLAIN.fullmatch(place.query):
        # Nothing to decode and to encode again.
        kept = [part for part in place.query.split("&") if part and not part.startswith(f"{parameter}=")]
        return f'<{place.path}?{"&".join([*kept, f"{parameter}={cursor}"])}>; rel="next"'
    query = [
        (name, value) for name, value in parse_qsl(place.query, keep_blank_values=True) if name != parameter
    ]
    target = f"{place.path}?{urlencode([*query, (parameter, cursor)])}"
    return f'<{target}>; rel="next"'


def built_page(request: Request | Place, page: Page, name: str, *, with_html: bool = False) -> Built:
    """A page as a document, with the link to the next one."""
    cursor = None if page.position is None else encode_cursor(name, page.position)
    link = None if cursor is None else next_link(request, cursor)
    return Built({"items": page.items, "next_cursor": cursor}, link=link, with_html=with_html)
