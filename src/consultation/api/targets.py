"""Under which name a finished public document is kept: its address, and of a page its language too.

Documents of the interface are the same in every language. A page is not: its language stands in
front of its address (`/nl/...`), or the browser's wish decides, which then belongs to the name.
"""

import re
from typing import Final, TypeAlias

from consultation.localisation.languages import Language, wished

Target: TypeAlias = tuple[bytes, bytes]
"""Raw path and query string; the latter with the wished language behind a NUL, which no address holds."""

LANGUAGE_PREFIX: Final = re.compile(rf"/({'|'.join(Language)})(?=/|$)")
_FIXED: Final = re.compile(rf"/(?:api|{'|'.join(Language)})(?:/|$)".encode())


def target_of(raw_path: bytes, query: bytes, accept_language: bytes | None) -> Target:
    """The name of what an address leads to, for a caller with this Accept-Language header."""
    if _FIXED.match(raw_path):
        return raw_path, query
    header = None if accept_language is None else accept_language.decode("latin-1")
    return raw_path, query + b"\0" + (wished(header) or "").encode()
