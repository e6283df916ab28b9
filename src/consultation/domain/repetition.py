"""Posting again and again: how many posts an hour, and no text twice.

The words of a text are those that the search keeps of it: distinct, stemmed, without accents,
sorted. So case, punctuation, endings and the order of sentences make no other text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from consultation.domain.decisions import ALLOWED, Decision, Facts, RefusalCode, Refused

HOUR: Final = timedelta(hours=1)
LOOKED_AT: Final = 10
"""A text is compared with so many of its author's last posts in the debate."""

NEAR: Final = 94
"""From so many percent on, two long texts are one: see `docs/decisions/0024`."""

LONG: Final = 80
"""Characters of analysed words, about a hundred of text; what is shorter is only looked at as a whole."""

_SMALLEST: Final = 2
"""Characters of analysed words: of `+1` and `-1`, of `!` and a picture too little is left to compare."""

_FEW_SIGNS: Final = 3
"""So many code points more or less, or a tenth, make no other text."""

Closest: TypeAlias = Callable[[str, Sequence[str]], tuple[int, float] | None]
"""Which of several sequences of words is most like one, by its index, and how much, in percent.

None when not one is `NEAR`; equal ones are 100.
"""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is compared of a text: its analysed words, where it hangs, and a source's link.

    `size` is the length of title and body in code points: words that come again and signs that
    are no words are not among the analysed ones, but make a text longer.
    """

    words: str
    size: int
    contribution: int | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A visible post of the same person, kind and side, or one that waits, which has no number."""

    number: int | None
    wording: Wording


def check_pace(limit: int | None, oldest: datetime | None, now: datetime, time_zone: str) -> Decision:
    """May a person post once more within the hour?

    `oldest` is when the last post but `limit` - 1 was posted, None when there are fewer. Withdrawn
    posts count: they had to be read too.
    """
    if limit is None or oldest is None or now >= oldest + HOUR:
        return ALLOWED
    wait = oldest + HOUR - now
    facts: Facts = {
        "limit": limit,
        "retry_at": oldest + HOUR,
        "retry_after": -(-wait // timedelta(seconds=1)),
        "time_zone": time_zone,
    }
    return Refused(RefusalCode.TOO_MANY_POSTS, facts)


def check_repetition(wording: Wording, earlier: Sequence[Earlier], closest: Closest) -> Decision:
    """Does the text say something that its author has not said yet?

    A short text may come again under another contribution: "I agree" is said twice in good faith.
    Under the same one, no text comes twice; and nowhere in the debate a long one, as good as
    unchanged. A source with another link is another source.
    """
    if len(wording.words) < _SMALLEST:
        return ALLOWED
    alike = [post for post in earlier if _may_be_one(wording, post.wording)]
    for post in alike:
        if post.wording.words == wording.words and post.wording.contribution == wording.contribution:
            return _duplicate(post.number, 100)
    if len(wording.words) < LONG:
        return ALLOWED
    long = [post for post in alike if len(post.wording.words) >= LONG]
    found = closest(wording.words, [post.wording.words for post in long]) if long else None
    return ALLOWED if found is None else _duplicate(long[found[0]].number, int(found[1]))


def _may_be_one(one: Wording, other: Wording) -> bool:
    difference, longer = abs(one.size - other.size), max(one.size, other.size)
    return one.link == other.link and difference <= max(_FEW_SIGNS, longer // 10)


def _duplicate(number: int | None, similarity: int) -> Refused:
    if number is None:
        return Refused(RefusalCode.ALREADY_HELD)
    return Refused(RefusalCode.DUPLICATE_TEXT, {"number": number, "similarity": similarity})
