"""Posts without their texts."""

from typing import Final

from consultation.domain.posts import PostHead, PostKind, PostState
from consultation.persistence.tables import posts
from consultation.persistence.types import AnyRow

HEAD_COLUMNS: Final = (
    posts.c.number,
    posts.c.kind,
    posts.c.contribution,
    posts.c.author_key,
    posts.c.revision,
    posts.c.state,
    posts.c.state_reason,
    posts.c.state_since,
)


def head_of(row: AnyRow) -> PostHead:
    """The domain's post without its text, of a row with HEAD_COLUMNS."""
    return PostHead(
        number=row.number,
        kind=PostKind(row.kind),
        contribution=row.contribution,
        author_key=row.author_key,
        revision=row.revision,
        state=PostState(row.state),
        state_reason=row.state_reason,
        state_since=row.state_since,
    )
