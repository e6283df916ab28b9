"""What a form brought in a field of its own that nobody types into: an id, a slug."""

from typing import Final
from uuid import UUID

from consultation.application.organisations import SLUG

NOTHING: Final = UUID(int=0)
"""The id that belongs to nothing."""


def uid_in(text: str) -> UUID | None:
    """The id that a field holds; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def uid_or_nothing(text: str) -> UUID:
    """The same; the id of nothing for anything else, so that the command says what is not there."""
    return uid_in(text) or NOTHING


def slug_in(text: str) -> str:
    """The slug that a field holds; one that nothing bears for anything else."""
    return text if SLUG.fullmatch(text) else ""
