"""First answers of calls that may be repeated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

REPLAYED_FOR: Final = timedelta(hours=24)
"""How long the first answer to a call with an idempotency key is repeated."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The first answer to a call, as it was sent."""

    fingerprint: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes


class Replays(Protocol):
    """First answers of calls with an idempotency key."""

    def keep(self, person_key: int, key: str, replay: Replay, now: datetime) -> None:
        """Keep an answer. Raises `AlreadyKept` when a concurrent call was first."""

    def drop(self, person_key: int, key: str) -> None:
        """Delete the answer kept under a person's key: the call may be decided anew."""

    def forget(self, until: datetime) -> int:
        """Delete the answers kept until an instant; how many."""


class AlreadyKept(Exception):
    """Another call with the same idempotency key was committed first."""
