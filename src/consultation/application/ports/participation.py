"""What is known of people who want to take part, and the participation codes of debates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from consultation.domain.participation import Standing
from consultation.domain.participation_codes import CodeState


@dataclass(frozen=True, slots=True)
class CodeBatch:
    """Codes that were made together. `note` is the organiser's own; counts are of now."""

    uid: UUID
    note: str
    made_at: datetime
    made: int
    used: int
    revoked: int


@dataclass(frozen=True, slots=True)
class WrongTries:
    """Wrong codes that a person sent in the present window."""

    window_started_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Redeeming:
    """What a redemption is decided on. `code` is None when the debate has no such code."""

    redeemed: bool
    wrong: WrongTries | None
    code: CodeState | None


class Participations(Protocol):
    """What is known of participants, and the codes of a locked debate."""

    def standing(self, debate_key: int, person_key: int) -> Standing:
        """What is known of a person that the debate may ask for."""

    def add_batch(
        self, debate_key: int, uid: UUID, note: str, made_at: datetime, digests: Sequence[bytes]
    ) -> None:
        """Insert a batch of codes that nobody has used."""

    def batches(self, debate_key: int) -> list[CodeBatch]:
        """The batches of a debate, oldest first."""

    def revoke_batch(self, debate_key: int, uid: UUID) -> bool:
        """Revoke the codes of a batch that nobody has used; False when there is no such batch."""

    def redeeming(self, debate_key: int, person_key: int, digest: bytes) -> Redeeming:
        """Whether the person has redeemed a code of the debate, and what became of this one."""

    def redeem(self, debate_key: int, person_key: int, digest: bytes) -> None:
        """Mark a free code as used, and the person as somebody who redeemed one.

        Nothing that is written says which belongs to which. Raises LookupError when the code is
        not free.
        """

    def mix_used(self) -> int:
        """Write all used codes of a debate anew, together, where one was used since; how many.

        A database can tell which rows one transaction wrote (PostgreSQL's `xmin`): without this,
        those of a code and of the person who redeemed it would stay marked as a pair.
        """

    def save_wrong(self, person_key: int, wrong: WrongTries) -> None:
        """Insert or replace the wrong tries of a person."""

    def forget_wrong(self, until: datetime) -> int:
        """Delete the wrong tries of windows that started by an instant; how many people's."""
