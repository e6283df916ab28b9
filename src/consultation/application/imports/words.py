"""Search words for many texts: the same as `search_terms` gives, several times faster.

Texts of one debate share most of their words, and a word's analysis depends on nothing else.
"""

import re
from typing import Final

from consultation.application.search import search_terms

_WORDS: Final = re.compile(r"\w+")
_REMEMBERED: Final = 20_000


class SearchWords(dict[str, str]):
    """What each word of one language is analysed into, remembered up to a limit."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = terms = search_terms(self._language, word)
        return terms

    def of(self, title: str | None, body: str) -> str:
        """What `search_terms` gives for the language, the title and the body."""
        # Case is folded before words are told apart, because folding can join them.
        words = set(_WORDS.findall(f"{title or ''} {body}".casefold()))
        return " ".join(sorted(set(" ".join(map(self.__getitem__, words)).split())))
