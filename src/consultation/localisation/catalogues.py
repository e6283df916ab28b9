"""The sentences of each language, read from its PO files as they are committed.

Nothing is compiled, so no compiled file can be out of date. The files are read at the first use of
its language, which takes some 5 ms, and kept. Keys are the same names everywhere: no two files
have one in common.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Final

from consultation.localisation.languages import Language

LOCALES: Final = Path(__file__).parent / "locales"
"""The folder of the catalogues: a template for each domain, and one folder for each language."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of one language by key, each with as many forms as its plural has."""

    sentences: Mapping[str, tuple[str, ...]]
    form_of: Callable[[int], int]

    def find(self, key: str, count: int | None = None) -> str | None:
        """The sentence under a key, None when there is none, its `{facts}` not filled in.

        `count` chooses the plural form, and for 0 the sentence under `key.zero` if there is one.
        """
        forms = self.sentences.get(key)
        if count == 0:
            forms = self.sentences.get(f"{key}.zero", forms)
        if not forms:
            return None
        return forms[-1] if count is None or len(forms) == 1 else forms[self.form_of(count)]


DOMAINS: Final = ("consultation", "pages", "forms", "desk", "embed")
"""The files of each language: what the service says everywhere, and the words of its pages by subject."""


def path_of(language: Language, domain: str = DOMAINS[0]) -> Path:
    """Where a catalogue of a language lies."""
    return LOCALES / language / "LC_MESSAGES" / f"{domain}.po"


@cache  # what is kept is what the package holds: it cannot change while the service runs
def catalogue(language: Language) -> Catalogue:
    """The catalogue of a language. Raises babel's PoFileError when one of its files is out of form."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - 80 ms that the start need not take

    sentences: dict[str, tuple[str, ...]] = {}
    form_of = c2py("0")
    for domain in DOMAINS:
        with path_of(language, domain).open("rb") as file:
            read = read_po(file, abort_invalid=True)
        form_of = c2py(read.plural_expr)  # the same in every file of a language, as a test sees
        for message in read:
            key = message.id if isinstance(message.id, str) else message.id[0]
            if key:
                forms = message.string
                sentences[key] = (forms,) if isinstance(forms, str) else tuple(forms or ())
    return Catalogue(sentences, form_of)
