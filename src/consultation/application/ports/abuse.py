"""What is kept against abuse: counters of calls without callers, and proofs that were used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Counted:
    """How many calls one process has counted and not told the others yet, and until when it matters."""

    calls: int
    until: datetime


class CallCounters(Protocol):
    """Counters that processes share. Keys are keyed hashes, good for one window of one policy."""

    def add(self, counted: Mapping[bytes, Counted]) -> Mapping[bytes, int]:
        """Add to the counters and return what they all are now."""

    def forget(self, until: datetime) -> int:
        """Delete the counters that matter no longer at an instant; how many."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of work that holds: what it is recognised by, 32 bytes, and until when it is good."""

    digest: bytes
    expires_at: datetime


class UsedProofs(Protocol):
    """Proofs of work that were used: each is good once."""

    def use(self, proof: Proof) -> bool:
        """Use a proof; false when it was used before."""

    def forget(self, until: datetime) -> int:
        """Delete the proofs that expired by an instant; how many."""


class ProofOfWork(Protocol):
    """Challenges that cost a device a moment's calculation."""

    def challenge(self) -> Mapping[str, Any]:
        """A new signed challenge, as the client gets it."""

    def check(self, payload: str) -> Proof | None:
        """The proof that a payload is; None when it is forged, wrong, malformed or expired."""
