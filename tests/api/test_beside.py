"""What a process does beside the calls, for everybody and without end."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from consultation.api import app as module
from consultation.bootstrap import Services, create_app
from tests.api.worlds import state_of


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
    await module._write_archives(replace(kit, archivist=archivist), ordered)


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
        await asyncio.wait({running, waited}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        assert faulty.again.is_set()
        running.cancel()

    with TestClient(app) as client:
        assert client.portal is not None
        client.portal.call(run, state_of(app).kit)
