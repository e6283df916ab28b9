"""How much time a debate has left, in the unit that a person would use, and until when that is true."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consultation.domain.period import Period, Phase

_UNITS: Final = (
    ("days", timedelta(days=1), 2),
    ("hours", timedelta(hours=1), 2),
    ("minutes", timedelta(minutes=1), 1),
)
"""Units with the fewest of each that are said: 47 hours rather than 1 day."""


@dataclass(frozen=True, slots=True)
class Left:
    """Whole units that are left until the next end of a period; `unit` is None in the last minute."""

    unit: str | None
    count: int
    until: datetime
    """From this instant on, less is left."""


def left_at(period: Period, instant: datetime) -> Left | None:
    """What is left until the opening, or from then until the close; None after it."""
    phase = period.phase_at(instant)
    if phase is Phase.CLOSED:
        return None
    end = period.opens_at if phase is Phase.UPCOMING else period.closes_at
    for unit, length, fewest in _UNITS:
        count = (end - instant) // length
        if count >= fewest:
            return Left(unit, count, end - count * length + timedelta(microseconds=1))
    return Left(None, 0, end)
