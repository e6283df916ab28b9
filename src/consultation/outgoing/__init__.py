"""Calls to addresses that somebody else chose: guarded, limited in time and in size.

Organisations enter addresses of identity providers (and of webhooks). A call to one of them must
not become a call into the network that the service itself runs in (OWASP: server-side request
forgery). So every connection is made to an address that was looked up and checked for this very
connection: a name that is public now and private a moment later gains nothing, no redirect is
followed, and no proxy of the environment stands between.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from consultation.outgoing.addresses import Resolver, look_up

if TYPE_CHECKING:
    import ssl

SECONDS: Final = 10.0
"""A call ends within so many seconds, all in all, the look-up of the name aside."""

LARGEST: Final = 1_000_000
"""Bytes of the largest body that is read."""


class Unreachable(Exception):
    """No answer: refused, too slow, too long, or not at a public address.

    The text is for the log: it says which, and holds no address and nothing of the answer.
    """


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Outgoing:
    """Makes guarded calls.

    `private_hosts` are those that the operator allows although they may have private addresses:
    `host` or `host:port`, in lower case. Plain http goes to them only, and only with `plain_http`.
    With `largest` 0 bodies are not read at all, however long.
    """

    private_hosts: frozenset[str] = frozenset()
    plain_http: bool = False
    seconds: float = SECONDS
    largest: int = LARGEST
    resolve: Resolver = look_up
    ticks: Callable[[], float] | None = None

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        """Make one call and read the answer; redirects are answers like others.

        Raises Unreachable.
        """
        # Libraries of HTTP and TLS take a tenth of a second, and few calls of the service need them.
        from consultation.outgoing.transport import exchange  # noqa: PLC0415 - see above

        self._check(url)
        return exchange(self, method, url, headers or {}, content, self._tls)

    def permits(self, url: str) -> bool:
        """May this address be called at all? Where its host is, only a call shows."""
        try:
            self._check(url)
        except Unreachable:
            return False
        return True

    def may_be_private(self, host: str, port: int) -> bool:
        """Does the operator allow this host to have a private address?"""
        return not self.private_hosts.isdisjoint({host.lower(), f"{host.lower()}:{port}"})

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise Unreachable("not an address") from error
        host = parts.hostname
        if parts.scheme not in {"https", "http"} or not host or parts.username is not None:
            raise Unreachable("not an https address")
        if parts.scheme == "http" and not (self.plain_http and self.may_be_private(host, port)):
            raise Unreachable("plain http")

    @cached_property
    def _tls(self) -> "ssl.SSLContext":
        from httpx2 import create_ssl_context  # noqa: PLC0415 - see call

        return create_ssl_context(trust_env=False)
