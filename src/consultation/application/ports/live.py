"""What tells processes of acts that others commit."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

Tell: TypeAlias = Callable[[int | None], None]
"""Takes the key of a debate whose journal may have grown, or None: any of them may have."""


class Changes(Protocol):
    """Tells which debates may have grown, whichever process wrote.

    What is told is a reason to look, no news by itself: it may be told twice, and what gets lost is
    made good by None, or by who listens looking at everything now and then.
    """

    def listen(self, tell: Tell) -> None:
        """Begin to tell, from a thread of its own. The first that is told is None."""

    def start(self) -> None:
        """Begin to announce. In a process that does not, what it announces goes out at its close."""

    def announce(self, key: int) -> None:
        """Have other processes told that a debate has grown. Returns at once and never fails."""

    def close(self) -> None:
        """Announce what waits, and tell no more. A database that is away is not waited for."""
