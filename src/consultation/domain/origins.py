"""Which addresses of other sites may stand in an organisation's list of embed origins."""

import ipaddress
import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from consultation.domain.decisions import RefusalCode, Refused

ORIGINS_PER_ORGANISATION: Final = 50
"""A policy header with more of them would outgrow what browsers and proxies accept."""

ORIGIN_MAX: Final = 300
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_HOST_MAX: Final = 253
_PORT_MAX: Final = 65_535
# IDNA 2003, which Python has, writes these four otherwise than browsers do (UTS 46, deviation
# characters): whoever has such a name gives it as `xn--`.
_DEVIATIONS: Final = frozenset("\u00df\u03c2\u200c\u200d")


def normal_origin(text: str, *, loopback: bool = False) -> str | Refused:
    """The origin in the one form in which browsers send it (RFC 6454, section 6.2).

    Scheme `https`, a host name with at least one dot, a port where it is not 443; no user, path,
    query, fragment or wildcard. Names beyond ASCII are written as IDNA does. With `loopback`,
    `http` and `https` on this very machine will do too. Refused with origin_invalid.
    """
    refused = Refused(RefusalCode.ORIGIN_INVALID, {"field": "origin"})
    if len(text) > ORIGIN_MAX or not text.isprintable():
        return refused
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return refused
    scheme = parts.scheme.lower()
    authority = f"{scheme}://{parts.netloc}".lower()
    # What urlsplit takes apart must be all there was: it forgives more than a browser sends.
    if scheme not in _DEFAULT_PORTS or "@" in parts.netloc or parts.netloc.endswith(":"):
        return refused
    if text.strip().lower() not in {authority, f"{authority}/"} or port == 0:
        return refused
    name = _ascii(host)
    if name is None or (port or 0) > _PORT_MAX:
        return refused
    local = _is_loopback(name)
    if local is not loopback and (local or scheme != "https"):
        return refused
    if not local and (scheme != "https" or not _is_public_name(name)):
        return refused
    shown = f"[{name}]" if ":" in name else name
    return f"{scheme}://{shown}" + ("" if port in {None, _DEFAULT_PORTS[scheme]} else f":{port}")


def _ascii(host: str) -> str | None:
    """The host as it stands on the wire, lower case; None when it cannot."""
    if ":" in host:
        return host
    host = unicodedata.normalize("NFKC", host).lower()
    if _DEVIATIONS & set(host):
        return None
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return name if len(name) <= _HOST_MAX and all(map(_LABEL.fullmatch, name.split("."))) else None


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_public_name(name: str) -> bool:
    # A last label that a number could be makes browsers read an IPv4 address (WHATWG URL, host parser).
    labels = name.split(".")
    return len(labels) > 1 and not labels[-1][0].isdigit() and not labels[-1].isdigit() and ":" not in name
