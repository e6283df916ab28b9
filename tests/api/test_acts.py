"""Short acts: on the event loop those that arrive together are one transaction, and none costs another."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from threading import current_thread
from typing import Any

import pytest

from consultation.api.acts import Acts, Means
from consultation.api.problems import Problem, TransportCode
from consultation.api.threads import CORE, Threads
from consultation.application.ports import Busy


class Notes:
    """A unit of work, and readers, that write down what is asked of them."""

    def __init__(self, *, busy_at: str = "") -> None:
        self.written: list[str] = []
        self._busy_at = busy_at

    def perform(self, command: Any, *, hasty: bool = False) -> Any:
        del hasty
        return command(None)

    @contextmanager
    def shared(self) -> Iterator[Any]:
        if self._busy_at == "begin":
            raise Busy
        self.written.append("begin")
        yield self
        if self._busy_at == "commit":
            self.written.append("roll back")
            raise Busy
        self.written.append("commit")

    @contextmanager
    def glance(self) -> Iterator[Any]:
        yield self

    def act(self, name: str, fault: Exception | None = None) -> Callable[[Means], str]:
        """An act that has a fault in company, and none when it is alone."""

        def acting(means: Means) -> str:
            is_in_thread = current_thread().name.startswith(CORE)
            assert is_in_thread == (means.view is None)
            self.written.append(f"{name} alone" if is_in_thread else name)
            if fault is not None and (not is_in_thread or isinstance(fault, Problem)):
                raise fault
            return name

        return acting

    def run(self, *acts: Callable[[Means], str], here: bool = True, ticks: Iterator[float]) -> list[Any]:
        """Acts that arrive at the same moment, by a clock that shows these instants: how each ended."""

        async def running() -> list[Any]:
            threads = Threads(1, acts_here=here, ticks=lambda: 0.0)
            company = Acts(threads, self, self, ticks=lambda: next(ticks))  # type: ignore[arg-type]  # as much as it asks of them
            try:
                return await asyncio.gather(*map(company.run, acts), return_exceptions=True)
            finally:
                threads.close()

        return asyncio.run(running())


def still() -> Iterator[float]:
    """A clock that stands."""
    return repeat(0.0)


def test_acts_that_arrive_together_are_committed_together_before_any_of_them_is_answered() -> None:
    notes = Notes()
    assert notes.run(notes.act("a"), notes.act("b"), ticks=still()) == ["a", "b"]
    assert notes.written == ["begin", "a", "b", "commit"]


def test_where_commits_wait_for_the_disk_each_act_runs_alone() -> None:
    notes = Notes()
    assert notes.run(notes.act("a"), notes.act("b"), here=False, ticks=still()) == ["a", "b"]
    assert notes.written == ["a alone", "b alone"]


def test_a_refusal_is_that_acts_own_and_final() -> None:
    notes, refused = Notes(), Problem(TransportCode.MALFORMED)
    assert notes.run(notes.act("a", refused), notes.act("b"), ticks=still()) == [refused, "b"]
    assert notes.written == ["begin", "a", "b", "commit"]


def test_an_act_that_fails_in_company_is_carried_out_again_alone() -> None:
    notes = Notes()
    assert notes.run(notes.act("a"), notes.act("b", LookupError()), ticks=still()) == ["a", "b"]
    assert notes.written == ["begin", "a", "b", "commit", "b alone"]


@pytest.mark.parametrize(("busy_at", "before"), [("begin", []), ("commit", ["begin", "a", "b", "roll back"])])
def test_when_the_transaction_is_lost_each_act_is_carried_out_again_alone(
    busy_at: str, before: list[str]
) -> None:
    notes = Notes(busy_at=busy_at)
    refused = Problem(TransportCode.MALFORMED)
    assert notes.run(notes.act("a"), notes.act("b", refused), ticks=still()) == ["a", refused]
    assert notes.written == [*before, "a alone", "b alone"]


def test_who_would_keep_the_others_waiting_goes_into_the_next_transaction() -> None:
    notes = Notes()
    # It begins at 0, is looked at before the first act, and before the second, which is too late.
    ticks = chain((0.0, 0.001, 0.006), repeat(0.007))
    assert notes.run(notes.act("a"), notes.act("b"), ticks=ticks) == ["a", "b"]
    assert notes.written == ["begin", "a", "commit", "begin", "b", "commit"]


def test_long_acts_send_those_of_the_next_25_times_as_long_into_threads() -> None:
    instants = iter((0.0, 0.04, 0.5, 1.05, 1.05))
    notes = Notes()

    async def running() -> None:
        threads = Threads(1, acts_here=True, ticks=lambda: next(instants))
        company = Acts(threads, notes, notes, ticks=lambda: 0.0)  # type: ignore[arg-type]  # as above
        try:
            for name in ("a", "b", "c"):
                await company.run(notes.act(name))
        finally:
            threads.close()

    asyncio.run(running())
    # The first ends at 0.04; the second begins less than a second after that, the third later.
    assert notes.written == ["begin", "a", "commit", "b alone", "begin", "c", "commit"]
