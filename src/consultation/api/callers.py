"""Who calls: the session token of a request, and the check that a cookie is not misused."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

from consultation.api.problems import Problem, TransportCode

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def cookie_name(public_url: str) -> str:
    """The session cookie's name: bound to the host where the transport allows it."""
    return "__Host-session" if public_url.startswith("https://") else "session"


def session_token(request: Request, public_url: str) -> str | None:
    """The token of a bearer header or of the session cookie; None for an anonymous call.

    Raises Problem(cross_site_request) when a cookie would make an unsafe call from another
    site (Fetch Metadata's Sec-Fetch-Site, else Origin).
    """
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""
    token = request.cookies.get(cookie_name(public_url), "")
    if not token:
        return None
    if request.method not in SAFE_METHODS and not _same_site(request, public_url):
        raise Problem(TransportCode.CROSS_SITE_REQUEST)
    return token


def _same_site(request: Request, public_url: str) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return False
    own = urlsplit(public_url)
    return origin == f"{own.scheme}://{own.netloc}"
