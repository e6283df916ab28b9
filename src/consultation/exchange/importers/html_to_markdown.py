"""HTML bodies into the subset of Markdown that we render.

nh3 first repairs the markup as browsers do, in time linear in it; what is left is well formed,
which the parser of the standard library needs to be fast. Words are kept whatever stands
around them; what cannot be kept is named in a note. Nothing is fetched.
"""

import re
from dataclasses import dataclass
from typing import Final

import nh3

from consultation.domain.texts import tidy
from consultation.exchange.importers.cleaning import REPLACED, replace_forbidden
from consultation.exchange.importers.html_walker import KEPT_ELEMENTS, HtmlWalker
from consultation.exchange.importers.markdown_blocks import write

_ATTRIBUTES: Final = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto"}
_MUTE: Final = frozenset({"script", "style"})
# Elements without a meaning of their own: nothing is lost with them.
_BARE: Final = frozenset({"span", "font", "html", "body", "center", "colgroup", "col"})
_TAG: Final = re.compile(r"<([A-Za-z][^\s/>]*)")
_MOST_NAMED: Final = 10
_LINE_ENDS: Final = re.compile("\r\n?|\x85")


@dataclass(frozen=True, slots=True)
class Converted:
    """Markdown, and what was not kept of the source."""

    markdown: str
    notes: tuple[str, ...] = ()


def html_to_markdown(html: str) -> Converted:
    """The Markdown of an HTML fragment, empty when it holds no word. Never raises."""
    source, has_forbidden = replace_forbidden(_LINE_ENDS.sub("\n", html).replace("\f", " "))
    walker = HtmlWalker()
    if has_forbidden:
        walker.note(REPLACED)
    for note in _lost_elements(source):
        walker.note(note)
    walker.feed(
        nh3.clean(
            source,
            tags=set(KEPT_ELEMENTS),
            clean_content_tags=set(_MUTE),
            attributes=_ATTRIBUTES,
            url_schemes=_SCHEMES,
            link_rel=None,
        )
    )
    walker.close()
    walker.flush()
    has_words = any(block.runs for block in walker.blocks)
    markdown, simplified = write(walker.blocks if has_words else ())
    if simplified:
        walker.note("emphasis or links that Markdown cannot express were left out, their text kept")
    return Converted(tidy(markdown), tuple(walker.notes))


def _lost_elements(source: str) -> list[str]:
    names = {name.lower() for name in _TAG.findall(source)}
    notes = [f"<{name}> was dropped with its content" for name in sorted(names & _MUTE)]
    lost = sorted(names - KEPT_ELEMENTS - _MUTE - _BARE)
    if lost:
        named = ", ".join(f"<{name[:30]}>" for name in lost[:_MOST_NAMED])
        more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
        notes.append(f"not kept, but their text is: {named}{more}")
    return notes
