"""Rendering takes time in proportion to the text: nobody makes a page slow with a text made for it."""

from itertools import count
from time import thread_time

import pytest

from consultation.markup import render_html

SHORT = 3_000
LONG = 4 * SHORT
# Twice what the length asks for: time that grows with the square of it would be sixteen times as long.
MOST = 8
ROUNDS = 3
NUMBERS = count()


def backticks(length: int) -> str:
    """Runs of backticks of which no two are of one length, so that none closes another."""
    text, run = "", 1
    while len(text) < length:
        text += "`" * run + "a"
        run += 1
    return text[:length]


def nested(length: int) -> str:
    """Lists in lists in quotations, a step deeper with each line."""
    return "".join(f"{'  ' * (line % 12)}- > a\n" for line in range(length // 6))[:length]


REPEATED = (
    "![](",
    "[![](",
    "[",
    "*[",
    "[a](<",
    "](",
    "*_",
    "**a ",
    "<a",
    "&#",
    "http://a.b ",
    "[a]: b\n",
    "> ",
)
SHAPES = {repr(piece): (lambda length, piece=piece: piece * (length // len(piece))) for piece in REPEATED} | {
    "backticks": backticks,
    "nested": nested,
}


def seconds(text: str) -> float:
    """Of this thread alone, whatever else the machine does; the best of some rounds, each of a new text."""
    found = []
    for _ in range(ROUNDS):
        new = f"{text}\n\n{next(NUMBERS)}"
        begun = thread_time()
        render_html(new)
        found.append(thread_time() - begun)
    return min(found)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_text_four_times_as_long_takes_no_more_than_its_share(shape: str) -> None:
    make = SHAPES[shape]
    assert seconds(make(LONG)) < MOST * seconds(make(SHORT))


def test_pictures_are_not_shown_however_many_are_begun() -> None:
    assert "<img" not in render_html("![](" * 6_000 + "a)")
    assert "<img" not in render_html("![a](https://example.org/a.png)")
