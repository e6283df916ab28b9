"""What the page of a problem type shows besides its explanation: facts, and an answer with them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from consultation.api.problems import STATUS, Problem, phrase, problem_document
from consultation.domain.decisions import Fact
from consultation.localisation.languages import Language
from consultation.localisation.problems import FACTS

_OPENED: Final = datetime(2015, 1, 5, 8, 0, tzinfo=UTC)
_CLOSED: Final = datetime(2015, 2, 15, 17, 0, tzinfo=UTC)

_FACTS: Final[Mapping[str, Fact]] = {
    "accepted": ("eidas2", "eidas3"),
    "act": "close",
    "challenge": "https://consultation.example/api/v1/auth/challenge",
    "allowed": ("agree", "mixed", "disagree"),
    "appeal_until": _CLOSED,
    "appealed_at": datetime(2015, 1, 20, 9, 30, tzinfo=UTC),
    "cause": "expired",
    "assurance": ("eidas2", "eidas3"),
    "capacities": ("citizen", "association"),
    "character": "U+202E",
    "closed_at": _CLOSED,
    "contrast": "3.4",
    "closes_at": _CLOSED,
    "expires_at": datetime(2020, 1, 5, 8, 0, tzinfo=UTC),
    "field": "title",
    "height": 2_000,
    "kind": "contribution",
    "least": 32,
    "latest": datetime(2017, 1, 6, 8, 0, tzinfo=UTC),
    "minutes": 15,
    "length": 3,
    "limit": 5,
    "most": 1_200,
    "now": datetime(2015, 1, 20, 9, 30, tzinfo=UTC),
    "number": 2150,
    "opens_at": _OPENED,
    "policy": "writes",
    "organisations": ("ville-exemple",),
    "providers": ("franceconnect",),
    "reason": None,
    "reason_words": None,
    "reason_lang": None,
    "requested": datetime(2015, 1, 12, 17, 0, tzinfo=UTC),
    "retry_after": 1_800,
    "retry_at": datetime(2015, 1, 20, 10, 0, tzinfo=UTC),
    "revision": 3,
    "roles": ("administrator", "moderator", "organiser"),
    "scope": "debates:write",
    "similarity": 97,
    "since": datetime(2015, 1, 18, 9, 15, tzinfo=UTC),
    "slug": "centre-ville",
    "state": "final",
    "theme": "mobilite",
    "suggestion": "#0b5b83",
    "time_zone": "Europe/Paris",
    "tries_left": 4,
    "until": _CLOSED,
    "value": "support",
    "width": 3_000,
    "window": 60,
}
_PARTICULAR: Final[Mapping[str, Mapping[str, Fact]]] = {
    "body_too_large": {"limit": 524_288},
    "busy": {"retry_after": 2},
    "capacity_required": {"field": "capacity"},
    "debate_already_published": {"field": "slug"},
    "field_not_allowed": {"field": "note"},
    "link_invalid": {"field": "link"},
    "origin_invalid": {"field": "origin"},
    "accent_too_pale": {"field": "accent", "limit": 7},
    "logo_format_unknown": {"field": "image"},
    "logo_damaged": {"field": "image"},
    "logo_size_unfit": {"field": "image"},
    "logo_too_heavy": {"field": "image", "length": 84_300, "limit": 24_000},
    "too_many_origins": {"limit": 50},
    "too_many_webhooks": {"limit": 20},
    "webhook_host_private": {"host": "10.0.0.7"},
    "not_a_contribution": {"kind": "argument", "number": 2797},
    "participation_tightened": {"field": "participation"},
    "period_invalid": {"opens_at": _CLOSED, "closes_at": _OPENED},
    "too_many_posts": {"limit": 10},
    "too_many_listeners": {"retry_after": 30},
    "too_many_requests": {"limit": 60, "retry_after": 24},
    "text_too_long": {"length": 214, "limit": 200},
}
"""Facts that would not fit the code with the values above."""


def example_facts(code: str) -> dict[str, Fact]:
    """Facts as the code could come with them."""
    values = {**_FACTS, **_PARTICULAR.get(code, {})}
    return {name: values[name] for name in FACTS.get(code, ())}


def example(code: str, language: Language, public_url: str) -> dict[str, Any]:
    """A problem document of the code, as the service would send it."""
    errors = [{"pointer": "/title", "detail": "Field required"}] if code == "malformed" else None
    return problem_document(Problem(code, example_facts(code), errors), language, public_url)


def by_status() -> list[tuple[int, str, list[str]]]:
    """Every status with its phrase and its codes."""
    ordered = sorted(STATUS.items(), key=lambda item: (item[1], item[0]))
    return [
        (status, phrase(status), [str(code) for code, _ in members])
        for status, members in groupby(ordered, key=lambda item: item[1])
    ]
