"""How an organisation's pages may look: one accent colour, which everybody must be able to read.

Contrast is that of WCAG 2.2 (relative luminance, 1.4.6): links and buttons in the accent stand on
the grounds of the pages, with 7 to 1 in either scheme.
"""

from typing import Final

from consultation.domain.decisions import ALLOWED, Decision, Fact, RefusalCode, Refused

LIGHT_GROUND: Final = "#f4f0e7"
"""The darkest ground that the accent stands on in the light scheme."""
DARK_GROUND: Final = "#211f1b"
"""The lightest ground that it stands on in the dark scheme."""
LEAST_CONTRAST: Final = 7
_STEPS: Final = 64


def luminance(colour: str) -> float:
    """The relative luminance of a colour written `#rrggbb`, from 0 to 1."""
    parts = [part / 255 for part in _parts(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - as WCAG has them
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def check_accent(colour: str) -> Decision:
    """Can everybody read this colour, written `#rrggbb`, on light pages?

    The refusal names the nearest darker one that would do.
    """
    found = contrast(colour, LIGHT_GROUND)
    if found >= LEAST_CONTRAST:
        return ALLOWED
    facts: dict[str, Fact] = {
        "field": "accent",
        "contrast": f"{int(found * 10) / 10}",
        "limit": LEAST_CONTRAST,
        "suggestion": readable(colour, LIGHT_GROUND),
    }
    return Refused(RefusalCode.ACCENT_TOO_PALE, facts)


def readable(colour: str, ground: str) -> str:
    """The colour itself, or what it becomes on its way to black or white once it can be read."""
    towards = 0 if luminance(ground) > luminance(DARK_GROUND) + 0.1 else 255
    for step in range(_STEPS + 1):
        mixed = [round(part + (towards - part) * step / _STEPS) for part in _parts(colour)]
        found = "#" + "".join(f"{part:02x}" for part in mixed)
        if contrast(found, ground) >= LEAST_CONTRAST:
            return found
    raise AssertionError(colour)  # black or white can be read on either ground


def on_dark(colour: str) -> str:
    """The accent in the dark scheme: as light as it takes to be read there."""
    return readable(colour, DARK_GROUND)


def _parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
