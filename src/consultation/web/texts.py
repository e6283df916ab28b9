"""What was typed and chosen, as it is shown outside of its form: to be read again, or copied."""

from collections.abc import Mapping
from typing import Final

from consultation.domain.erasure import ErasureMode
from consultation.domain.moderation import Ground
from consultation.domain.posts import Side
from consultation.domain.voting import VoteValue

NO_VOTE: Final = "none"
"""What takes a vote back, in the place of a value."""
LABELS: Final[Mapping[str, str]] = {
    "title": "part.contribute.title",
    "body": "part.closed.text",
    "link": "part.source.link",
    "note": "part.source.note",
    "text": "part.report.text",
    "name": "account.name",
    "description": "desk.debate.description",
    "reason": "desk.period.reason",
    "facts": "case.statement.facts",
    "explanation": "case.statement.explanation",
}
"""What the texts of forms are called where they are shown outside of their form."""
CHOICES: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "side": ("part.argue", frozenset(Side)),
    "value": ("part.vote", frozenset({*VoteValue, NO_VOTE})),
    "reason": ("part.report", frozenset(Ground)),
    "mode": ("account.erase", frozenset(ErasureMode)),
}
"""Choices that are shown with them: under which keys their words stand, and what can be chosen.

A field of another form may bear the same name: the reason of a report is chosen, that of a close typed.
"""


def texts_of(values: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The texts among the fields: name, key of the label, value."""
    return [
        (name, key, values[name])
        for name, key in LABELS.items()
        if values.get(name, "").strip() and not _is_choice(name, values[name])
    ]


def choices_of(values: Mapping[str, str]) -> list[str]:
    """The keys of the words for what was chosen."""
    return [
        f"{key}.{values[name]}"
        for name, (key, _) in CHOICES.items()
        if name in values and _is_choice(name, values[name])
    ]


def _is_choice(name: str, value: str) -> bool:
    return name in CHOICES and value in CHOICES[name][1]
