"""What people are told of their data: what is kept, for how long, and what they can ask for."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Final

from consultation.application.ports import REPLAYED_FOR
from consultation.application.readers import Document
from consultation.application.retention import Retention
from consultation.localisation.catalogues import catalogue
from consultation.localisation.languages import Language

NEVER: Final = ("ip_address", "user_agent")
"""What is never stored."""

RIGHTS: Final = {
    "privacy.right.access": "GET /api/v1/me/archive",
    "privacy.right.rectification": "PATCH /api/v1/me",
    "privacy.right.erasure": "DELETE /api/v1/me",
    "privacy.right.letter": None,
}
"""The sentence of each right, and the operation that grants it."""


def _periods(retention: Retention) -> Iterator[tuple[str, str | None]]:
    """The sentence of each class of data, and how long it is kept at most (ISO 8601)."""
    months = retention.inactive_months
    yield "privacy.class.account", f"P{months}M" if months else None
    yield "privacy.class.texts", None
    yield "privacy.class.votes", None
    yield "privacy.class.sessions", _duration(retention.sessions)
    yield "privacy.class.codes", _duration(retention.codes)
    yield "privacy.class.answers", _duration(REPLAYED_FOR)
    yield "privacy.class.archives", _duration(retention.archives)
    yield "privacy.class.moderation", f"P{retention.moderation_months}M"
    yield "privacy.class.mail", _duration(retention.mail)
    yield "privacy.class.erasures", _duration(retention.erasures)
    yield "privacy.class.departures", None


def _duration(period: timedelta) -> str:
    hours, rest = divmod(int(period.total_seconds()), 3600)
    if rest == 0 and hours % 24 == 0 and hours > 24:  # noqa: PLR2004 - a day is told in hours, more in days
        return f"P{hours // 24}D"
    return f"PT{hours}H"


def _texts(key: str) -> dict[str, str]:
    return {language.value: catalogue(language).sentences[key][0] for language in Language}


def _name(key: str) -> str:
    return key.rpartition(".")[2]


@cache
def privacy_notice(service_name: str, retention: Retention) -> Document:
    """The notice of an instance with these periods."""
    return {
        "service": service_name,
        "classes": [
            {"name": _name(key), "kept_for": kept_for, "text": _texts(key)}
            for key, kept_for in _periods(retention)
        ],
        "never": list(NEVER),
        "rights": [
            {"name": _name(key), "operation": operation, "text": _texts(key)}
            for key, operation in RIGHTS.items()
        ],
    }
