"""Short acts: on the event loop, and those that arrive together in one transaction."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from consultation.api.problems import Problem
from consultation.api.threads import Threads
from consultation.application.ports import SharedWork, UnitOfWork
from consultation.application.readers import Readers, Snapshot

Result = TypeVar("Result")
_SHARE_SECONDS: Final = 0.005
"""Whose turn comes later than this after the first has the next transaction."""


@dataclass(frozen=True, slots=True)
class Means:
    """With what an act is carried out; `view` is there when it is shared with other acts."""

    work: UnitOfWork
    view: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How an act ended: what it returned, or the problem that it raised."""

    result: Any = None
    problem: Problem | None = None


_ALONE: Final = _Outcome()
"""It did not happen, and is to be carried out again by itself."""
_Act: TypeAlias = Callable[[Means], Any]
_Waiting: TypeAlias = "tuple[_Act, asyncio.Future[_Outcome]]"


class Acts:
    """Carries out acts that are mostly over in less than a hop into a thread takes.

    Where `threads` keeps them on the event loop, those that arrive at the same moment share a
    transaction: begun once, committed once, and nobody is answered before that. Each of them does
    or is refused what it would be if they came one after the other. What goes wrong otherwise, with
    one act or with the commit, is not looked into there: nothing of it was written, and those acts
    are carried out again in threads, each by itself, where they can wait. `ticks` is a monotonic
    clock in seconds.
    """

    def __init__(
        self,
        threads: Threads,
        work: SharedWork,
        readers: Readers,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threads = threads
        self._work = work
        self._readers = readers
        self._ticks = ticks
        self._waiting: deque[_Waiting] = deque()

    async def run(self, act: Callable[[Means], Result]) -> Result:
        """Carry out an act and wait for it. Raises what it raises."""
        if self._threads.keeps_acts_here():
            outcome = await self._in_company(act)
            if outcome.problem is not None:
                raise outcome.problem
            if outcome is not _ALONE:
                result: Result = outcome.result
                return result
        return await self._threads.run(lambda: act(Means(self._work)))

    def _in_company(self, act: _Act) -> "asyncio.Future[_Outcome]":
        loop = asyncio.get_running_loop()
        if not self._waiting:
            # Not now: the calls that were read at once with this one come first.
            loop.call_soon(self._carry_out, loop)
        future: asyncio.Future[_Outcome] = loop.create_future()
        self._waiting.append((act, future))
        return future

    def _carry_out(self, loop: asyncio.AbstractEventLoop) -> None:
        began = self._ticks()
        ended: list[tuple[asyncio.Future[_Outcome], _Outcome]] = []
        try:
            with self._work.shared() as work, self._readers.glance() as view:
                means = Means(work, view)
                while self._waiting and self._ticks() - began < _SHARE_SECONDS:
                    act, future = self._waiting.popleft()
                    if not future.cancelled():
                        ended.append((future, _carried_out(act, means)))
        except Exception:  # noqa: BLE001 - each of them meets it again by itself, and says so
            ended = [(future, _ALONE) for future, _ in ended]
            ended += ((future, _ALONE) for _, future in self._waiting)
            self._waiting.clear()
        self._threads.was_here(began)
        for future, outcome in ended:
            if not future.cancelled():
                future.set_result(outcome)
        if self._waiting:
            loop.call_soon(self._carry_out, loop)


def _carried_out(act: _Act, means: Means) -> _Outcome:
    try:
        return _Outcome(act(means))
    except Problem as problem:
        return _Outcome(problem=problem)
    except Exception:  # noqa: BLE001 - it meets it again by itself, and says so
        return _ALONE
