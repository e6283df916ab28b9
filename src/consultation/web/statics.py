"""The files that pages refer to: each address holds a digest of the bytes, so that it stands for good."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Final

from consultation.api.packing import packed

_DIGITS: Final = 12
_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Static:
    """One file as it is sent."""

    address: str
    body: bytes
    packed: bytes | None
    media_type: str


@cache  # what is kept is what the package holds: it cannot change while the service runs
def statics() -> Mapping[str, Static]:
    """Every static file by its name in the package."""
    found = {}
    for entry in files(__package__).joinpath("static").iterdir():
        name = PurePosixPath(entry.name)
        if name.suffix not in _TYPES and mimetypes.guess_type(entry.name)[0] is None:
            continue
        body = entry.read_bytes()
        digest = hashlib.sha256(body).hexdigest()[:_DIGITS]
        media_type = _TYPES.get(name.suffix) or str(mimetypes.guess_type(entry.name)[0])
        found[entry.name] = Static(
            f"/static/{name.stem}.{digest}{name.suffix}", body, packed(body), media_type
        )
    return found


@cache
def by_address() -> Mapping[str, Static]:
    """Every static file by its address."""
    return {static.address: static for static in statics().values()}
