"""An organisation's own words inside sentences of ours, marked as what they are (WCAG 2.2, 3.1.2)."""

from consultation.domain.decisions import Facts
from consultation.localisation.catalogues import catalogue
from consultation.localisation.languages import Language


def with_html(key: str, *, language: Language, **facts: object) -> str:
    """The sentence under a key with facts that are HTML already, as HTML. Raises KeyError for no such key."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - comes with jinja2

    sentence = catalogue(language).find(key, None)
    if sentence is None:
        raise KeyError(key)
    return Markup(escape(sentence)).format(**facts)  # nosec B704  # noqa: S704 - what is no HTML is escaped


def in_their_language(sentence: str, facts: Facts) -> str:
    """A sentence about a hidden post in which the organisation's words for the reason are marked, as HTML.

    Any other sentence as it is.
    """
    from markupsafe import Markup, escape  # noqa: PLC0415 - comes with jinja2

    words, lang = facts.get("reason_words"), facts.get("reason_lang")
    if not (isinstance(words, str) and isinstance(lang, str)):
        return sentence
    before, found, after = sentence.partition(words.strip().removesuffix("."))
    if not found:
        return sentence
    span = Markup('<span lang="{}">{}</span>').format(lang, found)
    return escape(before) + span + escape(after)
