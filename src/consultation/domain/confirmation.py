"""Confirming with a new sign-in what a stolen session must not do."""

from datetime import datetime, timedelta
from typing import Final

from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused

CONFIRMED_FOR: Final = timedelta(minutes=15)
"""How old a sign-in may be that confirms an act: a stolen token is usually older."""


def check_confirmed(signed_in_at: datetime | None, now: datetime) -> Decision:
    """Is the sign-in young enough to confirm an act? None stands for a session that is not known."""
    if signed_in_at is not None and now - signed_in_at < CONFIRMED_FOR:
        return ALLOWED
    minutes = int(CONFIRMED_FOR.total_seconds()) // 60
    return Refused(RefusalCode.SIGN_IN_AGAIN, {"minutes": minutes})
