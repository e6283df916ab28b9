"""Citizens' Markdown as HTML that is safe to insert into any page."""

from sys import getsizeof
from typing import Final

import nh3
from markdown_it import MarkdownIt

from consultation.application.documents import LINK_REL
from consultation.caching import BoundedCache

_TAGS: Final = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
}
# Bytes that keeping a text takes beside the two: its place among the others.
_ENTRY: Final = 200
# Headings of a text stand below those of the page that it is shown on.
_HEADINGS: Final = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}


def _parser() -> MarkdownIt:
    # No raw HTML, no images (a remote picture tells its server who reads), links found in text.
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 20})
    return parser.enable("linkify").disable(["image", "html_block", "html_inline"])


_PARSER: Final = _parser()


def _weight(markdown: str, html: str) -> int:
    return getsizeof(markdown) + getsizeof(html) + _ENTRY


KEPT: Final[BoundedCache[str, str]] = BoundedCache(4_000_000, _weight)
"""HTML by the text that it was made of: some thousand of the usual ones, or two of the heaviest."""
_kept: Final = KEPT.get


def render_html(markdown: str) -> str:
    """The safe subset of Markdown as HTML: no raw HTML, no images, no scripts, no styles.

    It takes time in proportion to the text, whatever is in it; the longest of nothing but brackets
    takes half a second, so results are kept.
    Links carry `rel="nofollow ugc noopener noreferrer"` and go to http, https or mailto only.
    """
    html = _kept(markdown)
    if html is None:
        html = _rendered(markdown)
        KEPT.put(markdown, html)
    return html


def _rendered(markdown: str) -> str:
    tokens = _PARSER.parse(markdown)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=LINK_REL,
    )
