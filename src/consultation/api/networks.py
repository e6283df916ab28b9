"""From which network a call comes: what the socket says or, behind our own proxies, what they say.

The address stays in memory for the moment of a call: it is cut to its network, hashed with a key and
counted (`application/limiting.py`). It is never logged, stored or sent.
"""

import ipaddress
import re
from collections.abc import Iterable
from typing import Final, TypeAlias

from starlette.types import Scope

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_SUBSCRIBER: Final = 8
"""Octets of an IPv6 address that name a subscriber's network; the others its devices (RFC 4291)."""

_FOR: Final = re.compile(r'(?:^|;)\s*for\s*=\s*("[^"]*"|[^;\s]+)', re.IGNORECASE)


class Networks:
    """Finds the network of a call.

    `trusted` are the networks of our own proxies, `header` the one header in which they say who
    called them: `x-forwarded-for` or `forwarded` (RFC 7239). Without proxies no header is believed.
    """

    def __init__(self, trusted: Iterable[str] = (), header: str = "x-forwarded-for") -> None:
        self._trusted: tuple[_Network, ...] = tuple(ipaddress.ip_network(one) for one in trusted)
        self._header = header.encode()
        self._is_standard = header == "forwarded"

    def of(self, scope: Scope) -> str:
        """What a call is counted by: an IPv4 address, or the first 64 bits of an IPv6 address."""
        client = scope.get("client")
        peer = _address(client[0]) if client else None
        if peer is None:
            return "local"  # a socket of this machine has no address
        return _network(self._behind_proxies(peer, scope) if self._is_ours(peer) else peer)

    def _behind_proxies(self, peer: _Address, scope: Scope) -> _Address:
        """Read from the right: each proxy of ours adds who called it; left of a stranger all is hearsay."""
        found = peer
        for told in reversed(self._told(scope)):
            address = _address(told)
            if address is None:
                break
            found = address
            if not self._is_ours(address):
                break
        return found

    def _told(self, scope: Scope) -> list[str]:
        lines = [value.decode("latin-1") for name, value in scope["headers"] if name == self._header]
        entries = [entry.strip() for line in lines for entry in line.split(",")]
        if not self._is_standard:
            return entries
        return [match[1].strip('"') if (match := _FOR.search(entry)) else "" for entry in entries]

    def _is_ours(self, address: _Address) -> bool:
        return any(address in network for network in self._trusted)


def _address(text: str) -> _Address | None:
    """The address of `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`; else None."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _network(address: _Address) -> str:
    packed = address.packed
    return packed.hex() if isinstance(address, ipaddress.IPv4Address) else packed[:_SUBSCRIBER].hex()
