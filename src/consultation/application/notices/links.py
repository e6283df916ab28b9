"""Links in messages that do one thing without a session, for a while."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consultation.application.ports import Clock, Sealer, Unsealable
from consultation.domain.decisions import RefusalCode, Refused

APPEAL: Final = "appeal link"
UNSUBSCRIBE: Final = "unsubscribe link"
"""Purposes: a token made for one does not open the other."""

LONGEST: Final = 400
"""Characters of a token."""


@dataclass(frozen=True, slots=True)
class SealedLinks:
    """Makes and opens the tokens of such links: encrypted and authenticated, for one purpose.

    So a token tells its bearer nothing, not even whom it is about, and nobody else can make one.
    """

    sealer: Sealer
    clock: Clock

    def seal(self, purpose: str, until: datetime, *words: str) -> str:
        """A token for some words, which must not hold a line break."""
        sealed = self.sealer.seal(purpose, "\n".join((until.isoformat(), *words)))
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, purpose: str, token: str) -> list[str] | Refused:
        """The words of a token. Refused when it was not made here for this, or is over."""
        try:
            sealed = base64.urlsafe_b64decode(token[:LONGEST].encode() + b"=" * (-len(token) % 4))
            until, *words = self.sealer.unseal(purpose, sealed).split("\n")
        except (Unsealable, binascii.Error, ValueError):
            return Refused(RefusalCode.MAIL_LINK_INVALID)
        if self.clock() >= datetime.fromisoformat(until):
            return Refused(RefusalCode.MAIL_LINK_INVALID)
        return words
