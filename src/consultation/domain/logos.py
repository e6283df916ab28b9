"""The logo of an organisation: a small picture with words for whoever does not see it."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from consultation.domain.decisions import Facts, RefusalCode, Refused
from consultation.domain.pictures import Damaged, Picture, TooManyDots, Unknown, read_picture
from consultation.domain.texts import check_text

HEAVIEST: Final = 24_000
"""Bytes of a logo without its metadata: every page bears it, and shall weigh no more than 60 kB."""
LEAST_SIDE: Final = 32
MOST_SIDE: Final = 1_200
"""Dots of width and of height."""
ALT_MAX: Final = 200
"""Code points of the words that stand for it."""


@dataclass(frozen=True, slots=True)
class Logo:
    """What pages say of a logo. Its file is elsewhere, under the digest.

    `digest` is the SHA-256 of the file in hex, `alt` what it shows, in the language `lang`.
    """

    digest: str
    width: int
    height: int
    alt: str
    lang: str

    def as_mapping(self) -> dict[str, Any]:
        """Its fields."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, fields: Mapping[str, Any] | None) -> "Logo | None":
        """The logo with these fields; None for none."""
        return None if fields is None else cls(**fields)


def check_logo(content: bytes) -> Picture | Refused:
    """The picture of a file, without its metadata, if it can be a logo.

    Refused with logo_format_unknown, logo_damaged, logo_size_unfit or logo_too_heavy.
    """
    try:
        picture = read_picture(content, MOST_SIDE)
    except Unknown:
        return Refused(RefusalCode.LOGO_FORMAT_UNKNOWN, {"field": "image"})
    except TooManyDots as error:
        return _unfit(error.width, error.height)
    except Damaged:
        return Refused(RefusalCode.LOGO_DAMAGED, {"field": "image"})
    if min(picture.width, picture.height) < LEAST_SIDE:
        return _unfit(picture.width, picture.height)
    if len(picture.content) > HEAVIEST:
        facts: Facts = {"field": "image", "limit": HEAVIEST, "length": len(picture.content)}
        return Refused(RefusalCode.LOGO_TOO_HEAVY, facts)
    return picture


def _unfit(width: int, height: int) -> Refused:
    bounds: Facts = {"least": LEAST_SIDE, "most": MOST_SIDE}
    facts: Facts = {"field": "image", "width": width, "height": height, **bounds}
    return Refused(RefusalCode.LOGO_SIZE_UNFIT, facts)


def logo_of(picture: Picture, alt: str, lang: str) -> Logo | Refused:
    """The logo that shows a picture. Refused where its tidied words do not fit."""
    decision = check_text("alt", alt, 1, ALT_MAX)
    if isinstance(decision, Refused):
        return decision
    return Logo(hashlib.sha256(picture.content).hexdigest(), picture.width, picture.height, alt, lang)
