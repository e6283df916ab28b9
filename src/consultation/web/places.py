"""Which debate an address leads to: looked up once, for slugs of published debates never change."""

import threading
from collections import OrderedDict
from typing import Final

from consultation.application.readers import Located

_CAPACITY: Final = 10_000


class Places:
    """The debates whose addresses were asked for, the first known dropped first."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], Located] = OrderedDict()

    def get(self, organisation: str, debate: str) -> Located | None:
        """The debate at an address; None when it is not known yet."""
        return self._known.get((organisation, debate))

    def put(self, organisation: str, debate: str, place: Located) -> None:
        """Take note of where a debate is."""
        with self._lock:
            self._known[organisation, debate] = place
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)
