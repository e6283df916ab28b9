"""Which pages of other origins may read answers (WHATWG Fetch, "HTTP CORS protocol").

Only origins that an organisation listed, and only what belongs to it; what belongs to nobody in
particular (`/me`, signing in, the lists) answers whatever any organisation listed. Credentials mode
is never allowed: other origins call with a bearer token, which no browser adds by itself. The
headers are added to each answer by itself, so that finished documents stay the same for everybody.
"""

import logging
import re
from typing import Final
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from starlette.types import Scope

from consultation.api.headers import Pairs
from consultation.api.threads import Threads
from consultation.application.origins import Listed, OriginLists
from consultation.application.ports import Busy

API_PREFIX: Final = "/api/v1/"
VARY: Final[Pairs] = ((b"vary", b"origin"),)
"""On every answer of the interface: what a shared cache keeps for one origin is not another's."""

EXPOSED: Final = (
    "Date, ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
)
METHODS: Final = "GET, HEAD, POST, PUT, PATCH, DELETE"
SENT: Final = (
    "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    "Last-Event-ID, On-Behalf-Of, X-Request-Id"
)
REMEMBERED_SECONDS: Final = 60
"""How long a browser goes by a preflight; so long a removed origin may still send, never read."""

_DEBATE: Final = re.compile(r"debates/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?:/.*)?")
_ORGANISATION: Final = re.compile(r"organisations/([a-z0-9-]+)(?:/.*)?")
_ANYBODYS: Final = re.compile(
    r"debates|organisations|privacy|me(?:/.*)?|auth/(?:challenge|codes|sessions(?:/.*)?|providers)"
)
_log = logging.getLogger(__name__)


class Cors:
    """Decides for each call from another origin what its page may read."""

    def __init__(self, lists: OriginLists, threads: Threads) -> None:
        self._lists = lists
        self._threads = threads

    async def headers(self, scope: Scope, origin: bytes) -> Pairs:
        """The headers that let a page of this origin read the answer; none if it may not."""
        if not await self._may(scope["path"], origin):
            return ()
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", EXPOSED.encode()),
        )

    async def preflight(self, scope: Scope, origin: bytes) -> Pairs | None:
        """The headers that answer a preflight; None if this is none, or one to be refused."""
        asked = any(name == b"access-control-request-method" for name, _ in scope["headers"])
        if scope["method"] != "OPTIONS" or not asked or not await self._may(scope["path"], origin):
            return None
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-methods", METHODS.encode()),
            (b"access-control-allow-headers", SENT.encode()),
            (b"access-control-max-age", str(REMEMBERED_SECONDS).encode()),
            (b"vary", b"origin, access-control-request-method, access-control-request-headers"),
            (b"cache-control", b"no-store"),
        )

    async def _may(self, path: str, origin: bytes) -> bool:
        if not path.startswith(API_PREFIX):
            return False
        place = path[len(API_PREFIX) :]
        name = origin.decode("latin-1")
        if _ANYBODYS.fullmatch(place):
            return name in (await self._listed()).everywhere
        if found := _DEBATE.fullmatch(place):
            debate = UUID(found[1])
            listed = await self._listed(debate)
            return name in listed.of(self._lists.owner(debate))
        if found := _ORGANISATION.fullmatch(place):
            listed = await self._listed()
            return name in listed.of(listed.owners.get(found[1]))
        return False

    async def _listed(self, debate: UUID | None = None) -> Listed:
        listed = self._lists.trusted()
        if listed is not None and not listed.everywhere:
            return listed
        if listed is not None and (debate is None or self._lists.owner(debate) is not None):
            return listed
        try:
            return await self._threads.run(lambda: self._lists.read(debate))
        except (Busy, DBAPIError) as error:
            # Without the list nobody is let in; the answer itself is given or refused elsewhere.
            _log.warning("embed origins are not known: %s", type(error).__name__)
            return Listed()

    async def listed_anywhere(self, origin: str) -> bool:
        """Does any organisation list this origin?"""
        return origin in (await self._listed()).everywhere

    async def framed_by(self, organisation: str) -> tuple[str, ...]:
        """The origins whose pages may frame what belongs to an organisation, by its slug."""
        listed = await self._listed()
        return listed.of(listed.owners.get(organisation))
