"""Switching off addresses from which messages come back."""

import hmac
from uuid import UUID

from consultation.application.notices.sending import identifier_of
from consultation.application.ports import Digests, Transaction
from consultation.domain.notices import OffReason


def note_bounce(tx: Transaction, digests: Digests, identifier: str, email: str) -> bool:
    """Send nothing more to an address from which a message came back; was it one of ours to it?

    Anybody can write a report. Only who received the message knows its identifier, which holds a
    keyed hash of message and address: so nobody can switch off the address of somebody else.
    """
    expected = identifier_of(digests, UUID(identifier.partition(".")[0]), email)
    if not hmac.compare_digest(expected, identifier):
        return False
    person_key = tx.notices.by_address(email)
    if person_key is None:
        return False
    tx.notices.switch_off(person_key, tx.now(), OffReason.BOUNCED)
    return True
