"""One call over one connection, to an address that was checked."""

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import httpcore2

from consultation.domain.addresses import is_public
from consultation.outgoing import Reply, Unreachable

if TYPE_CHECKING:
    from consultation.outgoing import Outgoing


class _Deadline:
    """When a call must be over."""

    def __init__(self, seconds: float, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._end = ticks() + seconds

    def left(self) -> float:
        """Seconds that are left. Raises Unreachable when none are."""
        left = self._end - self._ticks()
        if left <= 0:
            raise Unreachable("too slow")
        return left


class _Stream(httpcore2.NetworkStream):
    """A connection whose every step ends with the call's deadline, however slowly bytes drip."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._inner.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        del timeout
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the library's signature
        return self._inner.get_extra_info(info)


class _CheckedBackend(httpcore2.NetworkBackend):
    """Looks a name up, checks what it found, and connects to that and to nothing else."""

    def __init__(self, outgoing: "Outgoing", deadline: _Deadline) -> None:
        self._outgoing = outgoing
        self._deadline = deadline
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        del timeout, local_address, socket_options
        try:
            addresses = self._outgoing.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise Unreachable("the name is not known") from error
        if not addresses:
            raise Unreachable("the name has no address")
        # Asked of the host that is connected to, which no other reading of the address can change.
        private = self._outgoing.may_be_private(host, port)
        if not private and not all(is_public(address) for address in addresses):
            raise Unreachable("not a public address")
        failed: Exception | None = None
        for address in dict.fromkeys(addresses):
            try:
                stream = self._inner.connect_tcp(address, port, self._deadline.left())
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error  # such as IPv6 where there is none: the next may do
                continue
            return _Stream(stream, self._deadline)
        raise Unreachable("does not answer") from failed


def exchange(
    outgoing: "Outgoing",
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: bytes | None,
    tls: ssl.SSLContext,
) -> Reply:
    """One call over a connection of its own. Raises Unreachable."""
    deadline = _Deadline(outgoing.seconds, outgoing.ticks or time.monotonic)
    backend = _CheckedBackend(outgoing, deadline)
    sent = {"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "consultation", **headers}
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=tls, network_backend=backend) as pool,
            pool.stream(method, url, headers=list(sent.items()), content=content) as response,
        ):
            return Reply(response.status, _headers(response), _body(response, outgoing.largest))
    except (
        httpcore2.NetworkError,
        httpcore2.ProtocolError,
        httpcore2.TimeoutException,
        httpcore2.UnsupportedProtocol,
        ssl.SSLError,
    ) as error:
        raise Unreachable(type(error).__name__) from error


def _headers(response: httpcore2.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}


def _body(response: httpcore2.Response, largest: int) -> bytes:
    if largest == 0:
        return b""  # nobody wants it, and the connection is closed
    body = bytearray()
    for chunk in response.iter_stream():
        body += chunk
        if len(body) > largest:
            raise Unreachable("too long")
    return bytes(body)
