"""What was typed and chosen, as it is shown outside of its form: to be read again, or copied."""

from collections.abc import Mapping
from typing import Final

LABELS: Final[Mapping[str, str]] = {
    "title": "part.contribute.title",
    "body": "part.closed.text",
    "link": "part.source.link",
    "note": "part.source.note",
    "text": "part.report.text",
    "name": "account.name",
}
"""What the texts of forms are called where they are shown outside of their form."""
CHOICES: Final[Mapping[str, str]] = {
    "side": "part.argue",
    "value": "part.vote",
    "reason": "part.report",
    "mode": "account.erase",
}
"""Choices that are shown with them, and under which keys their words stand."""


def texts_of(values: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The texts among the fields: name, key of the label, value."""
    return [(name, key, values[name]) for name, key in LABELS.items() if values.get(name, "").strip()]


def choices_of(values: Mapping[str, str]) -> list[str]:
    """The keys of the words for what was chosen."""
    return [f"{key}.{values[name]}" for name, key in CHOICES.items() if values.get(name)]
