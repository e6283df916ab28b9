"""The frame on an organisation's own site in which a page is shown, and which pages frames show."""

import re
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from consultation.web.requests import split_language

STATE: Final = "page_frame"
"""Where a call bears its frame."""
_LINK: Final = re.compile(r'<a ((?:[a-z-]+(?:="[^"]*")? )*)href="([^"]*)"')
SIGN_IN: Final = "/sign-in"
WINDOW: Final = "/sign-in/window"
"""The page for browsers that let a frame keep no cookie: it leads to a window of its own."""
ASIDE: Final = "/sign-in/aside"
"""Where a call goes that must first go elsewhere."""
FIRST: Final = "page_frame_first"
"""Where such a call bears the place."""
_OPEN: Final = frozenset({"/accessibility", "/privacy", "/about/rules", SIGN_IN, "/sign-out"})
"""Pages of the whole service that a frame shows: what one should know before taking part, and signing in."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame in which a page is shown. `public_url` has no final slash."""

    organisation: str
    public_url: str

    @property
    def door(self) -> str:
        """What stands in front of the addresses in this frame."""
        return f"/embed/{self.organisation}"

    def holds(self, path: str) -> bool:
        """Is the page at this path, without a language in front, shown in the frame?"""
        own = f"/{self.organisation}"
        return path == own or path.startswith((f"{own}/", f"{SIGN_IN}/")) or path in _OPEN


@dataclass(frozen=True, slots=True)
class First:
    """Where a browser is sent before it sees a page; `probes` when a cookie goes with it to be seen again."""

    location: str
    probes: bool = False


def frame_of(request: Request) -> Frame | None:
    """The frame in which the call's page is shown; None for a page that stands by itself."""
    found: Frame | None = request.scope.get(STATE)
    return found


def opening_apart(page: str, frame: Frame) -> str:
    """A page of the frame whose links that lead out of it open in a tab of their own.

    Without this a frame would go where it must not be shown. What participants write bears no
    tags but ours, so that whatever looks like a link in the page is one.
    """

    def opened(found: re.Match[str]) -> str:
        is_inside = found[2].startswith((f"{frame.door}/", "?", "#"))
        return found[0] if is_inside else f'<a target="_blank" {found[1]}href="{found[2]}"'

    return _LINK.sub(opened, page)


def outside(frame: Frame, address: str) -> str:
    """Where a page of the frame stands by itself; the organisation's page for what is none of it."""
    path = address.removeprefix(frame.door)
    if frame.holds(split_language(re.split("[?#]", path)[0])[1]) and not path.startswith(SIGN_IN):
        return f"{frame.public_url}{path}"
    return f"{frame.public_url}/{frame.organisation}"
