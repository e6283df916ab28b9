"""What is held of a locked debate."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from consultation.application.ports.moderation import WaitingCase
from consultation.application.ports.posts import Counters, Mark
from consultation.domain.held import HeldPost
from consultation.domain.posts import Post


class HeldPosts(Protocol):
    """Posts and edits that arrived in a debate and wait to be read, and their cases."""

    def editable(self, debate_key: int, number: int) -> tuple[Post, Counters, bool] | None:
        """A post with its text and counters, and whether an edit of it waits."""

    def add(self, debate_key: int, held: HeldPost, mark: Mark, search_terms: str) -> HeldPost:
        """Insert what arrived (its `key` is ignored), and return it with its key."""

    def lock(self, uid: UUID, person_key: int) -> WaitingCase | None:
        """What is held with its debate and its case, their rows locked until the transaction ends."""

    def set_kept(self, held: HeldPost, at: datetime, mark: Mark) -> None:
        """Write that it was withdrawn."""
