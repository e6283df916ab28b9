"""What changed between two texts, word by word, so that a person can read it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import Final

_WORDS: Final = re.compile(r"\s+|[^\s\w]|\w+")


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


Paragraph = tuple[Piece, ...]


@lru_cache(maxsize=256)  # two texts of 30,000 characters take a tenth of a second
def compare(before: str, after: str) -> tuple[Paragraph, ...]:
    """The lines of both texts that are not blank, in order, each as what stayed, went and came."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Paragraph] = []
    for operation, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
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
    for operation, i, j, k, m in SequenceMatcher(str.isspace, old, new).get_opcodes():
        if operation == "equal":
            yield Piece(Change.SAME, "".join(old[i:j]))
            continue
        if i < j:
            yield Piece(Change.REMOVED, "".join(old[i:j]))
        if k < m:
            yield Piece(Change.ADDED, "".join(new[k:m]))


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
