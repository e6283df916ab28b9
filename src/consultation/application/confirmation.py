"""Asking for a new sign-in before what would lock a person out of the account, or end it."""

from consultation.application.ports import Digests, Transaction
from consultation.domain.confirmation import check_confirmed
from consultation.domain.decisions import Decision


def check_confirmation(tx: Transaction, digests: Digests, token: str | None) -> Decision:
    """Was the session with this token opened lately? A key, and no token, confirm nothing."""
    opened_at = None if token is None else tx.sessions.opened_at(digests.token(token))
    return check_confirmed(opened_at, tx.now())
