"""A thread that looks out for what others write."""

import logging
import threading
from abc import ABC, abstractmethod
from typing import Final

from consultation.application.ports import Tell

_AGAIN_SECONDS: Final = 1.0
_LAST_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


class Watching(ABC):
    """A thread that watches until it is closed, and begins again after a fault, one of `faults`."""

    faults: tuple[type[Exception], ...] = (OSError,)

    def __init__(self) -> None:
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_told = True

    def listen(self, tell: Tell) -> None:
        """Begin to tell, from a thread of its own. The first that is told is None."""
        self._thread = threading.Thread(target=self._run, args=(tell,), name="changes", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Tell no more. A thread that waits for a database that is away is not waited for."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(_LAST_SECONDS)

    def _run(self, tell: Tell) -> None:
        while not self._closed.is_set():
            try:
                self._watch(tell)
            except self.faults as error:
                # Nothing is lost: whoever listens looks at everything when we are back.
                if self._is_told:
                    _log.warning("changes are not told for a moment: %s", type(error).__name__)
                self._is_told = False
                self._closed.wait(_AGAIN_SECONDS)

    @abstractmethod
    def _watch(self, tell: Tell) -> None:
        """Tell None, then what happens, until closed."""
