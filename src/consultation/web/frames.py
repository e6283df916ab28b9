"""The pages of a debate inside a frame on an organisation's own site.

A frame shows the same pages behind a door of its own: `/embed/{organisation}` in front of an address,
before its language, leads to the page at that address, laid out for a frame, whose links and forms stay
behind the door. Whatever page it is, the origins on the list of that organisation alone may frame it.

A session begun in a frame belongs to the frame: its cookie is partitioned by the site around it (CHIPS),
bears another name than that of the service's own pages, and is looked at behind the door only. Neither
session can be used in the place of the other.
"""

import re
from collections import OrderedDict
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consultation.api.headers import frame_ancestors
from consultation.api.kit import Kit
from consultation.application.organisations import RESERVED_SLUGS
from consultation.application.readers import Snapshot
from consultation.web.frame import ASIDE, FIRST, SIGN_IN, STATE, WINDOW, First, Frame
from consultation.web.partitions import (
    PROBE,
    begins_session,
    cookies_of,
    has_session,
    partitioned,
    translate_cookies,
)
from consultation.web.requests import split_door, split_language

_NOWHERE: Final = "/embed/"
"""A path where no page is."""
_BY_ID: Final = re.compile(
    r"/embed/debates/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})((?:/[1-9][0-9]{0,8})?)"
)
_PROBED: Final = "probed"
_SIGNED: Final = "signed"
_KEPT: Final = 10_000

Headers = list[tuple[bytes, bytes]]


class Frames:
    """Wraps the application: opens the doors, and says to browsers who may frame what is behind."""

    def __init__(self, app: ASGIApp, kit: Kit) -> None:
        self._app = app
        self._kit = kit
        self._paths: OrderedDict[UUID, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead an address behind a door to its page; let every other one pass."""
        entered = None
        if scope["type"] == "http" and scope["path"].startswith("/embed/"):
            entered = await self._enter(scope)
        if entered is None:
            await self._app(scope, receive, send)
            return
        frame = entered[STATE]
        cookies = cookies_of(entered)
        first = _first(entered, cookies)
        if first is not None:
            entered = {**entered, FIRST: first, "path": f"{frame.door}{ASIDE}"}
        translate_cookies(entered, cookies)
        listed = await self._kit.cors.framed_by(frame.organisation)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _headers(frame, listed, message["headers"])}
            await send(message)

        await self._app(entered, receive, sending)

    async def _enter(self, scope: Scope) -> dict[str, Any] | None:
        """The call as the application sees it; None where no door is."""
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if by_id := _BY_ID.fullmatch(scope["path"]):
            place = await self._path_of(UUID(by_id[1]))
            if place is None:
                return None
            language = split_language(f"/{query.pop('lang', '')}")[0]
            organisation = place.split("/")[0]
            rest = f"{'' if language is None else f'/{language.value}'}/{place}{by_id[2]}"
            path = f"/embed/{organisation}{rest}"
        else:
            path = scope["path"]
            found = split_door(path)[0]
            if found is None:
                return None
            organisation = found
        frame = Frame(organisation, self._kit.public_url)
        if organisation in RESERVED_SLUGS or not frame.holds(split_language(path)[1]):
            path = _NOWHERE
        return {
            **scope,
            STATE: frame,
            "path": path,
            # Finished pages are kept by this.
            "raw_path": path.encode(),
            "query_string": urlencode(query).encode(),
            "headers": list(scope["headers"]),
        }

    async def _path_of(self, debate: UUID) -> str | None:
        """The path of a published debate, which never changes."""
        known = self._paths.get(debate)
        if known is not None:
            return known

        def read() -> str | None:
            with self._kit.readers.snapshot() as snapshot:
                return _path(snapshot, debate)

        found = await self._kit.threads.run(read)
        if found is not None:
            self._paths[debate] = found
            while len(self._paths) > _KEPT:
                self._paths.popitem(last=False)
        return found


def _path(snapshot: Snapshot, debate: UUID) -> str | None:
    version = snapshot.version(debate)
    return None if version is None else version.path


def _first(scope: dict[str, Any], cookies: dict[str, str]) -> First | None:
    """Where to go first; None when the page itself is to be shown.

    Signing in begins with a cookie that holds nothing. Where the browser does not give it back, or
    does not give back the session that it was given, the way is through a window.
    """
    if scope["method"] != "GET":
        return None
    frame: Frame = scope[STATE]
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    language, path = split_language(scope["path"])
    prefix = frame.door + ("" if language is None else f"/{language.value}")
    is_sign_in = path == SIGN_IN
    if is_sign_in and _PROBED not in query and PROBE not in cookies:
        asked = urlencode({**query, _PROBED: "1"})
        return First(f"{prefix}{path}?{asked}", probes=True)
    is_refused = (is_sign_in and PROBE not in cookies) or (_SIGNED in query and not has_session(cookies))
    if is_refused and path != WINDOW:
        here = query.get("next") if is_sign_in else f"{prefix}{path}"
        return First(f"{prefix}{WINDOW}?{urlencode({'next': here or f'{frame.door}/{frame.organisation}'})}")
    for one in (_PROBED, _SIGNED):
        query.pop(one, None)
    scope["query_string"] = urlencode(query).encode()
    return None


def _headers(frame: Frame, listed: tuple[str, ...], headers: Headers) -> Headers:
    """The headers of an answer as they hold in a frame."""
    signed = any(name.lower() == b"set-cookie" and begins_session(value) for name, value in headers)

    def held(name: bytes, value: bytes) -> bytes:
        match name:
            case b"content-security-policy" if b"sandbox" not in value:
                return value.replace(b"frame-ancestors 'none'", frame_ancestors(listed).encode())
            case b"cross-origin-resource-policy" if listed:
                # A page that isolates itself (COEP) may frame only what says that it may be framed.
                return b"cross-origin"
            case b"set-cookie":
                return partitioned(value)
            case b"location":
                return _behind_the_door(frame, value.decode("latin-1"), signed=signed).encode("latin-1")
            case _:
                return value

    # The page by itself is the one to be found.
    return [*((name, held(name.lower(), value)) for name, value in headers), (b"x-robots-tag", b"noindex")]


def _behind_the_door(frame: Frame, location: str, *, signed: bool) -> str:
    """Where a redirection leads in the frame; `signed` when a session came with it."""
    parts = urlsplit(location.removeprefix(frame.public_url))
    if parts.netloc or not parts.path.startswith("/"):
        return location
    path = parts.path.removeprefix(frame.door)
    if not frame.holds(split_language(path)[1]):
        return location
    query = f"{parts.query}&{_SIGNED}=1".removeprefix("&") if signed else parts.query
    return parts._replace(path=f"{frame.door}{path}", query=query).geturl()
