"""Cookies of frames: partitioned by the site around them (CHIPS), and apart from those of other pages.

Behind the door a cookie bears a mark in its name, which the application never sees: whatever it sets
there comes back there, and what was set elsewhere is not looked at.
"""

from collections.abc import Mapping
from typing import Any, Final

_HOST: Final = "__Host-"
_MARK: Final = "framed-"
TRIAL: Final = "probe"
"""A cookie that holds nothing, to see whether the browser gives cookies back to a frame."""
PROBE: Final = f"{_MARK}{TRIAL}"
"""The same as the browser knows it."""


def cookies_of(scope: dict[str, Any]) -> dict[str, str]:
    """The cookies of a call, by name."""
    pairs = (
        part.strip().partition("=")
        for name, value in scope["headers"]
        if name == b"cookie"
        for part in value.decode("latin-1").split(";")
    )
    return {name: value for name, _, value in pairs if name}


def has_session(cookies: Mapping[str, str]) -> bool:
    """Did the browser give back what was set behind the door, besides the probe?"""
    return any(name.removeprefix(_HOST).startswith(_MARK) for name in cookies if name != PROBE)


def translate_cookies(scope: dict[str, Any], cookies: dict[str, str]) -> None:
    """Leave those that were set behind the door, under the names that the application knows."""
    kept = []
    for name, value in cookies.items():
        host = _HOST if name.startswith(_HOST) else ""
        bare = name.removeprefix(host)
        if bare.startswith(_MARK) and name != PROBE:
            kept.append(f"{host}{bare.removeprefix(_MARK)}={value}")
    headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
    if kept:
        headers.append((b"cookie", "; ".join(kept).encode("latin-1")))
    scope["headers"] = headers


def begins_session(cookie: bytes) -> bool:
    """Does a Set-Cookie header begin a session, rather than end one or try the browser?"""
    return b"max-age=0" not in cookie.lower() and not cookie.startswith(f"{TRIAL}=".encode())


def partitioned(cookie: bytes) -> bytes:
    """A cookie for the frame on this one site; browsers that know no partitions refuse or isolate it."""
    first, *attributes = (part.strip() for part in cookie.decode("latin-1").split(";"))
    host = _HOST if first.startswith(_HOST) else ""
    kept = [one for one in attributes if one.partition("=")[0].lower() not in {"samesite", "secure"}]
    parts = [f"{host}{_MARK}{first.removeprefix(host)}", *kept, "SameSite=None", "Secure", "Partitioned"]
    return "; ".join(parts).encode("latin-1")
