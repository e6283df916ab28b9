"""Debates, their locks, and their journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from consultation.application.ports.official import Official
from consultation.domain.debates import Debate
from consultation.domain.journal import Canonical, Entry


@dataclass(frozen=True, slots=True)
class Counts:
    """The counters of a debate, or what one act adds to them."""

    contributions: int = 0
    arguments_pro: int = 0
    arguments_contra: int = 0
    sources: int = 0
    votes: int = 0
    supports: int = 0
    participants: int = 0


class Debates(Protocol):
    """The debates and their locks."""

    def lock(self, uid: UUID) -> Debate | None:
        """The debate, its row locked until the transaction ends; None when there is none."""

    def counts(self, key: int) -> Counts:
        """The counters of a debate as they were when it was locked; zero for a new one."""

    def add(self, debate: Debate, created_at: datetime) -> int:
        """Insert a debate (its `key` is ignored) and return the key."""

    def slug_taken(self, organisation_key: int, slug: str) -> bool:
        """Does another debate of the organisation bear this slug?"""

    def slugs(self, organisation_key: int, beginning: str) -> frozenset[str]:
        """The slugs of the organisation's debates that begin so."""

    def save(self, debate: Debate) -> Official | None:
        """Write a locked debate after an act on it: all but its numbers and counters.

        Returns the outcome that stands.
        """

    def advance(
        self, key: int, at: datetime, numbers: int, counts: Counts, joining: int | None = None
    ) -> tuple[int, int]:
        """Take the next numbers and one journal sequence of a locked debate, in SQL.

        Changes its counters too; the person `joining` counts as a participant unless they are one.
        Returns the last number and the sequence taken.
        """

    def themes_in_use(self, key: int, slugs: frozenset[str]) -> frozenset[str]:
        """Which of these themes have contributions."""

    def record_act(
        self,
        key: int,
        entry: Entry,
        role: str,
        person_key: int | None,
        reason: str,
        content: Mapping[str, Canonical],
        salt: bytes,
    ) -> None:
        """Keep what an act on the debate itself changed, for its public history."""


class Journal(Protocol):
    """The append-only record."""

    def append(self, debate_key: int, entry: Entry, access_key: UUID | None) -> bytes:
        """Insert an entry, with the key through which it came, and return its leaf hash."""
