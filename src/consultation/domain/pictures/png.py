"""PNG (W3C, third edition): chunks with checksums; the dots are unpacked once, and counted."""

import zlib
from collections.abc import Iterator
from typing import Final

from consultation.domain.pictures.parts import Bytes, Damaged, Read, fit

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEADER_LENGTH: Final = 13
_PIECE: Final = 65_536
_PALETTE: Final = 3
_CHANNELS: Final = {0: 1, 2: 3, _PALETTE: 1, 4: 2, 6: 4}
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), _PALETTE: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB"})
"""The critical chunks, and those without which it would look otherwise; none of these holds a text."""
_ANCILLARY: Final = 0x20
"""The bit of a chunk's first letter that says it can be left out."""
# Adam7: where each pass begins and how far its dots are apart, across and down.
_PASSES: Final = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)


def read(content: bytes, most: int) -> Read:
    """The picture with nothing but its dots. An animation becomes its still picture."""
    chunks = list(_chunks(Bytes(content, len(SIGNATURE))))
    names = [name for name, _ in chunks]
    if names[0] != b"IHDR" or names[-1] != b"IEND" or names.count(b"IHDR") != 1:
        raise Damaged
    width, height, length = _unpacked_length(chunks[0][1], most)
    palettes, transparent = names.count(b"PLTE"), names.count(b"tRNS")
    is_indexed = chunks[0][1][9] == _PALETTE
    if palettes > 1 or transparent > 1 or (is_indexed and palettes == 0):
        raise Damaged
    kept = [(name, data) for name, data in chunks if name in _KEPT]
    dots = b"".join(data for name, data in kept if name == b"IDAT")
    if _unpacks_to(dots, length) != length:
        raise Damaged
    return Read(width, height, SIGNATURE + b"".join(_written(name, data) for name, data in kept))


def _chunks(source: Bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk; what stands behind the last is left behind."""
    while True:
        length, name = source.big(4), source.take(4)
        if not name.isalpha() or not name.isascii() or length > len(source.content):
            raise Damaged
        data = source.take(length)
        if source.big(4) != zlib.crc32(name + data):
            raise Damaged
        if name not in _KEPT and not name[0] & _ANCILLARY:
            raise Damaged
        yield name, data
        if name == b"IEND":
            return


def _written(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def _unpacked_length(header: bytes, most: int) -> tuple[int, int, int]:
    """Width, height, and how many bytes the rows take, each with the byte of its filter."""
    if len(header) != _HEADER_LENGTH:
        raise Damaged
    fields = Bytes(header)
    width, height, depth, colour = fields.big(4), fields.big(4), fields.big(1), fields.big(1)
    packing, filtering, interlaced = fields.big(1), fields.big(1), fields.big(1)
    if depth not in _DEPTHS.get(colour, ()) or packing or filtering or interlaced > 1:
        raise Damaged
    fit(width, height, most)
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    length = 0
    for left, top, across, down in passes:
        columns, rows = -((left - width) // across), -((top - height) // down)
        if columns > 0 and rows > 0:
            length += rows * (1 + (columns * depth * _CHANNELS[colour] + 7) // 8)
    return width, height, length


def _unpacks_to(packed: bytes, most: int) -> int:
    """How many bytes these unpack to, given up a piece after `most`: a bomb never goes off."""
    stream, found = zlib.decompressobj(), 0
    try:
        while not stream.eof and found <= most:
            piece = stream.decompress(packed, _PIECE)
            packed = stream.unconsumed_tail
            if not piece and not packed:
                break
            found += len(piece)
    except zlib.error as error:
        raise Damaged from error
    if not stream.eof:
        raise Damaged
    return found
