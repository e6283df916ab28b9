"""What changed between two texts, word by word, so that a person can read it.

Anybody may ask for the comparison of any two texts that were posted here, made for the purpose or not.
So it takes little time whatever they say: what stands once in both texts holds them together, and only
short stretches between such places are compared thing by thing.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from sys import getsizeof
from typing import Final

from consultation.caching import BoundedCache

_WORDS: Final = re.compile(r"\s+|[^\s\w]|\w+")
_STRETCH: Final = 40
"""So many things of either text, between two places that hold them together, are compared at most."""
_ENTRY: Final = 200
"""Bytes that keeping a comparison takes beside it: its place among the others."""
Operation = tuple[bool, int, int, int, int]
"""Is it the same? From where to where in the one, and in the other."""


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed, went or came."""

    change: Change
    text: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """The blank before its words, the words, the blank behind: words alone are struck or underlined."""
        words = self.text.strip()
        before, _, behind = self.text.partition(words) if words else (self.text, "", "")
        return before, words, behind


Paragraph = tuple[Piece, ...]


def _weight(texts: tuple[str, str], paragraphs: tuple[Paragraph, ...]) -> int:
    pieces = [piece for line in paragraphs for piece in line]
    containers = (paragraphs, *paragraphs, *pieces, texts)
    return sum(map(getsizeof, (*containers, *texts, *(piece.text for piece in pieces)))) + _ENTRY


KEPT: Final[BoundedCache[tuple[str, str], tuple[Paragraph, ...]]] = BoundedCache(2_000_000, _weight)
"""What came out, by the two texts: several hundred of the usual pairs.

Few pairs are heavier than all of it, made for that: of those nothing is kept.
"""


def compare(before: str, after: str) -> tuple[Paragraph, ...]:
    """The lines of both texts that are not blank, in order, each as what stayed, went and came."""
    paragraphs = KEPT.get((before, after))
    if paragraphs is None:
        paragraphs = _compared(before, after)
        KEPT.put((before, after), paragraphs)
    return paragraphs


def _compared(before: str, after: str) -> tuple[Paragraph, ...]:
    old, new = before.splitlines(), after.splitlines()
    found: list[Paragraph] = []
    for is_same, i, j, k, m in _operations(old, new):
        if is_same:
            found += [(Piece(Change.SAME, line),) for line in old[i:j] if line.strip()]
        elif j - i == m - k:
            found += [_of_line(*lines) for lines in zip(old[i:j], new[k:m], strict=True)]
        else:
            found += [(Piece(Change.REMOVED, line),) for line in old[i:j] if line.strip()]
            found += [(Piece(Change.ADDED, line),) for line in new[k:m] if line.strip()]
    return tuple(found)


def _of_line(before: str, after: str) -> Paragraph:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    return tuple(_joined(_pieces(old, new)))


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for is_same, i, j, k, m in _operations(old, new):
        if is_same:
            yield Piece(Change.SAME, "".join(old[i:j]))
            continue
        if i < j:
            yield Piece(Change.REMOVED, "".join(old[i:j]))
        if k < m:
            yield Piece(Change.ADDED, "".join(new[k:m]))


def _operations(old: Sequence[str], new: Sequence[str]) -> Iterator[Operation]:
    """What stayed and what took whose place, in order; both texts in whole."""
    start = (0, 0)
    for is_same, _, j, _, m in _changing(_steps(old, new)):
        yield is_same, start[0], j, start[1], m
        start = (j, m)


def _changing(steps: Iterator[Operation]) -> Iterator[Operation]:
    """Of neighbours of a kind the last alone: it ends where all of them do."""
    held: Operation | None = None
    for step in steps:
        if held is not None and held[0] is not step[0]:
            yield held
        held = step
    if held is not None:
        yield held


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[Operation]:
    since = (0, 0)
    for i, k in [*_anchors(old, new), (len(old), len(new))]:
        yield from _between(old, new, since, (i, k))
        if i < len(old):
            yield True, i, i + 1, k, k + 1
        since = (i + 1, k + 1)


def _between(
    old: Sequence[str], new: Sequence[str], since: tuple[int, int], until: tuple[int, int]
) -> Iterator[Operation]:
    """The same for a stretch: what it begins and ends with alike, and what is in the middle."""
    (i, k), (j, m) = since, until
    first, shorter = 0, min(j - i, m - k)
    while first < shorter and old[i + first] == new[k + first]:
        first += 1
    last = 0
    while last < shorter - first and old[j - 1 - last] == new[m - 1 - last]:
        last += 1
    if first:
        yield True, i, i + first, k, k + first
    yield from _middle(old, new, (i + first, k + first), (j - last, m - last))
    if last:
        yield True, j - last, j, m - last, m


def _middle(
    old: Sequence[str], new: Sequence[str], since: tuple[int, int], until: tuple[int, int]
) -> Iterator[Operation]:
    (i, k), (j, m) = since, until
    if max(j - i, m - k) > _STRETCH:
        yield False, i, j, k, m
        return
    matcher = SequenceMatcher(str.isspace, old[i:j], new[k:m], autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        yield operation == "equal", i + a, i + b, k + c, k + d


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Where what stands once in both is, as many as stand in the same order in both.

    The longest row of rising places: Schensted 1961, in n log n.
    """
    in_old, in_new = Counter(old), Counter(new)
    place_in_new = {one: at for at, one in enumerate(new) if in_new[one] == 1}
    pairs = [(i, place_in_new[one]) for i, one in enumerate(old) if in_old[one] == 1 and one in place_in_new]
    ends: list[int] = []
    rows: list[int] = []
    before: list[int | None] = []
    for at, (_, k) in enumerate(pairs):
        length = bisect_left(ends, k)
        if length == len(ends):
            ends.append(k)
            rows.append(at)
        else:
            ends[length], rows[length] = k, at
        before.append(rows[length - 1] if length else None)
    row: list[tuple[int, int]] = []
    place = rows[-1] if rows else None
    while place is not None:
        row.append(pairs[place])
        place = before[place]
    return row[::-1]


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours that changed with only space between them belong together: phrases, not confetti."""
    removed = added = ""
    pending = ""
    for piece in pieces:
        if piece.change is Change.REMOVED:
            removed, added, pending = removed + pending + piece.text, added + pending, ""
        elif piece.change is Change.ADDED:
            removed, added, pending = removed + pending, added + pending + piece.text, ""
        elif piece.text.isspace() and (removed or added):
            pending += piece.text
        else:
            yield from _changed(removed, added)
            yield Piece(Change.SAME, pending + piece.text)
            removed = added = pending = ""
    yield from _changed(removed, added)
    if pending:
        yield Piece(Change.SAME, pending)


def _changed(removed: str, added: str) -> Iterator[Piece]:
    if not (removed + added).strip():
        # Nothing changed, or only space, which nobody sees.
        if removed + added:
            yield Piece(Change.SAME, added or removed)
        return
    if removed:
        yield Piece(Change.REMOVED, removed)
    if added:
        yield Piece(Change.ADDED, added)
