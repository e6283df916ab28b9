"""The origins of other sites that an organisation lets in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EmbedOrigin:
    """An origin on an organisation's list. `added_by` is a name, None of somebody who is gone."""

    uid: UUID
    origin: str
    created_at: datetime
    added_by: str | None


class Origins(Protocol):
    """The lists of embed origins. Whoever changes one holds the lock of its organisation."""

    def of(self, organisation_key: int) -> list[EmbedOrigin]:
        """An organisation's list, oldest first."""

    def add(self, organisation_key: int, origin: EmbedOrigin, person_key: int) -> None:
        """Insert an origin (its `added_by` is ignored)."""

    def remove(self, organisation_key: int, uid: UUID) -> None:
        """Delete an origin."""
