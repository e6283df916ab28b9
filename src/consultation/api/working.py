"""The worker inside a process that serves."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from consultation.application.worker.bell import Bell
from consultation.application.worker.loop import Worker

GRACE_SECONDS: Final = 15.0
"""How long the end of the process waits for the job under way. One that is cut off is done again."""


@asynccontextmanager
async def working(make_worker: Callable[[], Worker] | None, bell: Bell) -> AsyncIterator[None]:
    """A worker in a thread of its own, woken by the commits of this process; none where it runs apart."""
    if make_worker is None:
        yield
        return
    worker = make_worker()
    # A daemon, so that a job that does not end cannot keep the process.
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    bell.attach(worker.wake)
    thread.start()
    try:
        yield
    finally:
        bell.detach(worker.wake)
        worker.stop()
        await asyncio.to_thread(thread.join, GRACE_SECONDS)
