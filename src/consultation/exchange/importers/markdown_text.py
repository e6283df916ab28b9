"""Plain text into Markdown (CommonMark 0.31) that shows exactly what was written.

Only what Markdown would take for its own is escaped, so that the stored text stays legible.
The escapes also hold against tables, strikethrough and found links, which are no part of
CommonMark but of many renderers. All of it runs in time linear in the text.
"""

import re
import unicodedata
from typing import Final

from consultation.domain.texts import tidy

BACKSLASH: Final = "\\"
HARD_BREAK: Final = f"{BACKSLASH}\n"
"""A line break within a paragraph; a backslash survives editors that trim line ends."""
RULE: Final = "___"
"""A rule; hyphens or stars behind the mark of a list item would make a rule of the item."""

_ENTITY: Final = re.compile(r"&(?=#?[A-Za-z0-9]{1,40};)")
# An underscore between two letters or digits cannot begin or end emphasis; one tilde is one.
_INLINE: Final = re.compile(
    r"[\\`*\[\]<|]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|(?<=~)~|~(?=~)"
    rf"|{_ENTITY.pattern}"
)
# A number that makes a list item of the line it begins; _MARKER: what else is special there, as
# the beginning of a heading, quote, list, rule, underlined heading or table.
_NUMBERED: Final = re.compile(r"([0-9]{1,9})(?=[.)](?:\s|$))")
_MARKER: Final = frozenset("#>+=:-")
# A link as people type it: up to white space or a quotation mark, without closing punctuation.
_ADDRESS: Final = re.compile(r"""https?://[^\s<>"«»]*[^\s<>"«».,;:!?')\]*_~|]""")
_UNSAFE: Final = re.compile(r"""[\s\x00-\x20\x7f<>"\\^`{|}]""")
_SCHEME_END: Final = re.compile("[A-Za-z0-9.+-]$")
_CLOSING_HASHES: Final = re.compile(r"(?<=\s)(?=#+$)")
_BACKSLASHED: Final = r"\\\g<0>"
_SPACES: Final = re.compile(r"(\s+)")
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n\s*")


def plain_text(text: str) -> str:
    """A plain text as Markdown: its paragraphs, its line breaks, its every character.

    Tags are not parsed: `<br>` or `<your company>` that somebody typed is shown as typed. Blank
    space at the ends of lines, which no page shows, is dropped.
    """
    paragraphs = (paragraph.strip() for paragraph in _BLANK_LINES.split(tidy(text)))
    return "\n\n".join(escape(paragraph, starts_line=True) for paragraph in paragraphs if paragraph)


def escape(text: str, *, starts_line: bool, goes_on: bool = False, in_link: bool = False) -> str:
    """Text as inline Markdown; newlines in it become hard breaks.

    `starts_line` says whether the text begins a line, where more is special, and `goes_on`
    whether other markup follows it. An address whose end a renderer could mistake, because
    escapes or markup stand in or behind it, becomes a link, except `in_link` already.
    """
    lines = unicodedata.normalize("NFC", text).split("\n")
    last = len(lines) - 1
    written = []
    for number, line in enumerate(lines):
        begins = starts_line or number > 0
        # At a line's start white space would be indentation, at its end perhaps a break.
        trimmed = line.lstrip(" \t") if begins else line
        trimmed = trimmed.rstrip(" \t") if number < last else trimmed
        escaped = _escaped(trimmed, goes_on=goes_on or number < last, in_link=in_link)
        written.append(_escape_start(escaped) if begins else escaped)
    return HARD_BREAK.join(written)


def before_link(markdown: str) -> str:
    """What stands before a link: an exclamation mark would make an image of it."""
    return f"{markdown[:-1]}{BACKSLASH}!" if markdown.endswith("!") else markdown


def touches_scheme(markdown: str) -> bool:
    """Does it end in what can be part of a scheme?

    A renderer that finds addresses reads `abcd[http://` as an address with the scheme `abcd`,
    as markdown-it does, and no longer as a link.
    """
    return _SCHEME_END.search(markdown) is not None


def without_address(markdown: str) -> str:
    """Escaped text in which no renderer finds an address."""
    return markdown.replace("://", f"{BACKSLASH}://")


def link(text: str, address: str) -> str:
    """An inline link of escaped text to an address."""
    return f"[{text}]{link_target(address)}"


def link_target(address: str) -> str:
    """What follows the text of a link: the address in parentheses, unsafe characters encoded."""
    encoded = _UNSAFE.sub(lambda unsafe: _percent_encoded(unsafe.group()), address)
    target = _ENTITY.sub(r"\\&", encoded)
    return f"(<{target}>)" if set(target) & set("()") else f"({target})"


def heading(markdown: str, level: int) -> str:
    """One line of Markdown as a heading; hashes alone at its end would be taken for its closing."""
    return f"{'#' * level} {_CLOSING_HASHES.sub(re.escape(BACKSLASH), markdown)}"


def code_span(text: str) -> str:
    """Text as code within a line; newlines become spaces."""
    content = text.replace("\n", " ")
    fence = "`" * (_longest_run(content) + 1)
    # The spaces are stripped again by the renderer, once, when both are there.
    pad = " " if content[:1] in "` " or content[-1:] in "` " else ""
    return f"{fence}{pad}{content}{pad}{fence}"


def code_block(text: str) -> str:
    """Text as a fenced block of code, unescaped and unchanged."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}\n{text}\n{fence}"


def _escaped(line: str, *, goes_on: bool, in_link: bool) -> str:
    if in_link or "://" not in line:
        return _INLINE.sub(_BACKSLASHED, line)
    pieces = _SPACES.split(line)
    # Words stand at even places, the white space between them at odd ones.
    for place in range(0, len(pieces), 2):
        word = pieces[place]
        escaped = _INLINE.sub(_BACKSLASHED, word)
        is_open = goes_on and place == len(pieces) - 1
        pieces[place] = _with_links(word) if "://" in word and (is_open or escaped != word) else escaped
    return "".join(pieces)


def _with_links(word: str) -> str:
    """A word with its web addresses as links, and no other address that a renderer would find."""
    written = []
    end = 0
    for found in _ADDRESS.finditer(word):
        before = without_address(_INLINE.sub(_BACKSLASHED, word[end : found.start()]))
        shown = _INLINE.sub(_BACKSLASHED, found.group())
        shown = without_address(shown) if touches_scheme(before) else shown
        written += [before_link(before), link(shown, found.group())]
        end = found.end()
    return "".join([*written, without_address(_INLINE.sub(_BACKSLASHED, word[end:]))])


def _escape_start(line: str) -> str:
    if line[:1] in _MARKER:
        return BACKSLASH + line
    return _NUMBERED.sub(r"\1\\", line, count=1) if _NUMBERED.match(line) else line


def _percent_encoded(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
