"""What the service says when it refuses or fails: a title, a detail, and an explanation.

One code, one title. The detail tells a person what happened, why, and what to do now, with the
facts of the case in it; the explanation tells whoever builds a client what the code means.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Final
from zoneinfo import ZoneInfo

from consultation.domain.decisions import Fact, RefusalCode
from consultation.localisation.catalogues import catalogue
from consultation.localisation.formats import alternatives, enumeration, moment, number
from consultation.localisation.languages import Language
from consultation.localisation.words import duration, size

TRANSPORT_CODES: Final = (
    "not_found",
    "method_not_allowed",
    "media_type_unsupported",
    "format_not_supported",
    "body_too_large",
    "malformed",
    "cursor_invalid",
    "idempotency_key_reused",
    "too_many_requests",
    "too_many_listeners",
    "cross_site_request",
    "internal_error",
    "busy",
    "mail_unavailable",
    "provider_unavailable",
    "storage_unavailable",
    "not_ready",
)
"""The codes of problems that no rule of the domain raises."""

PROBLEM_CODES: Final = (*(code.value for code in RefusalCode), *TRANSPORT_CODES)
"""Every code that a problem document can bear."""

_TOMBSTONE: Final = ("number", "kind", "since", "reason", "time_zone")

FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "code_incorrect": ("tries_left",),
    "too_many_codes": ("retry_after",),
    "key_ended": ("cause", "since", "time_zone"),
    "key_scope_missing": ("scope", "act"),
    "key_not_usable": ("cause", "since", "time_zone"),
    "key_expiry_invalid": ("expires_at", "latest", "time_zone"),
    "proof_required": ("challenge",),
    "proof_invalid": ("challenge",),
    "sign_in_again": ("minutes",),
    "erased_lately": ("until",),
    "hand_over_first": ("organisations",),
    "assurance_too_low": ("accepted",),
    "not_permitted": ("act", "roles"),
    "identity_required": ("providers", "assurance"),
    "participation_code_unknown": ("tries_left",),
    "too_many_wrong_codes": ("retry_after",),
    "participation_tightened": ("field",),
    "capacity_required": ("field", "capacities"),
    "post_not_found": ("number",),
    "debate_already_published": ("field",),
    "period_not_open": ("opens_at", "time_zone"),
    "period_closed": ("closed_at", "time_zone"),
    "period_not_closed": ("closes_at", "time_zone"),
    "period_invalid": ("opens_at", "closes_at", "time_zone"),
    "closing_not_later": ("closes_at", "requested", "time_zone"),
    "closing_in_the_past": ("requested", "now", "time_zone"),
    "slug_taken": ("slug",),
    "theme_in_use": ("theme",),
    "not_a_contribution": ("number", "kind"),
    "post_withdrawn": _TOMBSTONE,
    "post_hidden": (*_TOMBSTONE, "reason_words", "reason_lang"),
    "post_erased": _TOMBSTONE,
    "revision_outdated": ("revision",),
    "already_reported": ("number",),
    "case_state": ("state",),
    "post_not_hidden": ("number",),
    "passage_not_found": ("number",),
    "theme_unchanged": ("theme",),
    "restriction_over": ("until", "time_zone"),
    "appeal_lodged": ("appealed_at", "time_zone"),
    "appeal_too_late": ("appeal_until", "time_zone"),
    "text_too_short": ("field", "limit", "length"),
    "text_too_long": ("field", "limit", "length"),
    "text_not_allowed": ("field", "character"),
    "link_invalid": ("field",),
    "origin_invalid": ("field",),
    "accent_too_pale": ("field", "contrast", "limit", "suggestion"),
    "logo_format_unknown": ("field",),
    "logo_damaged": ("field",),
    "logo_size_unfit": ("field", "width", "height", "least", "most"),
    "logo_too_heavy": ("field", "limit", "length"),
    "too_many_origins": ("limit",),
    "too_many_webhooks": ("limit",),
    "webhook_host_private": ("host",),
    "theme_unknown": ("theme",),
    "vote_value_unknown": ("value", "allowed"),
    "field_not_allowed": ("field",),
    "duplicate_text": ("number", "similarity"),
    "too_many_posts": ("limit", "retry_at", "retry_after", "time_zone"),
    "body_too_large": ("limit",),
    "too_many_listeners": ("retry_after",),
    "too_many_requests": ("policy", "limit", "window", "retry_after"),
    "busy": ("retry_after",),
}
"""The facts that each code may come with; a code that is not listed has none.

Waits are in seconds, limits of texts in characters, of a body and a logo in bytes, sides in dots.
"""

_COUNT_FACTS: Final = {
    "code_incorrect": "tries_left",
    "participation_code_unknown": "tries_left",
    "text_too_short": "limit",
    "text_too_long": "limit",
}
"""The fact that a code's sentence takes its plural form from."""

_IDENTIFIERS: Final = {"number", "revision"}
"""Integers that name something: written without separators, #2150 and not #2 150."""

_DURATIONS: Final = {"retry_after", "window"}
"""Integers that are seconds."""

_SIZES: Final = {("body_too_large", "limit"), ("logo_too_heavy", "limit")}
"""Limits in bytes, by code and name."""

_DECIMALS: Final = {"contrast"}
"""Texts that are numbers with decimals: written as the language writes them, 3,4 in French."""

_WORDS: Final = {
    "field": "field",
    "kind": "kind",
    "act": "act",
    "roles": "role",
    "cause": "cause",
    "capacities": "capacity",
    "state": "state",
    "reason": "ground",
}
"""Facts whose values have words of their own in the catalogues, and the words' family."""

_OWN_WORDS: Final = {"reason": "reason_words"}
"""Facts that another one words, where an organisation has words of its own for them."""

_ALL_OF: Final = {"organisations"}
"""Lists of which all are meant, and not one of them."""

_LONGEST_FACT: Final = 300
"""Characters of a text among the facts that a sentence repeats."""


@dataclass(frozen=True, slots=True)
class ProblemText:
    """What a person reads of a problem, as plain text."""

    title: str
    detail: str


def problem_text(code: str, facts: Mapping[str, Fact], language: Language) -> ProblemText:
    """The title and the detail of a problem, instants in the zone of the fact `time_zone`.

    Facts that are missing or of no use never raise: the detail then does without. Raises
    KeyError for a code that is none of PROBLEM_CODES.
    """
    title = _sentence(f"problem.{code}.title", language)
    written = _written(code, facts, language)
    counted = facts.get(_COUNT_FACTS.get(code, ""))
    count = counted if isinstance(counted, int) else None
    variants = (
        catalogue(language).find(f"problem.{code}.{variant}", count)
        for variant in ("detail", "detail_short", "detail_plain")
    )
    detail = next(found for found in variants if found and placeholders(found) <= written.keys())
    return ProblemText(title, detail.format_map(written))


def explanation(code: str, language: Language) -> str:
    """The paragraph of a problem type's page: what it means, when it happens, what to do.

    Plain text. Raises KeyError for a code that is none of PROBLEM_CODES.
    """
    return _sentence(f"problem.{code}.explanation", language)


def placeholders(sentence: str) -> frozenset[str]:
    """The names of the facts that a sentence takes."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def _sentence(key: str, language: Language) -> str:
    return catalogue(language).sentences[key][0]


def _written(code: str, facts: Mapping[str, Fact], language: Language) -> dict[str, str]:
    """The facts of use to a sentence, by name, each as it is written."""
    zone = _zone(facts.get("time_zone"))
    written: dict[str, str] = {}
    for name, value in facts.items():
        # Naive instants, years that the zone pushes off the calendar, numbers beyond all measure.
        with suppress(ValueError, ArithmeticError):
            written[name] = _fact(code, name, value, zone, language)
    for name, own in _OWN_WORDS.items():
        if written.get(name) and written.get(own):
            written[name] = written[own]
    return {name: words for name, words in written.items() if words}


def _zone(name: Fact) -> str:
    if not isinstance(name, str):
        return "UTC"
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):  # what ZoneInfo raises for names of no zone
        return "UTC"


def _fact(code: str, name: str, value: Fact, zone: str, language: Language) -> str:
    match value:
        case None | bool():
            return ""
        case datetime():
            return moment(value, zone, language)
        case int():
            return _integer(code, name, value, language)
        case tuple():
            joined = enumeration if name in _ALL_OF else alternatives
            return joined([_word(name, one, language) for one in value], language)
        case str() if name in _DECIMALS:
            return number(float(value), language)
        case str():
            return _word(name, value, language)


def _integer(code: str, name: str, value: int, language: Language) -> str:
    if name in _IDENTIFIERS:
        return str(value)
    if name in _DURATIONS:
        return duration(value, language)
    if (code, name) == ("logo_too_heavy", "length"):
        return size(value + 999, language)  # what is over a limit never reads like the limit
    if (code, name) in _SIZES:
        return size(value, language)
    return number(value, language)


def _word(name: str, value: str, language: Language) -> str:
    """A value as a sentence says it: by its word if it has one, else as it is, but not at length."""
    word = catalogue(language).find(f"word.{_WORDS.get(name)}.{value.removeprefix('/')}")
    if word is not None:
        return word
    # A reason is a sentence that now stands inside another one.
    value = value.strip().removesuffix(".") if name in {"reason", "reason_words"} else value
    return value if len(value) <= _LONGEST_FACT else f"{value[:_LONGEST_FACT]}…"
