"""Search words for many texts: the same as `search_terms` gives, several times faster.

Texts of one debate share most of their words, and a word's analysis depends on nothing else.
"""

import re
from typing import Final

from consultation.application.search import search_terms

_WORDS: Final = re.compile(r"\w+")
_REMEMBERED: Final = 100_000


class SearchWords:
    """The analysis of one language, remembered word by word up to a limit."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._known: dict[str, list[str]] = {}

    def of(self, title: str | None, body: str) -> str:
        """What `search_terms` gives for the language, the title and the body."""
        known, terms = self._known, set[str]()
        # Case is folded before words are told apart, because folding can join them.
        for word in set(_WORDS.findall(f"{title or ''} {body}".casefold())):
            found = known.get(word)
            if found is None:
                if len(known) >= _REMEMBERED:
                    known.clear()
                found = known[word] = search_terms(self._language, word).split()
            terms.update(found)
        return " ".join(sorted(terms))
