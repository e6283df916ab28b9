"""Versions: what is known in this process of how far each debate has come.

A public document of a debate changes only when the debate's journal grows, its phase turns or its
organisation is changed, so (journal length, phase, the organisation's revision) is its version:
entity tag and key of the document cache at once.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from consultation.domain.period import Period, Phase


@dataclass(frozen=True, slots=True)
class DebateVersion:
    """How far a published debate has come.

    `key` is internal. `path` is the debate's page below the public address; it and the language
    stand fast once a debate is published. `reasons` are the organisation's own words for reasons of
    moderation, by category, in its `owner_language`: they are those of its revision.
    """

    uid: UUID
    key: int
    journal_length: int
    period: Period
    last_act_at: datetime
    time_zone: str
    language: str
    path: str
    owner_revision: int = 0
    reasons: Mapping[str, str] = field(default_factory=dict, compare=False)
    owner_language: str = field(default="", compare=False)

    @property
    def age(self) -> tuple[int, int]:
        """Grows with every act on the debate, and with every change of its organisation."""
        return self.journal_length, self.owner_revision

    def is_same_as(self, other: "DebateVersion") -> bool:
        """Has the journal come as far, by the same acts, and is the organisation what it was?

        No two acts of a debate share an instant, so that the last one's tells a journal that a
        restored backup cut short, and that has grown since, from what it was before.
        """
        return self.age == other.age and self.last_act_at == other.last_act_at

    def phase_at(self, instant: datetime) -> Phase:
        """The phase at the effective instant (see `Debate.effective`)."""
        return self.period.phase_at(max(instant, self.last_act_at))


class Versions:
    """The newest version seen of each debate, trusted for `trust_seconds`.

    What this process commits is seen at once; what another process commits, when the trust
    runs out and the database is asked again. `ticks` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        trust_seconds: float = 1.0,
        capacity: int = 10_000,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._trust = trust_seconds
        self._capacity = capacity
        self._ticks = ticks
        self._lock = threading.Lock()
        self._known: OrderedDict[UUID, tuple[DebateVersion, float]] = OrderedDict()
        self._watchers: tuple[Callable[[int], None], ...] = ()

    def watch(self, tell: Callable[[int], None]) -> None:
        """Have the key of every debate told that is seen to have grown, from whichever thread sees it."""
        self._watchers = (*self._watchers, tell)

    def observe(self, version: DebateVersion) -> None:
        """Take note of a version read or written just now; an older one changes nothing."""
        now = self._ticks()
        with self._lock:
            known = self._known.get(version.uid)
            has_grown = known is None or known[0].journal_length < version.journal_length
            if known is None or known[0].age <= version.age:
                self._known[version.uid] = (version, now)
                self._known.move_to_end(version.uid)
                if len(self._known) > self._capacity:
                    self._known.popitem(last=False)
        if has_grown:
            for tell in self._watchers:
                tell(version.key)

    def trusted(self, uid: UUID) -> DebateVersion | None:
        """The version of a debate, if it was seen recently enough."""
        known = self._known.get(uid)
        if known is None or self._ticks() - known[1] >= self._trust:
            return None
        return known[0]
