"""Pictures made for tests, byte by byte: good ones, and the pieces to spoil them with."""

import base64
import struct
import zlib
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def in_base64(content: bytes) -> str:
    """As the interface takes files."""
    return base64.b64encode(content).decode()


def chunk(name: bytes, data: bytes = b"") -> bytes:
    """A chunk of a PNG."""
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def header(width: int, height: int, depth: int = 8, colour: int = 2, *, interlaced: bool = False) -> bytes:
    """The first chunk of a PNG."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))


def rows(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """Black dots as a PNG packs them, row by row, before they are compressed."""
    return (b"\x00" + bytes((width * depth * _CHANNELS[colour] + 7) // 8)) * height


def png(width: int, height: int, depth: int = 8, colour: int = 2, besides: Iterable[bytes] = ()) -> bytes:
    """A PNG of one colour; `besides` are chunks between its header and its dots."""
    palette = [chunk(b"PLTE", b"\x0f\x48\x68")] if colour == 3 else []
    dots = chunk(b"IDAT", zlib.compress(rows(width, height, depth, colour), 9))
    parts = (header(width, height, depth, colour), *palette, *besides, dots, chunk(b"IEND"))
    return SIGNATURE + b"".join(parts)


def heavy_png(octets: int) -> bytes:
    """A PNG that cannot be packed into fewer bytes."""
    side = 64
    height = octets // (side * 3) + 1
    dots = b"".join(
        b"\x00" + b"".join(sha256(b"%d %d" % (row, piece)).digest() for piece in range(side * 3 // 32))
        for row in range(height)
    )
    parts = (header(side, height), chunk(b"IDAT", zlib.compress(dots)), chunk(b"IEND"))
    return SIGNATURE + b"".join(parts)


def segment(marker: int, data: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data


def frame(width: int, height: int, components: int = 3, kind: int = 0xC0) -> bytes:
    """The frame of a JPEG."""
    each = b"".join(bytes((one, 0x11, 0)) for one in range(1, components + 1))
    return segment(kind, struct.pack(">BHHB", 8, height, width, components) + each)


SCAN: Final = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"


def jpeg(width: int, height: int, besides: Iterable[bytes] = ()) -> bytes:
    """A JPEG as far as its outer structure goes; `besides` are segments in front of its frame."""
    tables = segment(0xDB, bytes(65)), segment(0xC4, bytes(17))
    parts = (b"\xff\xd8", *besides, *tables, frame(width, height), SCAN, b"\xff\xd9")
    return b"".join(parts)


def part(name: bytes, data: bytes) -> bytes:
    """A chunk of a WebP."""
    return name + len(data).to_bytes(4, "little") + data + b"\x00" * (len(data) % 2)


def lossy(width: int, height: int) -> bytes:
    """A lossy frame."""
    return part(b"VP8 ", b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + b"\x01\x02\x03")


def lossless(width: int, height: int) -> bytes:
    """A lossless frame."""
    return part(b"VP8L", b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + b"\x01\x02")


def extended(width: int, height: int, flags: int = 0x10) -> bytes:
    """What stands first in a WebP with more than its frame."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return part(b"VP8X", bytes((flags, 0, 0, 0)) + sides)


def webp(*parts: bytes) -> bytes:
    """A WebP of these chunks."""
    return part(b"RIFF", b"WEBP" + b"".join(parts))
