"""What a text may be made of, and how it is tidied before it is measured and stored."""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from consultation.domain.decisions import ALLOWED, Decision, Facts, RefusalCode, Refused

# C0 and C1 controls but tab and newline, surrogates, the bidirectional overrides, embeddings
# and isolates (a name could rewrite the line it stands in), and Unicode's noncharacters.
_PLANE_ENDS: Final = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"
    "\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef" + _PLANE_ENDS + "]"
)
# Default-ignorable code points (Unicode DerivedCoreProperties) and the blank Braille pattern: they
# may stand in a text, where scripts and emoji need them, but do not make one.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_LINE_ENDS: Final = re.compile("\r\n?|\x85")
_SPACES: Final = re.compile(r"\s+")
# urlsplit lets stray text stand around an address in brackets, and which kinds depends on its version.
# A name has no empty label but the last, the root's (RFC 1034, 3.1).
_AUTHORITY: Final = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|(?!\.)(?:(?!\.\.)[^\[\]@:])+)(?::[0-9]*)?")


def tidy(text: str) -> str:
    """A body as it is stored: line ends as newline, NFC, no white space around it."""
    return unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)).strip()


def tidy_line(text: str) -> str:
    """A title or a name as it is stored: as `tidy`, and on one line with single spaces."""
    return _SPACES.sub(" ", tidy(text))


def check_text(field: str, text: str, shortest: int, longest: int) -> Decision:
    """May this tidied text stand in the field, given its bounds in code points?

    The shortest length counts what can be seen. `field` is the name in the request body.
    Refused with text_not_allowed, text_too_short or text_too_long.
    """
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        character = f"U+{ord(forbidden.group()):04X}"
        facts: Facts = {"field": field, "character": character}
        return Refused(RefusalCode.TEXT_NOT_ALLOWED, facts)
    visible = len(_INVISIBLE.sub("", text))
    if visible < shortest:
        facts_short: Facts = {"field": field, "limit": shortest, "length": visible}
        return Refused(RefusalCode.TEXT_TOO_SHORT, facts_short)
    if len(text) > longest:
        facts_long: Facts = {"field": field, "limit": longest, "length": len(text)}
        return Refused(RefusalCode.TEXT_TOO_LONG, facts_long)
    return ALLOWED


def check_link(field: str, link: str, longest: int) -> Decision:
    """May this be a source's link: an absolute http or https URL with a host (RFC 3986)?"""
    measured = check_text(field, link, 1, longest)
    if not measured.allowed:
        return measured
    refused = Refused(RefusalCode.LINK_INVALID, {"field": field})
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return refused
    if parts.scheme not in {"http", "https"} or not host or not _AUTHORITY.fullmatch(parts.netloc):
        return refused
    if _SPACES.search(link) or set(link) & set('<>"\\^`{|}'):
        return refused
    return ALLOWED
