"""What a process does beside the calls, for everybody and without end."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from consultation.api import app as module
from consultation.application.ports import Ordered, Transaction
from consultation.application.privacy import archives
from consultation.bootstrap import Services, create_app
from tests.api.worlds import World, state_of
from tests.builders import Town

PATIENCE_SECONDS = 5.0
ENDLESS = 20_000


class Faulty:
    """Something that fails in an unforeseen way the first time, and succeeds from then on."""

    def __init__(self) -> None:
        self.times = 0
        self.again = asyncio.Event()

    def __call__(self, *_: Any) -> bool:
        self.times += 1
        if self.times == 1:
            raise OSError(24, "Too many open files")
        self.again.set()
        return False


async def _write_archives(kit: Any, faulty: Faulty) -> None:
    ordered = asyncio.Event()
    ordered.set()
    archivist: Any = SimpleNamespace(write_next=faulty)
    await module._write_archives(replace(kit, archivist=archivist), ordered, lambda: False)


async def _checkpoint(kit: Any, faulty: Faulty) -> None:
    await module._checkpoint(replace(kit, checkpoint=faulty))


@pytest.mark.parametrize("task", [_write_archives, _checkpoint])
def test_one_fault_does_not_end_it(
    services: Services, monkeypatch: pytest.MonkeyPatch, task: Callable[[Any, Faulty], Awaitable[None]]
) -> None:
    monkeypatch.setattr(module, "_CHECKPOINT_SECONDS", 0.01)
    app: Any = create_app(services)

    async def run(kit: Any) -> None:
        faulty = Faulty()
        running = asyncio.ensure_future(task(kit, faulty))
        waited = asyncio.ensure_future(faulty.again.wait())
        await asyncio.wait({running, waited}, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        assert faulty.again.is_set()
        running.cancel()

    with TestClient(app) as client:
        assert client.portal is not None
        client.portal.call(run, state_of(app).kit)


def test_the_wal_file_is_copied_while_an_archive_is_written(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive may take minutes, and the writers would have to copy the file meanwhile."""
    monkeypatch.setattr(module, "_CHECKPOINT_SECONDS", 0.01)
    app: Any = create_app(services)
    copied = threading.Event()

    def copy() -> None:
        services.database.checkpoint()
        copied.set()

    async def run(kit: Any) -> bool:
        written = asyncio.Event()
        loop = asyncio.get_running_loop()
        in_time: list[bool] = []

        def write_next(_: object) -> bool:
            copied.clear()  # what was copied before is none of ours
            in_time.append(copied.wait(PATIENCE_SECONDS))
            loop.call_soon_threadsafe(written.set)
            return False

        archivist: Any = SimpleNamespace(write_next=write_next)
        changed = replace(kit, archivist=archivist, checkpoint=copy)
        tasks = [
            asyncio.ensure_future(module._write_archives(changed, asyncio.Event(), lambda: False)),
            asyncio.ensure_future(module._checkpoint(changed)),
        ]
        await written.wait()
        for task in tasks:
            task.cancel()
        return in_time[0]

    with TestClient(app) as client:
        assert client.portal is not None
        assert client.portal.call(run, state_of(app).kit)


def test_a_process_that_ends_waits_for_no_archive_and_leaves_it_to_the_next(
    services: Services, town: Town, here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever tells it to end waits ten seconds, and kills it then."""
    monkeypatch.setattr(archives, "PART_OCTETS", 1)
    uid = UUID(town.citizen(here.name()).get("/me").json()["id"])
    begun, pieces = threading.Event(), iter(range(ENDLESS))

    def endless(*_: object) -> Iterator[bytes]:
        for _piece in pieces:
            yield b"."
            begun.set()

    def order(tx: Transaction) -> Ordered:
        account = tx.erasing.by_uid(uid)
        assert account is not None
        return services.archivist.order(tx, account.key, "fr")

    ordered = services.work.perform(order)
    assert isinstance(ordered, Ordered)
    changed = replace(services, archivist=replace(services.archivist, write=endless))
    with TestClient(create_app(changed)):
        assert begun.wait(PATIENCE_SECONDS)
    assert next(pieces, None) is not None, "it was not written to its end"
    assert services.archivist.write_next(), "and nobody has a claim on it"
    assert not services.archivist.write_next()
    with services.readers.snapshot() as snapshot:
        assert snapshot.archive_octets(ordered.key, archives.ArchiveKind.JSON) > 1, "it was begun anew"
