"""The one reader that tells all listeners of a process goes on, whatever happens to it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from consultation.api.live.hub import Hub
from consultation.api.threads import Threads
from consultation.application.readers import Readers, Snapshot
from consultation.bootstrap import Services
from tests.builders import Town

SECONDS = 60
BEFORE = 2
"""Entries of a new debate's journal: created, published."""


class Surprising:
    """Readers that fail once, as nobody foresaw."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self.has_failed = False

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        if not self.has_failed:
            self.has_failed = True
            raise KeyError("post_promoted")
        with self._readers.snapshot() as snapshot:
            yield snapshot

    def glance(self) -> "Iterator[Snapshot]":
        raise NotImplementedError


def test_a_fault_that_nobody_foresaw_ends_no_listening(services: Services, town: Town) -> None:
    debate = town.debate()
    with services.readers.snapshot() as snapshot:
        version = snapshot.version(UUID(debate))
    assert version is not None
    town.contribution(debate)
    readers = Surprising(services.readers)

    async def listening() -> int:
        threads = Threads(2)
        hub = Hub(
            readers,  # type: ignore[arg-type]  # of which only snapshots are asked for
            threads,
            services.clock,
            services.versions,
            services.changes,
            "http://testserver",
            10,
        )
        hub.start()
        try:
            # Admitted as of before the contribution: the reader looks at once for what came since.
            listener = hub.admit(version, 1, stays=True)
            async with asyncio.timeout(SECONDS):
                while listener.channel.tail.head.sequence == BEFORE:
                    await listener.wait()
            return listener.channel.tail.head.sequence
        finally:
            await hub.close()
            threads.close()

    assert asyncio.run(listening()) == BEFORE + 1
    assert readers.has_failed
