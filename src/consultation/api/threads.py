"""The one hop from the asynchronous edge into the synchronous core."""

import asyncio
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, TypeAlias, TypeVar

Result = TypeVar("Result")
_OUTSIDE: Final = 8
_LONG_SECONDS: Final = 0.02
_AWAY_TIMES: Final = 25
_Job: TypeAlias = "tuple[Callable[[], Any], asyncio.Future[Any]]"

CORE: Final = "core"
"""How the names of the threads begin that calls run in."""


class Threads:
    """A pool of few threads: more of them only fight over the interpreter.

    Mail has a thread of its own, and so have calls to identity providers: whoever is slow there
    keeps nobody from reading. So have archives, which may take minutes; the copying of the `-wal` file,
    which waits for none of these, or it would grow until a writer had to do it; and what is read for
    everybody who listens, which should not stand in line behind whoever reads or writes.

    `reads_here` says that the database is in this process, so that a short read needs no hop, and
    `acts_here` that its commits do not wait for the disk either; `ticks` is a monotonic clock in
    seconds.
    """

    def __init__(
        self,
        size: int,
        *,
        reads_here: bool = False,
        acts_here: bool = False,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reads_here = reads_here
        self._acts_here = acts_here
        self._ticks = ticks
        self._away_until = float("-inf")
        self._core = _Pool(size, CORE)
        self._mail = _Pool(1, "mail")
        self._aside = _Pool(1, "aside")
        self._copying = _Pool(1, "copying")
        self._outside = _Pool(_OUTSIDE, "outside")
        self._live = _Pool(1, "live")

    async def run(self, function: Callable[[], Result]) -> Result:
        """Run a function of the core and wait for it."""
        return await self._core.run(function)

    async def run_short(self, function: Callable[[], Result]) -> Result:
        """Run a read that is mostly over in less than the hop takes, and wait for it.

        Where the database is in this process it runs on the event loop itself. One that takes
        long there (a slow disk, a large page) sends those into the threads that come in the next
        25 times as long: the loop stands still for a 25th of the time at most.
        """
        began = self._ticks()
        if self._reads_here and began >= self._away_until:
            return self._run_here(function, began)
        return await self._core.run(function)

    def keeps_acts_here(self) -> bool:
        """May an act run on the event loop at the moment?"""
        return self._acts_here and self._ticks() >= self._away_until

    def _run_here(self, function: Callable[[], Result], began: float) -> Result:
        try:
            return function()
        finally:
            self.was_here(began)

    def was_here(self, began: float) -> None:
        """Something ran on the event loop since then: if it was long, others stay away for a while."""
        ended = self._ticks()
        if ended - began > _LONG_SECONDS:
            self._away_until = ended + _AWAY_TIMES * (ended - began)

    async def run_mail(self, function: Callable[[], Result]) -> Result:
        """Run a function that talks to the mail server and wait for it."""
        return await self._mail.run(function)

    async def run_aside(self, function: Callable[[], Result]) -> Result:
        """Run what takes long and nobody waits for, beside the calls: one archive after the other."""
        return await self._aside.run(function)

    async def run_copying(self, function: Callable[[], Result]) -> Result:
        """Run the copying of the `-wal` file, beside all else, and wait for it."""
        return await self._copying.run(function)

    async def run_outside(self, function: Callable[[], Result]) -> Result:
        """Run a function that calls somebody outside, for seconds at worst, and wait for it."""
        return await self._outside.run(function)

    async def run_live(self, function: Callable[[], Result]) -> Result:
        """Run a function that reads for listeners and wait for it."""
        return await self._live.run(function)

    def close(self) -> None:
        """Let running work end and take no more."""
        self._core.close()
        self._mail.close()
        self._aside.close()
        self._copying.close()
        self._outside.close()
        self._live.close()


class _Pool:
    """Threads that take turns at a queue.

    The executors of the standard library make a future of their own for each call, with a lock and
    a condition, beside the one that the event loop waits for: half of what the hop costs.
    """

    def __init__(self, size: int, name: str) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads = [Thread(target=self._work, name=f"{name}_{n}", daemon=True) for n in range(size)]
        self._started = False
        self._closed = False

    def run(self, function: Callable[[], Result]) -> "asyncio.Future[Result]":
        """Have a function run. Raises RuntimeError once the pool is closed."""
        if self._closed:
            message = "the threads have ended"
            raise RuntimeError(message)
        if not self._started:
            self._started = True
            for thread in self._threads:
                thread.start()
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._jobs.put((function, future))
        return future

    def close(self) -> None:
        """Take no more, and wait for the work that was taken."""
        self._closed = True
        if self._started:
            for _ in self._threads:
                self._jobs.put(None)
            for thread in self._threads:
                thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            function, future = job
            if future.cancelled():
                continue
            tell: tuple[Callable[[asyncio.Future[Any], Any], None], Any]
            try:
                tell = (_succeed, function())
            except BaseException as error:  # noqa: BLE001 - raised again by whoever waits for it
                tell = (_fail, error)
            try:
                future.get_loop().call_soon_threadsafe(tell[0], future, tell[1])
            except RuntimeError:
                continue  # the loop has ended, and nobody waits any more
            finally:
                del job, function, future, tell  # what they hold need not last until the next job


def _succeed(future: "asyncio.Future[Any]", result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
