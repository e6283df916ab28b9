"""Who calls: the credentials of a request, whom they lead to, and whom a route admits.

A bearer token is that of a session or the secret of an organisation's key; how it begins says
which. A cookie holds a session and nothing else.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response

from consultation.api.problems import Problem, TransportCode
from consultation.application.identities import ROUND_LIFETIME
from consultation.application.ports import (
    Account,
    Caller,
    Delegate,
    Digests,
    KeyHolder,
    Participant,
    Replay,
    Staff,
)
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.keys import check_secret, is_key

ON_BEHALF_OF: Final = "On-Behalf-Of"
"""The header in which an organisation's server names its own user."""
_AUTHORIZATION: Final = b"authorization"
_ON_BEHALF_OF: Final = ON_BEHALF_OF.lower().encode()
SUBJECT: Final = re.compile(r"[!-~]{1,200}")
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def cookie_name(public_url: str) -> str:
    """The session cookie's name: bound to the host where the transport allows it."""
    return "__Host-session" if public_url.startswith("https://") else "session"


def set_session(response: Response, token: str, public_url: str, lifetime: timedelta) -> None:
    """Give the browser the cookie of a session."""
    _set_cookie(response, cookie_name(public_url), token, lifetime, public_url)


def forget_cookie(response: Response, public_url: str) -> None:
    """Have the browser drop the session cookie."""
    _set_cookie(response, cookie_name(public_url), "", timedelta(0), public_url)


def round_cookie_name(public_url: str) -> str:
    """The name of the cookie that binds a sign-in at a provider to the browser that began it."""
    return "__Host-sign-in" if public_url.startswith("https://") else "sign-in"


def set_round(response: Response, secret: str, public_url: str) -> None:
    """Bind a sign-in at a provider to this browser, for as long as it may take."""
    _set_cookie(response, round_cookie_name(public_url), secret, ROUND_LIFETIME, public_url)


def end_round(response: Response, public_url: str) -> None:
    """The sign-in at a provider is over, one way or the other."""
    _set_cookie(response, round_cookie_name(public_url), "", timedelta(0), public_url)


def _set_cookie(response: Response, name: str, value: str, lifetime: timedelta, public_url: str) -> None:
    # Lax, not Strict: coming back from a provider is a navigation from another site.
    response.set_cookie(
        name,
        value,
        max_age=int(lifetime.total_seconds()),
        path="/",
        secure=public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def _shown(request: Request) -> tuple[str | None, list[str]]:
    """The bearer token, empty where something else stands in its place, and the users that are named."""
    bearer, subjects = None, []
    for name, value in request.scope["headers"]:
        if name == _AUTHORIZATION and bearer is None:
            scheme, _, token = value.decode("latin-1").partition(" ")
            bearer = token.strip() if scheme.lower() == "bearer" else ""
        elif name == _ON_BEHALF_OF:
            subjects.append(value.decode("latin-1"))
    return bearer, subjects


def _cookie_token(request: Request, public_url: str) -> str | None:
    """The token of the session cookie; None for an anonymous call.

    Raises Problem(cross_site_request) when a cookie would make an unsafe call from another
    site (Fetch Metadata's Sec-Fetch-Site, else Origin).
    """
    token = request.cookies.get(cookie_name(public_url), "")
    if not token:
        return None
    if request.method not in SAFE_METHODS and not from_own_page(request, public_url):
        raise Problem(TransportCode.CROSS_SITE_REQUEST)
    return token


def from_own_page(request: Request, public_url: str) -> bool:
    """Does the browser say that one of our own pages, or the person's own hand, makes the call?

    A sub-domain's page (`same-site`) is not ours, and neither is a call that says nothing.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    return request.headers.get("origin") == own_origin(public_url)


def is_from_a_page(request: Request) -> bool:
    """Is this a call that a page in a browser makes, as far as browsers tell?"""
    return "sec-fetch-site" in request.headers or "origin" in request.headers


def own_origin(public_url: str) -> str:
    """The origin of our own pages, as browsers send it."""
    own = urlsplit(public_url)
    return f"{own.scheme}://{own.netloc}".lower()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a call brings: a token, and whom a server acts for."""

    token: str
    subject: str | None

    @property
    def is_key(self) -> bool:
        """Is the token the secret of a key?"""
        return is_key(self.token)


def credentials_of(request: Request, public_url: str) -> Credentials | None:
    """The credentials of a request, None for an anonymous call.

    Raises Problem for a misused cookie, and for a user named otherwise than through a key.
    """
    bearer, subjects = _shown(request)
    token = _cookie_token(request, public_url) if bearer is None else bearer
    if len(subjects) > 1 or not all(map(SUBJECT.fullmatch, subjects)):
        raise unfit_subject("one user, 1-200 visible ASCII")
    subject = subjects[0] if subjects else None
    if token is None:
        if subject is not None:
            raise unfit_subject("only with the key of an organisation")
        return None
    found = Credentials(token, subject)
    if subject is not None and not (found.is_key and bearer is not None):
        raise unfit_subject("only with the key of an organisation")
    # A key works in the bearer header alone: in a cookie its secret is that of no session.
    return found if bearer is not None else Credentials(_session_only(token), None)


def _session_only(token: str) -> str:
    return "" if is_key(token) else token


def unfit_subject(detail: str) -> Problem:
    """The problem of a user who is named wrongly, or where nobody is to be named."""
    errors = [{"pointer": f"#/header/{ON_BEHALF_OF}", "detail": detail}]
    return Problem(TransportCode.MALFORMED, errors=errors)


def find_caller(
    snapshot: Snapshot,
    digests: Digests,
    credentials: Credentials,
    now: datetime,
    idempotency_key: str | None = None,
) -> tuple[Caller, Replay | None] | Refused:
    """Whom the credentials lead to, and the first answer kept for the call; one statement."""
    digest = digests.token(credentials.token)
    if not credentials.is_key:
        account, replay = snapshot.caller(digest, now, idempotency_key)
        return Refused(RefusalCode.SESSION_INVALID) if account is None else (account, replay)
    found = snapshot.key_call(digest, credentials.subject, idempotency_key, now)
    if found is None:
        return Refused(RefusalCode.KEY_INVALID)
    decision = check_secret(found.life, now, found.time_zone, is_former=found.is_former)
    return decision if isinstance(decision, Refused) else (found.caller, found.replay)


def as_person(caller: Caller) -> Account:
    """Whom a route for people alone admits. Like those below, raises Problem for anybody else."""
    if not isinstance(caller, Account):
        raise Problem(RefusalCode.KEY_NOT_ACCEPTED)
    return caller


def as_staff(caller: Caller) -> Staff:
    """Whom a route for running consultations admits: a server does that in its own name."""
    if isinstance(caller, Delegate):
        raise unfit_subject("not here: a server runs consultations in its own name")
    return caller


def as_participant(caller: Caller) -> Participant:
    """Whom a route for taking part admits."""
    if isinstance(caller, KeyHolder):
        raise Problem(RefusalCode.ON_BEHALF_OF_REQUIRED)
    return caller


def as_delegate(caller: Caller) -> Delegate:
    """Whom a route for an organisation's own users admits."""
    if isinstance(caller, Account):
        raise Problem(RefusalCode.KEY_REQUIRED)
    if isinstance(caller, KeyHolder):
        raise Problem(RefusalCode.ON_BEHALF_OF_REQUIRED)
    return caller


def as_known(caller: Caller) -> Delegate:
    """The same, where calling makes nobody known whom the service does not know yet."""
    return as_delegate(caller)


def as_anyone(caller: Caller) -> Caller:
    """Whom a route admits that tells everybody what they may do."""
    return caller
