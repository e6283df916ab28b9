"""What the organiser has said officially in a locked debate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consultation.domain.official import OfficialText
from consultation.domain.posts import PostHead


@dataclass(frozen=True, slots=True)
class Official:
    """A published version, and since when it stands."""

    text: OfficialText
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Answerable:
    """A post, and the response that stands on it."""

    head: PostHead
    response: Official | None


class Officials(Protocol):
    """Responses and outcomes. They are written as acts on the debate (`Debates.record_act`)."""

    def answerable(self, debate_key: int, number: int) -> Answerable | None:
        """A post and the response that stands on it; None when there is no such post."""

    def outcome(self, debate_key: int) -> Official | None:
        """The outcome that stands."""
