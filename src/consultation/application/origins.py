"""The embed origins of an organisation: one list for who may frame its debates and read its answers."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from consultation.application.organisations import administered
from consultation.application.ports import Account, EmbedOrigin, Transaction
from consultation.application.readers import Readers, Snapshot
from consultation.application.staff import permitted
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.origins import ORIGINS_PER_ORGANISATION, normal_origin
from consultation.domain.permissions import Act

TRUST_SECONDS: Final = 3.0
"""How long a process goes by a list before it asks for it again."""

_OWNERS_KEPT: Final = 10_000


def add_origin(
    tx: Transaction, slug: str, account: Account, text: str, *, loopback: bool
) -> EmbedOrigin | Refused:
    """Put an origin on the list; one that is there already is answered as it is."""
    organisation = administered(tx, slug, account, Act.MANAGE_ORIGINS)
    if isinstance(organisation, Refused):
        return organisation
    origin = normal_origin(text, loopback=False)
    if isinstance(origin, Refused) and loopback:
        origin = normal_origin(text, loopback=True)
    if isinstance(origin, Refused):
        return origin
    listed = tx.origins.of(organisation.key)
    known = next((one for one in listed if one.origin == origin), None)
    if known is not None:
        return known
    if len(listed) >= ORIGINS_PER_ORGANISATION:
        return Refused(RefusalCode.TOO_MANY_ORIGINS, {"limit": ORIGINS_PER_ORGANISATION})
    added = EmbedOrigin(tx.ids.uid(), origin, tx.now(), account.name)
    tx.origins.add(organisation.key, added, account.key)
    return added


def remove_origin(tx: Transaction, slug: str, account: Account, uid: UUID) -> list[EmbedOrigin] | Refused:
    """Take an origin off the list; what is left."""
    organisation = administered(tx, slug, account, Act.MANAGE_ORIGINS)
    if isinstance(organisation, Refused):
        return organisation
    listed = tx.origins.of(organisation.key)
    left = [one for one in listed if one.uid != uid]
    if len(left) == len(listed):
        return Refused(RefusalCode.ORIGIN_NOT_FOUND)
    tx.origins.remove(organisation.key, uid)
    return left


def read_origins(snapshot: Snapshot, slug: str, account: Account) -> list[EmbedOrigin] | Refused:
    """The list, for the organisation's administrators."""
    found = permitted(snapshot, slug, account, Act.MANAGE_ORIGINS)
    return found if isinstance(found, Refused) else snapshot.origins(found)


@dataclass(frozen=True, slots=True)
class Listed:
    """Every list as it was at one moment."""

    by_owner: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    owners: Mapping[str, int] = field(default_factory=dict)
    """Organisations with a list, by slug."""
    everywhere: frozenset[str] = frozenset()
    """What any organisation lists."""

    def of(self, owner: int | None) -> tuple[str, ...]:
        """The list of one organisation."""
        return () if owner is None else self.by_owner.get(owner, ())


class OriginLists:
    """The lists as this process knows them, trusted for `trust_seconds`.

    What this process changes holds at once, what another one changes, when the trust runs out.
    Nobody asks the database but a call from another origin, and it at most once in that time.
    `ticks` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        readers: Readers,
        trust_seconds: float = TRUST_SECONDS,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._readers = readers
        self._trust = trust_seconds
        self._ticks = ticks
        self._lock = threading.Lock()
        self._changes = 0
        self._known: tuple[Listed, float] | None = None
        self._owners: dict[UUID, int] = {}

    def trusted(self) -> Listed | None:
        """The lists, if they were read recently enough."""
        known = self._known
        if known is None or self._ticks() - known[1] >= self._trust:
            return None
        return known[0]

    def owner(self, debate: UUID) -> int | None:
        """Whose a debate is, if that was asked before. It never changes hands."""
        return self._owners.get(debate)

    def read(self, debate: UUID | None = None) -> Listed:
        """The lists from the database, and whose a debate is."""
        with self._lock:
            changes = self._changes
        asked_at = self._ticks()
        with self._readers.snapshot() as snapshot:
            rows = snapshot.all_origins()
            owner = None if debate is None or debate in self._owners else snapshot.owner_of(debate)
        by_owner: dict[int, tuple[str, ...]] = {}
        for key, _, origin in rows:
            by_owner[key] = (*by_owner.get(key, ()), origin)
        listed = Listed(
            by_owner, {slug: key for key, slug, _ in rows}, frozenset(origin for _, _, origin in rows)
        )
        with self._lock:
            if debate is not None and owner is not None:
                if len(self._owners) >= _OWNERS_KEPT:
                    self._owners.clear()
                self._owners[debate] = owner
            # What was read before a change of ours must not outlive it.
            if changes == self._changes:
                self._known = (listed, asked_at)
        return listed

    def forget(self) -> None:
        """Ask again from now on: this process changed a list."""
        with self._lock:
            self._changes += 1
            self._known = None
