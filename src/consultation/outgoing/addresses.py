"""Which network addresses are public, and how names are looked up."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Looks up the addresses of a host, as text. Raises OSError."""

_NAT64: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
# RFC 3056 and 4380: addresses of IPv4 inside, delivered by whichever relay is nearest.
_TUNNELS: Final = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host by the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def is_public(address: str) -> bool:
    """Is this an address of the public internet, for one host?

    Not so: private, loopback, link-local (with the metadata services of clouds), shared,
    reserved, documentation and multicast ones (IANA's special-purpose registries), nor an IPv6
    address in which an IPv4 one is hidden.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # with a zone, as link-local ones are written
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        hidden = parsed.ipv4_mapped is not None or any(parsed in net for net in (*_NAT64, *_TUNNELS))
        if hidden or parsed.is_site_local:
            return False
    return parsed.is_global and not parsed.is_multicast
