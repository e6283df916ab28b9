"""What is read so that other sites find our pages and show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Published:
    """Where a published debate is, and how far it has come."""

    uid: UUID
    organisation: str
    slug: str
    last_act_at: datetime
    last_number: int


class SharingReads(Protocol):
    """Where published things are, as a whole."""

    def published(self, most: int) -> list[Published]:
        """Published debates, the last acted on first."""

    def threads_between(self, debate_key: int, first: int, last: int) -> list[tuple[int, datetime]]:
        """The visible contributions with numbers `first` to `last`, and when their text was changed last."""
