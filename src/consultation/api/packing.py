"""Finished bytes packed with gzip (RFC 9110, 8.4.1.3), once, for every browser that takes them so.

Only what is the same for everybody is packed: where a secret and somebody else's text stand in one
answer, its packed length would tell of the secret.
"""

import gzip
import re
from typing import Final

_WORTH_IT: Final = 1_000
"""Bytes below which packing saves no packet."""
_TAKES: Final = re.compile(
    rb"(?:^|[,\s])(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[0-9.]+\s*)?(?:,|$)", re.IGNORECASE
)


def packed(body: bytes) -> bytes | None:
    """The bytes packed; None where that is not worth it."""
    if len(body) < _WORTH_IT:
        return None
    return gzip.compress(body, compresslevel=6, mtime=0)


def takes_packed(accept_encoding: bytes | str | None) -> bool:
    """Does whoever calls take gzip (RFC 9110, 12.5.3)?"""
    if accept_encoding is None:
        return False
    if isinstance(accept_encoding, str):
        accept_encoding = accept_encoding.encode("latin-1")
    return _TAKES.search(accept_encoding) is not None
