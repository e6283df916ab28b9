"""What a reader sees of Markdown: an oracle that shares nothing with the code under test."""

import html
import re
from collections.abc import Callable
from typing import Final, TypeAlias

import nh3
from markdown_it import MarkdownIt

from consultation.markup import render_html

STRICT: Final = MarkdownIt("commonmark", {"html": False}).render
GENEROUS: Final = MarkdownIt("js-default", {"html": False, "linkify": True, "breaks": True}).render
"""Tables, strikethrough, found links, and a break at every newline."""

Renderer: TypeAlias = Callable[[str], str]
RENDERERS: Final[dict[str, Renderer]] = {"strict": STRICT, "generous": GENEROUS, "ours": render_html}

_TAG = re.compile("<[^>]*>")


def words(markdown: str, render: Renderer = STRICT) -> list[str]:
    """The words that stand on the page."""
    return html.unescape(_TAG.sub("", render(markdown))).split()


def letters_of_html(source: str) -> str:
    """The text of HTML without any white space, as a browser would parse it."""
    return "".join(html.unescape(nh3.clean(source, tags=set())).split())
