"""What was made of something, kept in memory that is bounded by weight: a number of texts bounds nothing."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """Values by key, the one kept longest dropped first; all together weigh no more than the capacity.

    `weigh` says what a value takes with its key, in the unit of `capacity`. What is heavier than that
    is not kept. Any thread may get and put; getting takes no lock.
    """

    def __init__(self, capacity: int, weigh: Callable[[Key, Value], int]) -> None:
        self._capacity = capacity
        self._weigh = weigh
        self._lock = threading.Lock()
        self._weight = 0
        self._weights: dict[Key, int] = {}
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self.get: Callable[[Key], Value | None] = self._values.get
        """The value kept for a key."""

    @property
    def weight(self) -> int:
        """Of all that is kept."""
        return self._weight

    def put(self, key: Key, value: Value) -> None:
        """Keep a value, dropping the oldest beyond the capacity."""
        weight = self._weigh(key, value)
        if weight > self._capacity:
            return
        with self._lock:
            self._weight += weight - self._weights.pop(key, 0)
            self._values.pop(key, None)
            self._values[key], self._weights[key] = value, weight
            while self._weight > self._capacity:
                oldest, _ = self._values.popitem(last=False)
                self._weight -= self._weights.pop(oldest)
