"""Archives: everything that is kept of a person, at once when it is little, else in the background.

A large archive is written in parts of bounded size, each in a transaction of its own, while one
snapshot is read. Whoever is told to end in the middle gives the claim back, and whoever dies leaves
one that another process may take over after a while; it begins anew.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol, TypeAlias
from uuid import UUID

from consultation.application.ports import Clock, Ordered, Transaction, UnitOfWork
from consultation.application.readers import Readers, Snapshot
from consultation.domain.decisions import RefusalCode, Refused

PART_OCTETS: Final = 256 * 1024
"""Octets after which a part of an archive is put away."""

ABANDONED_AFTER: Final = timedelta(minutes=10)
"""After how long a claim on an archive may be taken over."""

FORMAT: Final = "consultation-archive"
VERSION: Final = 1

Value: TypeAlias = str | int | bool | UUID | date | datetime | bytes | None
Row: TypeAlias = Mapping[str, Value]


class ArchiveKind(StrEnum):
    """The two forms of an archive."""

    JSON = "json"
    HTML = "html"


class Sections(Protocol):
    """What is kept of one person, table by table."""

    def sections(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """The name of each section and its rows, streamed; each is read to its end."""


ArchiveWriter: TypeAlias = Callable[[Sections, ArchiveKind, str, datetime], Iterator[bytes]]
"""Writes an archive in a language, as of an instant, in pieces."""


@dataclass(frozen=True, slots=True)
class Archivist:
    """Makes archives. `rows_at_once` are as many as a call waits for; more are left to `write_next`."""

    work: UnitOfWork
    readers: Readers
    write: ArchiveWriter
    clock: Clock
    rows_at_once: int
    kept_for: timedelta

    def at_once(
        self, snapshot: Snapshot, person_key: int, kind: ArchiveKind, language: str
    ) -> bytes | Ordered | None:
        """The archive, when it is small; an ordered one, when there is one; else None."""
        ordered = snapshot.ordered_archive(person_key)
        if ordered is not None and ordered.expires_at > self.clock():
            return ordered
        if snapshot.archive_size(person_key) > self.rows_at_once:
            return None
        return b"".join(self.write(snapshot.kept_of(person_key), kind, language, self.clock()))

    def order(self, tx: Transaction, person_key: int, language: str) -> Ordered:
        """Order a large archive; one for each person at a time."""
        now = tx.now()
        return tx.archives.order(tx.ids.uid(), person_key, language, now, now + self.kept_for)

    def write_next(self, is_stopping: Callable[[], bool] = lambda: False) -> bool:
        """Write one archive that waits; was there any?

        Once the process is stopping, which need not wait for it, it is left to the next who looks.
        """
        started = self.clock()
        claimed = self.work.perform(lambda tx: tx.archives.claim(started, started - ABANDONED_AFTER))
        if claimed is None or isinstance(claimed, Refused):
            return False
        ordered: Ordered = claimed
        with self.readers.snapshot() as snapshot:
            for kind in ArchiveKind:
                pieces = self.write(snapshot.kept_of(ordered.person_key), kind, ordered.language, started)
                for number, part in enumerate(_parts(pieces), 1):
                    if is_stopping():
                        self.work.perform(lambda tx: tx.archives.give_back(ordered.key, started))
                        return True
                    if not self._put(ordered.key, started, kind, number, part):
                        return True  # erased meanwhile, or taken over
        self.work.perform(lambda tx: tx.archives.finish(ordered.key, started, self.clock()))
        return True

    def _put(self, key: int, started: datetime, kind: ArchiveKind, number: int, part: bytes) -> bool:
        return bool(self.work.perform(lambda tx: tx.archives.add_part(key, started, kind, number, part)))


def _parts(pieces: Iterator[bytes]) -> Iterator[bytes]:
    gathered = bytearray()
    for piece in pieces:
        gathered += piece
        if len(gathered) >= PART_OCTETS:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


def find_archive(snapshot: Snapshot, person_key: int, uid: UUID, now: datetime) -> Ordered | Refused:
    """One's own ordered archive, until it expires."""
    ordered = snapshot.ordered_archive(person_key)
    if ordered is None or ordered.uid != uid or ordered.expires_at <= now:
        return Refused(RefusalCode.ARCHIVE_NOT_FOUND)
    return ordered
