"""Which hosts are public: by address, and as far as a name alone tells."""

import ipaddress
import re
from typing import Final

_NAT64: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
# RFC 3056 and 4380: addresses of IPv4 inside, delivered by whichever relay is nearest.
_TUNNELS: Final = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))
# RFC 6761, RFC 6762, RFC 8375 and the name that ICANN keeps out of the root for private use.
_LOCAL_NAMES: Final = ("localhost", "local", "home.arpa", "internal")
# Resolvers take 127.1, 0x7f000001 and 2130706433 for addresses, too.
_NUMBER: Final = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)


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
        # `is_global` passes what no registry lists: reserved, and `::127.0.0.1`, IPv4 in an older way.
        if hidden or parsed.is_site_local or parsed.is_reserved:
            return False
    return parsed.is_global and not parsed.is_multicast


def may_be_public(host: str) -> bool:
    """Could this host be public, as an URL names it? Where a name leads, only looking it up shows."""
    host = host.lower().removesuffix(".")
    last = host.rpartition(".")[2]
    if ":" in host or _NUMBER.fullmatch(last):
        return is_public(host)
    return not any(host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES)
