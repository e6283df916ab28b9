"""When to try again: later each time, and not all at once."""

from datetime import timedelta
from typing import Final

MOST_ATTEMPTS: Final = 16
"""Of which somebody said that they failed: those of which a worker died are counted apart."""
FIRST_DELAY: Final = timedelta(seconds=5)
LONGEST_DELAY: Final = timedelta(hours=6)


def delay(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many failed attempts; `chance` lies in [0, 1).

    The bound doubles with each attempt, up to six hours; the wait is drawn from the upper half
    below it, so that what failed together does not come back together. Sixteen attempts take
    between half a day and a day.
    """
    bound = min(FIRST_DELAY * (1 << attempts - 1), LONGEST_DELAY)
    return bound / 2 + bound / 2 * chance
