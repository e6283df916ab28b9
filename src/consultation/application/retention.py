"""Forgetting what has run out: sessions, sign-in codes, kept answers."""

from dataclasses import dataclass

from consultation.application.people import CODE_WINDOW
from consultation.application.ports import REPLAYED_FOR, Transaction


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows went."""

    sessions: int
    codes: int
    answers: int


def forget_expired(tx: Transaction) -> Forgotten:
    """Delete what no call can use any more."""
    now = tx.now()
    return Forgotten(
        sessions=tx.people.forget_sessions(now),
        # A code's row also counts what was sent in its window: it stays as long as both.
        codes=tx.people.forget_codes(now - CODE_WINDOW),
        answers=tx.replays.forget(now - REPLAYED_FOR) + tx.keys.forget(now - REPLAYED_FOR),
    )
