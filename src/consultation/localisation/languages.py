"""The languages of the service, and which one a caller asks for."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Language(StrEnum):
    """A language with a complete catalogue, by its primary subtag (RFC 5646)."""

    FR = "fr"
    NL = "nl"
    DE = "de"
    EN = "en"


_BY_TAG: Final = {language.value: language for language in Language}

_LONGEST: Final = 1024
"""Characters of an Accept-Language header that are looked at; browsers send some forty."""

# One element of the header by RFC 9110, 12.4.2 and 12.5.4, with a basic range of RFC 4647.
_ELEMENT: Final = re.compile(
    r"(\*|[A-Za-z]{1,8})((?:-[A-Za-z0-9]{1,8})*)"
    r"(?:[ \t]*;[ \t]*[Qq]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"
)


def negotiate(accept_language: str | None, default: Language) -> Language:
    """The language that answers an Accept-Language header best (RFC 9110, 12.5.4).

    A regional range such as `fr-BE` asks for its language; `*` stands for every language that
    the header does not name; quality 0 excludes. Among equals the first one named wins, then
    the default. Elements out of form are passed over, and there is always an answer: the
    default when the header asks for none of ours, unless it excludes it and leaves another.
    """
    wishes: dict[Language, float] = {}
    excluded: set[Language] = set()
    anything = 0.0
    for tag, region, quality in _elements(accept_language or ""):
        language = _BY_TAG.get(tag)
        if tag == "*":
            anything = quality
        elif language is None:
            continue
        elif quality > 0:
            wishes[language] = max(quality, wishes.get(language, 0.0))
        elif not region:  # to refuse one region is not to refuse the language
            excluded.add(language)
    # The order decides among equals: max keeps the first.
    candidates = [one for one in (*wishes, default, *Language) if one not in excluded]
    return max(candidates, key=lambda one: wishes.get(one, anything), default=default)


def wished(accept_language: str | None) -> Language | None:
    """The language that the header asks for whatever the default is; None when it leaves the choice."""
    # What is kept is no longer than what is read: headers may be as long as the server lets them.
    return _wished(accept_language and accept_language[: _LONGEST + 1])


@lru_cache(maxsize=512)
def _wished(accept_language: str | None) -> Language | None:
    one = negotiate(accept_language, Language.FR)
    return one if one is negotiate(accept_language, Language.EN) else None


def _elements(header: str) -> list[tuple[str, str, float]]:
    """The well-formed elements: primary tag in lower case or `*`, region, and quality."""
    if len(header) > _LONGEST:
        header = header[:_LONGEST].rpartition(",")[0]
    matches = (_ELEMENT.fullmatch(element.strip(" \t")) for element in header.split(","))
    return [(match[1].lower(), match[2], float(match[3] or 1)) for match in matches if match]
