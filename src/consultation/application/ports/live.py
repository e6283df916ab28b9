"""What tells a process of acts that others commit."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

Tell: TypeAlias = Callable[[int | None], None]
"""Takes the key of a debate whose journal may have grown, or None: any of them may have."""


class Changes(Protocol):
    """Tells which debates may have grown, whichever process wrote.

    What is told is a reason to look, no news by itself: it may be told twice, and what gets lost is
    made good by None.
    """

    def listen(self, tell: Tell) -> None:
        """Begin to tell, from a thread of its own. The first that is told is None."""

    def close(self) -> None:
        """Tell no more."""
