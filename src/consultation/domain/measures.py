"""What a measure makes of a post, and which case holds one back.

A restoration undoes what its own case did, and no more: a post is shown when no decision holds it back any
more. Pure: each returns the post as it will be.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from consultation.domain.moderation import Case, Ground, Measure, is_hidden_automatically
from consultation.domain.posts import Post, PostHead, PostState

MASK: Final = "[…]"
"""What stands in the place of a masked passage."""


def masked(post: Post, passage: str, instant: datetime) -> Post:
    """The post with a revision in which every occurrence of the passage is masked.

    It is signed as before: the author did not write it, and the history says who did.
    """
    text = replace(post.text, body=post.text.body.replace(passage, MASK))
    return replace(post, text=text, revision=post.revision + 1, revised_at=instant)


def moved(post: Post, theme: str | None, instant: datetime) -> Post:
    """The post under another theme."""
    text = replace(post.text, theme=theme)
    return replace(post, text=text, revision=post.revision + 1, revised_at=instant)


def hidden(post: Post, ground: Ground, instant: datetime) -> Post:
    """The post as a tombstone with the category of the reason."""
    return replace(post, state=PostState.HIDDEN, state_reason=ground.value, state_since=instant)


def released(case: Case, post: Post) -> Post:
    """The post once a case holds it back no longer: visible, unless the decision on another case hides it."""
    return post if is_hidden_elsewhere(case, post) else restored(post)


def restored(post: Post) -> Post:
    """The post, visible again."""
    return replace(post, state=PostState.VISIBLE, state_reason=None, state_since=None)


def is_hidden_elsewhere(case: Case, post: PostHead) -> bool:
    """Is it the decision on another case that hides the post of this one?

    What a case hides it hides when it is decided, or by itself before: no two acts share an instant.
    """
    if post.state is not PostState.HIDDEN or is_hidden_automatically(case, post):
        return False
    return post.state_since not in {case.decided_at, case.closed_at}


def can_be_undone(case: Case, post: Post) -> bool:
    """Is it the mask of this case, or behind a tombstone its move, that gave the post the text it has?

    What is shown is moved back by another move. What was edited since is the author's again.
    """
    return case.measure in _UNDONE.get(post.state, ()) and post.revised_at == case.decided_at


_UNDONE: Final = {PostState.VISIBLE: {Measure.MASK}, PostState.HIDDEN: {Measure.MASK, Measure.MOVE}}
