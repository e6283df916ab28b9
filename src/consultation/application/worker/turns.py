"""A worker's many hands at the database: a few at a time."""

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from consultation.application.ports import Transaction, UnitOfWork
from consultation.domain.decisions import Refused

Result = TypeVar("Result")

AT_ONCE: Final = 2


class Turns:
    """A unit of work in which at most so many transactions run at once; the others wait.

    The connections of the process are for the people who act: hands that all note at once how their
    jobs ended must not take them away.
    """

    def __init__(self, work: UnitOfWork, at_once: int = AT_ONCE) -> None:
        self._work = work
        self._places = threading.BoundedSemaphore(at_once)

    def perform(
        self, command: Callable[[Transaction], Result | Refused], *, hasty: bool = False
    ) -> Result | Refused:
        """Run a command when it is its turn."""
        with self._places:
            return self._work.perform(command, hasty=hasty)
