"""The words of a text as the search keeps them: the same analysis on both databases.

A word is casefolded, stemmed (Snowball), stripped of accents and of a final s or x, so that
`vélo` and `vélos`, `cheval` and `chevaux` meet in most cases. Texts and queries of a debate
go through the same analysis, in the debate's language.
"""

import re
import threading
import unicodedata
from collections.abc import Sequence
from itertools import filterfalse
from typing import Final

import Stemmer

from consultation.domain.repetition import NEAR

_WORDS: Final = re.compile(r"\w+")
_SNOWBALL: Final = {"fr": "french", "nl": "dutch", "de": "german", "en": "english"}
# A stemmer keeps state between calls and must not be shared by threads.
_local = threading.local()


def search_terms(language: str, *texts: str | None) -> str:
    """The distinct analysed words of the texts, sorted, with spaces between."""
    return " ".join(sorted(_analyse(language, " ".join(filter(None, texts)))))


def query_terms(language: str, query: str) -> list[str]:
    """The analysed words of a query; a text matches when it holds all of them."""
    return sorted(_analyse(language, query))


def _analyse(language: str, text: str) -> set[str]:
    words = list(set(_WORDS.findall(text.casefold())))
    stems = " ".join(_stemmer(language).stemWords(words))
    found = set()
    for word in unicodedata.normalize("NFKD", stems).split():
        plain = word if word.isascii() else "".join(filterfalse(unicodedata.combining, word))
        if plain:
            found.add(plain.rstrip("sx") or plain)
    return found


def _stemmer(language: str) -> Stemmer.Stemmer:
    stemmers: dict[str, Stemmer.Stemmer] = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(_SNOWBALL[language])
    return stemmers[language]


def closest(words: str, others: Sequence[str]) -> tuple[int, float] | None:
    """Which of several texts is most like one, by their analysed words, and how much, in percent.

    The normalised indel similarity: 100 less the share of characters to insert or delete. None when
    not one is nearly the same.
    """
    # Only who posts needs it, and then not before there is something long to compare.
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - see above
    from rapidfuzz.process import extractOne  # noqa: PLC0415 - see above

    found = extractOne(words, others, scorer=ratio, score_cutoff=NEAR)
    return None if found is None else (found[2], found[1])
