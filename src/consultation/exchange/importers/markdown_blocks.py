"""Blocks of formatted text and how they are written in Markdown (CommonMark 0.31).

A reader of markup makes a list of blocks; each knows the lists and quotes that it stands in.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markdown_it import MarkdownIt

from consultation.exchange.importers.markdown_text import (
    RULE,
    before_link,
    code_block,
    code_span,
    escape,
    heading,
    link_target,
    touches_scheme,
    without_address,
)

_RENDERER: Final = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one look. A newline in it is a line break."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    address: str | None = None

    @property
    def is_plain(self) -> bool:
        """Has it no look of its own?"""
        return not (self.strong or self.emphasis or self.code or self.address)


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """A quote (`> `) or one item of a list (`- `, `2. `), known by its marker.

    Two containers are never equal: each is one place of the text. `list_number` tells which
    list an item belongs to.
    """

    marker: str
    list_number: int | None = None

    @property
    def indent(self) -> str:
        """What begins the further lines of the container."""
        return self.marker if self.list_number is None else " " * len(self.marker)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading of `level` 1 to 6, or preformatted code, inside its containers.

    A block without runs is a rule between others.
    """

    runs: Sequence[Run]
    within: tuple[Container, ...] = ()
    level: int = 0
    preformatted: bool = False

    @property
    def words(self) -> str:
        """The text without its looks."""
        return "".join(run.text for run in self.runs)


def write(blocks: Iterable[Block]) -> tuple[str, int]:
    """The blocks as Markdown, and how many of them had to leave out emphasis or links.

    CommonMark cannot express every placement of emphasis (`<b>a,</b>b`). A block whose words
    would not survive loses the emphasis at fault, failing that all of its looks: words first.
    """
    parts: list[str] = []
    simplified = 0
    before: Block | None = None
    for block in blocks:
        content, is_whole = _content(block)
        simplified += not is_whole
        shared = 0 if before is None else _common(before.within, block.within)
        if before is not None:
            parts.append(_separator(before, block, shared))
        parts.append(_indented(content, block.within, shared))
        before = block
    return "".join(parts), simplified


def _content(block: Block) -> tuple[str, bool]:
    if not block.runs:
        return RULE, True
    if block.preformatted:
        return code_block(block.words.strip("\n")), True
    # A heading is one line.
    runs = [replace(run, text=run.text.replace("\n", " ")) if block.level else run for run in block.runs]
    markdown = _inline(runs)
    is_whole = _survives(runs, markdown)
    if not is_whole:
        runs = _surviving(runs)
        markdown = _inline(runs)
    if not _survives(runs, markdown):
        markdown = _inline([Run("".join(run.text for run in runs))])
    if block.level:
        markdown = heading(markdown, block.level)
    return markdown, is_whole


def _survives(runs: Sequence[Run], markdown: str) -> bool:
    """Does a renderer show the words of the runs? Of plain text alone escaping makes sure."""
    words = "".join(run.text for run in runs)
    return all(run.is_plain for run in runs) or _shown(markdown) == _squeezed(words)


def _surviving(runs: Sequence[Run]) -> list[Run]:
    """Runs that keep their emphasis only where it stands the characters beside it."""
    kept = []
    for position, run in enumerate(runs):
        before = "".join(other.text[-1:] for other in runs[max(position - 1, 0) : position])
        after = "".join(other.text[:1] for other in runs[position + 1 : position + 2])
        context = [Run(before), run, Run(after)]
        is_fit = _survives(context, _inline(context))
        kept.append(run if is_fit else replace(run, strong=False, emphasis=False))
    return kept


def _inline(runs: Iterable[Run]) -> str:
    """Runs as inline Markdown: from one to the next, close and open only what changes."""
    out: list[str] = []
    opened: list[str] = []
    joined = list(_joined(_with_bare_edges(runs)))
    touches = False
    for place, run in enumerate([*joined, Run("")], start=1):
        # What ends each look: an address in parentheses, stars.
        wanted = [
            *([f"]{link_target(run.address)}"] if run.address else []),
            *(["**"] if run.strong else []),
            *(["*"] if run.emphasis else []),
        ]
        kept = _common(opened, wanted)
        out += reversed(opened[kept:])
        for mark in wanted[kept:]:
            if mark.startswith("]"):
                touches = touches_scheme("".join(out[-1:]))
                out[-1:] = [*(before_link(text) for text in out[-1:]), "["]
            else:
                out.append(mark)
        opened = wanted
        if run.code:
            out.append(code_span(run.text))
        elif run.text:
            begins = not out or out[-1].endswith("\n")
            in_link = run.address is not None
            text = escape(run.text, starts_line=begins, goes_on=place < len(joined), in_link=in_link)
            out.append(without_address(text) if in_link and touches else text)
    return "".join(out)


def _with_bare_edges(runs: Iterable[Run]) -> Iterator[Run]:
    """White space between runs has only the looks that both its sides share.

    CommonMark does not take `**a **` for emphasis, however often editors write it so.
    """
    pieces = [piece for run in runs for piece in _split_edges(run)]
    after: Run | None = None
    following: list[Run | None] = []
    for piece in reversed(pieces):
        following.append(after)
        after = after if piece.text.isspace() else piece
    before: Run | None = None
    for piece, after in zip(pieces, reversed(following), strict=True):
        if not piece.text.isspace():
            before = piece
            yield piece
        elif before is None or after is None:
            yield Run(piece.text)
        else:
            yield Run(
                piece.text,
                strong=before.strong and after.strong,
                emphasis=before.emphasis and after.emphasis,
                address=before.address if before.address == after.address else None,
            )


def _split_edges(run: Run) -> Iterator[Run]:
    core = run.text.strip()
    if run.code and core:
        yield run
        return
    start = run.text.index(core)
    end = start + len(core)
    for piece in (run.text[:start], core, run.text[end:]):
        if piece:
            yield replace(run, text=piece, code=False)


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Neighbours of one look as one run: escaping needs to see what stands beside what."""
    texts: list[str] = []
    look = Run("")
    for run in runs:
        if texts and replace(run, text="") != look:
            yield replace(look, text="".join(texts))
            texts = []
        look = replace(run, text="")
        texts.append(run.text)
    yield replace(look, text="".join(texts))


def _common(first: Sequence[object], second: Sequence[object]) -> int:
    """How many members, from the start, two sequences have in common."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(first), len(second)))


def _separator(before: Block, block: Block, shared: int) -> str:
    """A new line between items of a list that are paragraphs, otherwise an empty line."""
    paragraphs = not any(b.level or b.preformatted or not b.runs for b in (before, block))
    if paragraphs and len(before.within) == len(block.within) == shared + 1:
        number = block.within[shared].list_number
        if number is not None and number == before.within[shared].list_number:
            return "\n"
    return f"\n{''.join(c.indent for c in block.within[:shared]).rstrip()}\n"


def _indented(content: str, within: Sequence[Container], shared: int) -> str:
    first = "".join(c.indent if depth < shared else c.marker for depth, c in enumerate(within))
    further = "".join(c.indent for c in within)
    head, *tail = content.split("\n")
    return "\n".join([first + head, *(further + line if line else further.rstrip() for line in tail)])


def _shown(markdown: str) -> str:
    """The words that a renderer shows, without their white space."""
    words: list[str] = []
    for token in _RENDERER.parse(markdown):
        words += [child.content for child in token.children or ()]
        words.append("" if token.type == "inline" else token.content)
    return _squeezed("".join(words))


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
