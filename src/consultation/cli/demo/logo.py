"""The logo of the demonstration's town, drawn here: three lime trees above a river."""

import zlib
from typing import Final

ALT: Final = "Trois tilleuls au bord d’une rivière, emblème de Valbruyère"
_SIDE: Final = 240
_PAPER, _LEAVES, _WOOD, _WATER = range(4)
_COLOURS: Final = bytes.fromhex("ffffff 3f7d3a 6b4a2b 1f6f9f")
_TREES: Final = ((60, 92, 44), (180, 92, 44), (120, 72, 58))
"""Middle of each crown, across and down, and its half width."""
_GROUND: Final = 188
_HALF_TRUNK: Final = 6
_WAVE: Final = 40


def logo() -> bytes:
    """A PNG of four colours, two bits for each dot (W3C, third edition)."""
    header = b"".join(_SIDE.to_bytes(4, "big") for _ in range(2)) + bytes((2, 3, 0, 0, 0))
    dots = b"".join(b"\x00" + _packed([_colour(x, y) for x in range(_SIDE)]) for y in range(_SIDE))
    chunks = ((b"IHDR", header), (b"PLTE", _COLOURS), (b"IDAT", zlib.compress(dots, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _colour(x: int, y: int) -> int:
    if y > _GROUND:
        # Waves: the height of the water rises and falls in straight lines.
        crest = _GROUND + 8 + abs(x % _WAVE - _WAVE // 2) // 2
        return _WATER if y > crest and y < crest + 26 else _PAPER
    for middle, down, half in _TREES[::-1]:
        if (x - middle) ** 2 + (y - down) ** 2 <= half**2:
            return _LEAVES
    return _WOOD if any(abs(x - middle) <= _HALF_TRUNK and y > down for middle, down, _ in _TREES) else _PAPER


def _packed(row: list[int]) -> bytes:
    fours = (row[place : place + 4] for place in range(0, len(row), 4))
    return bytes(first << 6 | second << 4 | third << 2 | last for first, second, third, last in fours)


def _chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
