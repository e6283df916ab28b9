"""The worker inside a process that serves."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from consultation.api.calls import Kit

GRACE_SECONDS: Final = 15.0
"""How long the end of the process waits for the job under way. One that is cut off is done again."""


@asynccontextmanager
async def working(kit: Kit) -> AsyncIterator[None]:
    """A worker in a thread of its own, woken by the commits of this process; none where it runs apart."""
    if kit.make_worker is None:
        yield
        return
    worker = kit.make_worker()
    # A daemon, so that a job that does not end cannot keep the process.
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    kit.bell.attach(worker.wake)
    thread.start()
    try:
        yield
    finally:
        kit.bell.detach(worker.wake)
        worker.stop()
        await asyncio.to_thread(thread.join, GRACE_SECONDS)
