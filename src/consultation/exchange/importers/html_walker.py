"""The walk over well-formed HTML that makes blocks of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Final

from consultation.exchange.importers.cleaning import REPLACED, replace_forbidden
from consultation.exchange.importers.markdown_blocks import Block, Container, Run

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_LOOKS: Final = {
    "strong": "strong",
    "b": "strong",
    "em": "emphasis",
    "i": "emphasis",
    "code": "code",
    "pre": "pre",
}
_LISTS: Final = frozenset({"ul", "ol"})
_CONTAINERS: Final = frozenset({"li", "blockquote"})
_CELLS: Final = frozenset({"td", "th"})
_BLOCKS: Final = frozenset(
    {"p", "div", "section", "article", "header", "footer", "address", "figure", "figcaption"}
    | {"dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "caption", "hr", "pre"}
    | {*_HEADINGS, *_LISTS, *_CONTAINERS}
)
KEPT_ELEMENTS: Final = _BLOCKS | _CELLS | {*_LOOKS, "a", "img", "br"}
"""The elements that the walker knows; all others are to be removed before, their text kept."""

# Deeper nesting than renderers follow (markdown-it stops at 20 levels, a list takes two).
_DEEPEST: Final = 6
_BLANKS: Final = re.compile("[ \t\n]+")
_WEB: Final = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_LINK: Final = re.compile(r"https?://[^/\s]|mailto:\S", re.IGNORECASE)
_START: Final = re.compile("[0-9]{1,9}")


@dataclass(slots=True)
class _List:
    """An open list: its number in the body, how its items are marked, and the next item."""

    number: int
    mark: str
    is_ordered: bool
    next_item: int

    def container(self) -> Container:
        """The next item."""
        marker = f"{self.next_item}{self.mark} " if self.is_ordered else f"{self.mark} "
        self.next_item += 1
        return Container(marker, self.number)


class HtmlWalker(HTMLParser):
    """Walks well-formed HTML and collects blocks and notes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.notes: dict[str, None] = {}
        self._runs: list[Run] = []
        self._depths = dict.fromkeys(("strong", "emphasis", "code", "pre"), 0)
        self._level = 0
        self._address: str | None = None
        self._within: list[Container] = []
        self._entered: list[bool] = []
        self._lists: list[_List] = []
        self._lists_begun = 0
        # How many lists each open container has held, the body itself first.
        self._siblings = [0]

    def note(self, text: str) -> None:
        """Says it once for the whole body."""
        self.notes[text] = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """An element begins."""
        values = {name: value or "" for name, value in attrs}
        look = _LOOKS.get(tag)
        if tag in _BLOCKS:
            self.flush()
        if look is not None:
            self._depths[look] += 1
        elif tag in _HEADINGS:
            self._level = _HEADINGS[tag]
        elif tag in _LISTS:
            self._begin_list(values, is_ordered=tag == "ol")
        elif tag == "li":
            self._enter(self._lists[-1].container() if self._lists else None)
        elif tag == "blockquote":
            self._enter(Container("> "))
        else:
            self._begin_other(tag, values)

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        look = _LOOKS.get(tag)
        if tag in _BLOCKS:
            self.flush()
        if look is not None:
            self._depths[look] -= 1
        elif tag in _HEADINGS:
            self._level = 0
        elif tag in _LISTS:
            self._lists.pop()
        elif tag in _CONTAINERS:
            self._leave()
        elif tag == "a":
            self._address = None

    def handle_data(self, data: str) -> None:
        """Text."""
        text, has_forbidden = replace_forbidden(data)
        if has_forbidden:
            self.note(REPLACED)
        self._append(text)

    def flush(self) -> None:
        """Ends the block at hand, if it holds any word."""
        runs = _trimmed(self._runs)
        if self._depths["pre"] and runs:
            text = "".join(run.text for run in self._runs)
            self.blocks.append(Block([Run(text)], tuple(self._within), preformatted=True))
        elif runs:
            self.blocks.append(Block(runs, tuple(self._within), self._level))
        self._runs = []

    def _begin_other(self, tag: str, values: Mapping[str, str]) -> None:
        if tag == "a":
            self._begin_link(values)
        elif tag == "img":
            self._image(values)
        elif tag == "br":
            self._break()
        elif tag in _CELLS:
            self._append(" ")
        elif tag == "hr":
            self.blocks.append(Block((), tuple(self._within)))
        elif tag == "table":
            self.note("a table became lines of text")

    def _append(self, text: str, address: str | None = None) -> None:
        if self._depths["pre"]:
            self._runs.append(Run(text))
            return
        spaced = _BLANKS.sub(" ", text)
        if not self._runs or self._runs[-1].text[-1] in " \n":
            spaced = spaced.removeprefix(" ")
        if spaced:
            self._runs.append(
                Run(
                    spaced,
                    strong=self._depths["strong"] > 0,
                    emphasis=self._depths["emphasis"] > 0,
                    code=self._depths["code"] > 0,
                    address=self._address or address,
                )
            )

    def _break(self) -> None:
        """A line break; a second one in a row ends the paragraph, a first one is dropped."""
        if self._depths["pre"]:
            self._append("\n")
            return
        if self._runs and self._runs[-1].text == " ":
            self._runs.pop()
        if self._runs and self._runs[-1].text.endswith("\n"):
            self.flush()
        elif self._runs:
            last = self._runs[-1]
            self._runs[-1] = replace(last, text=last.text.removesuffix(" "))
            self._runs.append(Run("\n"))

    def _begin_link(self, values: Mapping[str, str]) -> None:
        address = values.get("href", "").strip()
        if self._depths["pre"]:
            self.note("the address of a link inside code was left out")
        elif _LINK.match(address):
            self._address = address
        else:
            self.note("a link without an http, https or mailto address became its text")

    def _image(self, values: Mapping[str, str]) -> None:
        address = values.get("src", "").strip()
        text = values.get("alt", "").strip() or address
        is_linked = _WEB.match(address) is not None and self._address is None
        if is_linked and not self._depths["pre"]:
            self.note("a remote image became a link, it was not fetched")
            self._append(text, address)
        else:
            self.note("an image became its text")
            self.handle_data(text)

    def _begin_list(self, values: Mapping[str, str], *, is_ordered: bool) -> None:
        # Markdown would join neighbouring lists of one mark into one list.
        is_odd = self._siblings[-1] % 2 == 1
        self._siblings[-1] += 1
        self._lists_begun += 1
        start = values.get("start", "")
        first = int(start) if _START.fullmatch(start) else 1
        mark = (")" if is_odd else ".") if is_ordered else ("*" if is_odd else "-")
        self._lists.append(_List(self._lists_begun, mark, is_ordered, first))

    def _enter(self, container: Container | None) -> None:
        is_entered = container is not None and len(self._within) < _DEEPEST
        if container is not None and is_entered:
            self._within.append(container)
        elif container is not None:
            self.note(f"lists and quotes deeper than {_DEEPEST} levels were made level")
        self._entered.append(is_entered)
        self._siblings.append(0)

    def _leave(self) -> None:
        self._siblings.pop()
        if self._entered.pop():
            self._within.pop()


def _trimmed(runs: Sequence[Run]) -> list[Run]:
    """Runs without the white space at both ends, which would leave a stray break behind."""
    words = "".join(run.text for run in runs)
    start, end = len(words) - len(words.lstrip()), len(words.rstrip())
    kept = []
    position = 0
    for run in runs:
        text = run.text[max(start - position, 0) : max(end - position, 0)]
        position += len(run.text)
        if text:
            kept.append(replace(run, text=text))
    return kept
