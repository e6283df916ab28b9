"""WebP (RFC 9649): chunks in a RIFF file; one still frame, its transparency, and nothing else."""

from collections.abc import Iterator
from typing import Final

from consultation.domain.pictures.parts import Bytes, Damaged, Read, Unknown, fit

SIGNATURE: Final = b"RIFF"
_KIND: Final = b"WEBP"
_LOSSY: Final = b"VP8 "
_LOSSLESS: Final = b"VP8L"
_EXTENDED: Final = b"VP8X"
_TRANSPARENCY: Final = b"ALPH"
_ANIMATION: Final = 0x02
_WITH_ALPHA: Final = 0x10
_START_CODE: Final = b"\x9d\x01\x2a"
_LOSSLESS_START: Final = 0x2F
_FOURTEEN_BITS: Final = 0x3FFF
_EXTENDED_LENGTH: Final = 10


def read(content: bytes, most: int) -> Read:
    """The picture with its frame and transparency. Raises Unknown for another kind of RIFF file."""
    source = Bytes(content, len(SIGNATURE))
    length = source.little(4)
    if source.take(4) != _KIND:
        raise Unknown
    if length < len(_KIND) or length + 8 > len(content):
        raise Damaged
    chunks = list(_chunks(Bytes(content[: length + 8], source.place)))
    names = [name for name, _ in chunks]
    parts = dict(chunks)
    frames = [name for name in names if name in (_LOSSY, _LOSSLESS)]
    if _EXTENDED in parts and parts[_EXTENDED][:1] and parts[_EXTENDED][0] & _ANIMATION:
        raise Unknown
    if len(frames) != 1 or names.count(_TRANSPARENCY) > 1 or names.count(_EXTENDED) > 1:
        raise Damaged
    (frame,) = frames
    if names[0] not in (frame, _EXTENDED):
        raise Damaged
    width, height = _lossy(parts[frame]) if frame == _LOSSY else _lossless(parts[frame])
    fit(width, height, most)
    if _EXTENDED in parts and _canvas(parts[_EXTENDED]) != (width, height):
        raise Damaged
    body = _written(frame, parts[frame])
    if frame == _LOSSY and _TRANSPARENCY in parts:
        canvas = bytes((_WITH_ALPHA, 0, 0, 0)) + _three(width - 1) + _three(height - 1)
        body = _written(_EXTENDED, canvas) + _written(_TRANSPARENCY, parts[_TRANSPARENCY]) + body
    return Read(width, height, _written(SIGNATURE, _KIND + body))


def _chunks(source: Bytes) -> Iterator[tuple[bytes, bytes]]:
    while not source.is_over:
        name, length = source.take(4), source.little(4)
        yield name, source.take(length)
        if length % 2:
            source.take(1)


def _lossy(frame: bytes) -> tuple[int, int]:
    """Width and height of a key frame (RFC 6386, 9.1)."""
    fields = Bytes(frame)
    is_between = fields.little(3) & 1
    if is_between or fields.take(3) != _START_CODE:
        raise Damaged
    return fields.little(2) & _FOURTEEN_BITS, fields.little(2) & _FOURTEEN_BITS


def _lossless(frame: bytes) -> tuple[int, int]:
    fields = Bytes(frame)
    if fields.big(1) != _LOSSLESS_START:
        raise Damaged
    bits = fields.little(4)
    if bits >> 29:  # the version, which is 0
        raise Damaged
    return (bits & _FOURTEEN_BITS) + 1, (bits >> 14 & _FOURTEEN_BITS) + 1


def _canvas(extended: bytes) -> tuple[int, int]:
    if len(extended) != _EXTENDED_LENGTH:
        raise Damaged
    fields = Bytes(extended, 4)
    return fields.little(3) + 1, fields.little(3) + 1


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")


def _written(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + b"\x00" * (len(data) % 2)
