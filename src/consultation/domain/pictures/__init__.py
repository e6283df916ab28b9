"""Pictures that somebody uploads: told by what is in them, and written anew without what nobody sees.

Three formats, each read by its specification as far as its outer structure goes. What comes out has
the picture and what it needs to be shown, and nothing else: no Exif with the place where a photograph
was taken, no comment, no thumbnail, no second file behind the first. What is not as its format says is
refused rather than mended. SVG is no picture here: it is a document that can carry programs.
"""

from dataclasses import dataclass
from typing import Final

from consultation.domain.pictures import jpeg, png, webp
from consultation.domain.pictures.parts import Damaged, Read, TooManyDots, Unknown

MEDIA_TYPES: Final = ("image/png", "image/jpeg", "image/webp")
"""The formats that `read_picture` knows."""

_READERS: Final = {
    "image/png": (png.SIGNATURE, png.read),
    "image/jpeg": (jpeg.SIGNATURE, jpeg.read),
    "image/webp": (webp.SIGNATURE, webp.read),
}

__all__ = ["MEDIA_TYPES", "Damaged", "Picture", "TooManyDots", "Unknown", "read_picture"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without what nobody sees. Width and height are in dots."""

    media_type: str
    width: int
    height: int
    content: bytes


def read_picture(content: bytes, most: int) -> Picture:
    """The picture of a file, whatever the file is called, at most `most` dots wide and high.

    Raises Unknown for another format and for pictures that move, TooManyDots before anything of that
    size is unpacked, Damaged for what its format does not allow.
    """
    for media_type, (signature, read) in _READERS.items():
        if content.startswith(signature):
            found: Read = read(content, most)
            return Picture(media_type, found.width, found.height, found.content)
    raise Unknown
