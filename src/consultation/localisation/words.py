"""Sentences, counts, waits and sizes, for pages and messages."""

from typing import Final

from consultation.localisation.catalogues import catalogue
from consultation.localisation.formats import number
from consultation.localisation.languages import Language

COUNTS: Final = (
    "count.arguments_pro",
    "count.arguments_contra",
    "count.sources",
    "count.contributions",
    "count.votes",
    "count.participants",
)
"""What the pages count, for `plural`: for each key zero is a sentence of its own."""

CLOSED_NOTICE: Final = "notice.closed"
"""What stands at the top of a closed debate, for `text`."""

CLOSED_FORM: Final = "notice.closed_form"
"""What stands in the place of a form when the debate is closed, for `text`."""

_MINUTE: Final = 60
_HOUR: Final = 3_600
_KILOBYTE: Final = 1_000
_MEGABYTE: Final = 1_000_000


def text(key: str, language: Language, **facts: str | int) -> str:
    """The sentence under a key with its facts filled in, integers as numbers are written.

    Raises KeyError when the catalogue has no such key, or the sentence a fact that is not given.
    """
    return _filled(key, None, language, facts)


def plural(key: str, count: int, language: Language, **facts: str | int) -> str:
    """The sentence under a key in the form that the count takes, `{count}` filled in too.

    Where the catalogue has a sentence for none at all, 0 gets it. Raises KeyError as `text`.
    """
    return _filled(key, count, language, {"count": count, **facts})


def duration(seconds: int, language: Language) -> str:
    """A wait in the unit that fits, never shorter than it is: 61 seconds are 2 minutes."""
    if seconds < _MINUTE:
        return plural("word.duration.seconds", max(seconds, 1), language)
    if seconds < 2 * _HOUR:
        return plural("word.duration.minutes", -(-seconds // _MINUTE), language)
    return plural("word.duration.hours", -(-seconds // _HOUR), language)


def size(octets: int, language: Language) -> str:
    """An amount of data in decimal units (ISO 80000-13), never larger than it is."""
    if octets < _KILOBYTE:
        return text("word.size.bytes", language, amount=octets)
    if octets < _MEGABYTE:
        return text("word.size.kilobytes", language, amount=octets // _KILOBYTE)
    tenths = octets * 10 // _MEGABYTE
    return text("word.size.megabytes", language, amount=number(tenths / 10, language))


def _filled(key: str, count: int | None, language: Language, facts: dict[str, str | int]) -> str:
    sentence = catalogue(language).find(key, count)
    if sentence is None:
        raise KeyError(key)
    written = {
        name: number(fact, language) if isinstance(fact, int) else fact for name, fact in facts.items()
    }
    return sentence.format_map(written)
