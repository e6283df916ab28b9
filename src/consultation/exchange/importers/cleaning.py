"""What happens to every text of a source before it is read further."""

import re
import unicodedata
from typing import Final

from consultation.domain.texts import check_text

REPLACED: Final = "characters that no text may hold (controls, overrides) became U+FFFD"
"""The note that goes with `replace_forbidden`."""

_SLUG_LENGTH: Final = 80
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})


def replace_forbidden(text: str) -> tuple[str, bool]:
    """The text with U+FFFD for each character that the domain forbids, and whether any was."""
    if check_text("text", text, 0, len(text)).allowed:
        return text, False
    kept = (char if check_text("text", char, 0, 1).allowed else "\ufffd" for char in text)
    return "".join(kept), True


def slug_of(text: str) -> str:
    """Lower-case ASCII letters, digits and hyphens, at most 80: the text in an address."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    return re.sub("[^a-z0-9]+", "-", plain)[:_SLUG_LENGTH].strip("-")
