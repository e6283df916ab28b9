"""Forgetting what has run out: sessions, codes, kept answers, invitations, counters, used proofs."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from consultation.application.people import CODE_WINDOW
from consultation.application.ports import REPLAYED_FOR, Transaction

ACCEPTED_KEPT: Final = timedelta(days=90)
"""How long administrators can see who accepted an invitation."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows went."""

    sessions: int
    codes: int
    answers: int
    invitations: int = 0
    counters: int = 0
    proofs: int = 0


def forget_expired(tx: Transaction) -> Forgotten:
    """Delete what no call can use any more."""
    now = tx.now()
    return Forgotten(
        sessions=tx.sessions.forget(now),
        # A code's row also counts what was sent in its window: it stays as long as both.
        codes=tx.people.forget_codes(now - CODE_WINDOW),
        answers=tx.replays.forget(now - REPLAYED_FOR) + tx.keys.forget(now - REPLAYED_FOR),
        invitations=tx.invitations.forget(now, now - ACCEPTED_KEPT),
        counters=tx.call_counters.forget(now),
        proofs=tx.used_proofs.forget(now),
    )
