"""Domains of addresses in ASCII, as mail servers know them, and in Unicode, as people do (RFC 5890).

IDNA 2008 says how (RFC 5891), as registries and browsers do today. Python's codec knows IDNA 2003 only,
which turns ß into ss and drops joiners: another domain today. It is asked for what the newer one has no
spelling for, symbols above all: some such names are still in use, and both spell them alike.
"""

import re
import unicodedata
from typing import Final

_LONGEST_DOMAIN: Final = 253
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ENCODED: Final = "xn--"


def in_ascii(domain: str) -> str | None:
    """A domain in ASCII, lower case.

    None when it is none, or when an international one would not survive the way to ASCII and back:
    what it leads to is somebody else's.
    """
    domain = unicodedata.normalize("NFC", domain.lower())
    if len(domain) > _LONGEST_DOMAIN:
        return None
    spelt = [label if label.isascii() else _encoded(label) for label in domain.split(".")]
    found = ".".join(spelt)
    return found if len(found) <= _LONGEST_DOMAIN and all(map(_LABEL.fullmatch, spelt)) else None


def in_unicode(domain: str) -> str:
    """A domain in ASCII as people write it. A label that says nothing in Unicode stays as it is."""
    return ".".join(
        _decoded(label) if label.startswith(_ENCODED) else label for label in domain.lower().split(".")
    )


def _encoded(label: str) -> str:
    """A label beyond ASCII in ASCII; empty when there is no spelling of it."""
    from idna import alabel  # noqa: PLC0415 - nobody waits for its tables whose domain is in ASCII

    try:
        return alabel(label).decode("ascii")
    except UnicodeError:  # of which IDNAError is one
        pass
    try:
        found = label.encode("idna").decode("ascii")
        return found if found.encode("ascii").decode("idna") == label else ""
    except UnicodeError:
        return ""


def _decoded(label: str) -> str:
    from idna import ulabel  # noqa: PLC0415 - as above

    try:
        return ulabel(label)
    except UnicodeError:
        pass
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label
