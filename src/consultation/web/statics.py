"""The files that pages refer to: each address holds a digest of the bytes, so that it stands for good.

The stylesheet is carried by pages, too, that somebody may see first: see `docs/decisions/0044`.
"""

import base64
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Final

from consultation.api.packing import packed
from consultation.domain.appearance import check_accent, on_dark

_COLOURED: Final = re.compile(r"(/static/style\.[0-9a-f]+)\.([0-9a-f]{6})\.css")
_DIGITS: Final = 12
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANK: Final = re.compile(r"\s+")
_AROUND: Final = re.compile(r";? ?([{};]) ?")
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


@lru_cache(maxsize=256)
def stylesheet(accent: str | None = None) -> Static:
    """The one stylesheet, in the colour of an organisation (`#rrggbb`) or in ours."""
    plain = statics()["style.css"]
    if accent is None:
        return plain
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {on_dark(accent)}; }} }}"
    body = plain.body + f":root {{ --accent: {accent}; }}\n{dark}\n".encode()
    address = plain.address.replace(".css", f".{accent.removeprefix('#')}.css")
    return Static(address, body, packed(body), plain.media_type)


@dataclass(frozen=True, slots=True)
class Carried:
    """The stylesheet as it stands in a page, and how the policy of the page names it (CSP 3, 2.3.1)."""

    text: str
    source: str


@lru_cache(maxsize=256)
def carried(accent: str | None = None) -> Carried:
    """The stylesheet without what browsers do not read, in the colour of an organisation or in ours."""
    plain = _COMMENT.sub("", stylesheet(accent).body.decode())
    text = _AROUND.sub(r"\1", _BLANK.sub(" ", plain)).strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Carried(text, f"'sha256-{digest}'")


def found_at(address: str) -> Static | None:
    """The file at an address, the stylesheet in every colour that can be read; None for no file."""
    found = by_address().get(address)
    coloured = _COLOURED.fullmatch(address)
    if found is None and coloured is not None and check_accent(f"#{coloured[2]}").allowed:
        sheet = stylesheet(f"#{coloured[2]}")
        return sheet if sheet.address == address else None
    return found


@cache
def by_address() -> Mapping[str, Static]:
    """Every static file by its address."""
    return {static.address: static for static in statics().values()}
