"""Erasing a person: what becomes of texts, and when it may happen.

Erasing is not taking part: it happens in closed debates too, and no rule of a period stands
against it.
"""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused
from consultation.domain.posts import Post, PostState, PostText

ERASED_REASON: Final = "author"
"""The reason that a tombstone of an erased post shows: who wrote it wished so."""


class ErasureMode(StrEnum):
    """What becomes of the texts of an erased person."""

    UNSIGNED = "unsigned"
    """They stay, without a name. What was withdrawn goes in either mode: nobody reads it."""
    ERASE = "erase"
    """They go; tombstones keep their numbers, and replies stay."""


def check_handed_over(administered_alone: tuple[str, ...]) -> Decision:
    """Has the person handed over what nobody else administers? Slugs of organisations."""
    if not administered_alone:
        return ALLOWED
    return Refused(RefusalCode.HAND_OVER_FIRST, {"organisations": administered_alone})


def loses_text(post_state: PostState, mode: ErasureMode) -> bool:
    """Does a post in this state lose its text, or only its name?"""
    return mode is ErasureMode.ERASE or post_state in {PostState.WITHDRAWN, PostState.ERASED}


def unsigned(post: Post) -> Post:
    """The post, or an earlier revision of it, with nobody behind it."""
    return replace(post, author_key=None, author_name=None)


def erased(post: Post, at: datetime) -> Post:
    """The post as the tombstone of an erased text. Number, kind, place and replies stay."""
    return replace(
        unsigned(post),
        capacity=None,
        text=PostText(body="", theme=post.text.theme),
        state=PostState.ERASED,
        state_reason=ERASED_REASON,
        state_since=at,
    )
