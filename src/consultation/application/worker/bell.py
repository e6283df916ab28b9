"""What wakes workers: something happened in this process that they may have to do with."""

from collections.abc import Callable


class Bell:
    """Rung after each commit that leaves something to plan or to carry out.

    It is made before there is a worker, and rings for nobody where the worker runs apart.
    """

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[], None], ...] = ()

    def attach(self, listener: Callable[[], None]) -> None:
        """Call this, which must return at once, from now on."""
        self._listeners = (*self._listeners, listener)

    def detach(self, listener: Callable[[], None]) -> None:
        """Call it no more."""
        self._listeners = tuple(one for one in self._listeners if one != listener)

    def ring(self) -> None:
        """Wake whoever is attached."""
        for listener in self._listeners:
            listener()
