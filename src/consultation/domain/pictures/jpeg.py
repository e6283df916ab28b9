"""JPEG (ITU-T T.81): segments behind markers; the scans stay as they are, what tells stories goes."""

import re
from typing import Final

from consultation.domain.pictures.parts import Bytes, Damaged, Read, fit

SIGNATURE: Final = b"\xff\xd8\xff"
_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive frames, with Huffman codes: those that browsers show."""
_TABLES: Final = frozenset({0xC4, 0xDB, 0xDD})
_SCAN: Final = 0xDA
_OF_FILE: Final = 0xE0
_OF_COLOURS: Final = 0xEE
_TOLD: Final = frozenset({*range(0xE0, 0xF0), 0xFE})
"""Segments of applications (Exif, XMP, profiles, thumbnails) and comments."""
_MOST_SCANS: Final = 64
"""More passes over one picture than any program writes; each costs whoever looks at it."""
# The next marker in a scan: neither a stuffed byte nor one of those from which decoding can go on.
_MARKER: Final = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


def read(content: bytes, most: int) -> Read:  # noqa: C901 - one branch for each kind of segment
    """The picture with its frame, tables and scans. Whatever stands behind its end is left behind."""
    source, kept = Bytes(content, len(_START)), [_START]
    size: tuple[int, int] | None = None
    scans = 0
    while True:
        marker = _marker(source)
        if marker == _END[1]:
            break
        segment = source.take(source.big(2) - 2)
        if marker in _FRAMES:
            if size is not None:
                raise Damaged
            size = _frame(segment, most)
        elif marker == _SCAN:
            scans += 1
            if size is None or scans > _MOST_SCANS:
                raise Damaged
            kept.append(_written(marker, segment) + _entropy(source))
            continue
        elif marker in _TOLD:
            segment = _needed(marker, segment)
        elif marker not in _TABLES:
            raise Damaged
        if segment:
            kept.append(_written(marker, segment))
    if size is None or not scans:
        raise Damaged
    return Read(*size, b"".join((*kept, _END)))


def _marker(source: Bytes) -> int:
    if source.big(1) != _END[0]:
        raise Damaged
    found = source.big(1)
    while found == _END[0]:  # a marker may be preceded by any number of these
        found = source.big(1)
    return found


def _frame(segment: bytes, most: int) -> tuple[int, int]:
    fields = Bytes(segment)
    precision, height, width, components = fields.big(1), fields.big(2), fields.big(2), fields.big(1)
    if precision != 8 or components not in {1, 3, 4} or len(segment) != 6 + 3 * components:  # noqa: PLR2004 - T.81, B.2.2
        raise Damaged
    fit(width, height, most)
    return width, height


def _entropy(source: Bytes) -> bytes:
    """The coded data of a scan, up to the marker that ends it."""
    found = _MARKER.search(source.content, source.place)
    if found is None or found.start() == source.place:
        raise Damaged
    return source.take(found.start() - source.place)


def _needed(marker: int, segment: bytes) -> bytes:
    """Of what applications write, that without which the colours or the shape of a dot would change."""
    if marker == _OF_FILE and segment[:5] == b"JFIF\x00" and len(segment) >= 14:  # noqa: PLR2004 - JFIF 1.02
        return segment[:12] + b"\x00\x00"  # without its thumbnail
    if marker == _OF_COLOURS and segment[:5] == b"Adobe" and len(segment) == 12:  # noqa: PLR2004 - Adobe's note 5116
        return segment
    return b""


def _written(marker: int, segment: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(segment) + 2).to_bytes(2, "big") + segment
