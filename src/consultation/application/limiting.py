"""Counting calls against policies, without knowing who called.

Each process counts by itself, in memory, in well under ten microseconds a call. Who called is only
there as a keyed hash of subject, policy and window: nothing connects two windows, and nothing that
could name an address is kept, let alone stored. Processes tell each other through the database once a
second, and only of subjects that are on the way to their limit: see `docs/decisions/0023`.
"""

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from consultation.application.policies import Policy
from consultation.application.ports import Clock, Counted, Digests

TOLD_FROM: Final = 8
"""A process keeps a subject's calls to itself below this part of what is allowed: an eighth.

Of a policy with a threshold for proofs, it is an eighth of the threshold.
"""

MOST_COUNTERS: Final = 100_000
"""So many subjects are told apart; beyond, newcomers share counters, so that memory is bounded."""

_CROWD: Final = 256


@dataclass(slots=True)
class _Counter:
    """The calls of one subject in one window: what only we know of, and what everybody knows."""

    until: datetime
    told_from: int
    ours: int = 0
    told: int = 0

    @property
    def calls(self) -> int:
        return self.ours + self.told


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a subject stands with a policy after a call. `reset` and `retry_after` are in seconds."""

    policy: Policy
    quota: int
    allowed: bool
    remaining: int
    reset: int
    retry_after: int
    proof_due: bool
    counter: bytes


class Limiter:
    """The counters of one process. `scale` multiplies every quota; 0 counts nothing."""

    def __init__(self, clock: Clock, digests: Digests, scale: float = 1.0) -> None:
        self._clock = clock
        self._digests = digests
        self._scale = scale
        self._lock = threading.Lock()
        self._counters: dict[bytes, _Counter] = {}

    def spend(self, policy: Policy, subject: str) -> Standing | None:
        """Count a call if the policy allows it; what is refused is not counted. None when off.

        The window slides: of the window before counts the part that is still within reach, as if
        its calls had come evenly. Who times bursts with care gets twice the quota, and never more.
        """
        if not self._scale:
            return None
        quota = self._scaled(policy.quota)
        seconds = self._clock().timestamp()
        number, elapsed = divmod(seconds, policy.window)
        window = int(number)
        present = self._digests.counted(policy.name, window, subject)
        past = self._digests.counted(policy.name, window - 1, subject)
        with self._lock:
            present = self._ensure(present, policy, window)
            before = self._counters.get(past)
            counter = self._counters[present]
            earlier, calls = before.calls if before else 0, counter.calls
            used = earlier * (1 - elapsed / policy.window) + calls
            allowed = used + 1 <= quota
            if allowed:
                counter.ours += 1
                used += 1
        rest = math.ceil(policy.window - elapsed)
        return Standing(
            policy=policy,
            quota=quota,
            allowed=allowed,
            remaining=max(0, int(quota - used)),
            reset=rest,
            retry_after=0 if allowed else _wait(policy.window, elapsed, quota, earlier, calls),
            proof_due=policy.proof_after is not None and used > self._scaled(policy.proof_after),
            counter=present,
        )

    def give_back(self, standing: Standing) -> None:
        """Uncount a call that asked for nothing yet."""
        with self._lock:
            counter = self._counters.get(standing.counter)
            if counter is not None and standing.allowed:
                counter.ours -= 1

    def news(self) -> Mapping[bytes, Counted]:
        """What other processes should know; what has run out is dropped on the way."""
        now = self._clock()
        with self._lock:
            for key in [key for key, counter in self._counters.items() if counter.until <= now]:
                del self._counters[key]
            return {
                key: Counted(counter.ours, counter.until)
                for key, counter in self._counters.items()
                if counter.ours > 0 and counter.calls >= counter.told_from
            }

    def told(self, news: Mapping[bytes, Counted], totals: Mapping[bytes, int]) -> None:
        """The news are told, and these are the counts of all."""
        with self._lock:
            for key, counted in news.items():
                counter = self._counters.get(key)
                if counter is not None:
                    counter.ours -= counted.calls
                    counter.told = totals[key]

    def _scaled(self, calls: int) -> int:
        return max(1, round(calls * self._scale))

    def _ensure(self, key: bytes, policy: Policy, window: int) -> bytes:
        if key not in self._counters:
            if len(self._counters) >= MOST_COUNTERS:
                key = self._digests.counted(policy.name, window, f"crowd {key[0] % _CROWD}")
            # A window still matters while the next one slides over it.
            until = datetime.fromtimestamp((window + 2) * policy.window, UTC)
            told_from = max(1, self._scaled(policy.proof_after or policy.quota) // TOLD_FROM)
            self._counters.setdefault(key, _Counter(until, told_from))
        return key


def _wait(window: int, elapsed: float, quota: int, earlier: int, calls: int) -> int:
    """Whole seconds until one more call fits, if nobody calls in between."""
    if calls < quota:
        # Until enough of the window before is out of reach.
        seconds = window * (1 - (quota - 1 - calls) / earlier) - elapsed
    else:
        # Until the next window has begun and enough of this one is out of reach.
        seconds = (window - elapsed) + window * (1 - (quota - 1) / calls)
    return max(1, math.ceil(seconds))


EXCHANGE: Final = timedelta(seconds=1)
"""How often processes tell each other: what one may let in unknown to the others is bounded by it."""
