"""Where reads run: in threads, or on the event loop when they are short and of an own database."""

import asyncio
from collections.abc import Iterator
from threading import current_thread

import pytest

from consultation.api.threads import CORE, Threads


def where() -> str:
    return "thread" if current_thread().name.startswith(CORE) else "loop"


def places(*instants: float, reads_here: bool, calls: int) -> list[str]:
    """Where so many short reads run, one after the other, by a clock that shows these instants."""
    ticks = iter(instants)

    async def reading() -> list[str]:
        threads = Threads(1, reads_here=reads_here, ticks=lambda: next(ticks))
        try:
            return [await threads.run_short(where) for _ in range(calls)]
        finally:
            threads.close()

    return asyncio.run(reading())


def test_short_reads_stay_on_the_loop_where_the_database_is_in_this_process() -> None:
    assert places(0.0, 0.001, 1.0, 1.02, reads_here=True, calls=2) == ["loop", "loop"]


def test_short_reads_go_to_a_thread_where_the_database_is_elsewhere() -> None:
    assert places(0.0, 1.0, reads_here=False, calls=2) == ["thread", "thread"]


def test_a_long_read_sends_those_of_the_next_25_times_as_long_into_threads() -> None:
    # The first takes 0.04; the second and third begin within a second of its end.
    instants = (0.0, 0.04, 0.5, 1.03, 1.05, 1.06)
    assert places(*instants, reads_here=True, calls=4) == ["loop", "thread", "thread", "loop"]


def test_what_fails_on_the_loop_is_raised_there_and_counts_by_its_length() -> None:
    ticks: Iterator[float] = iter((0.0, 0.5, 1.0))

    def failing() -> str:
        raise LookupError

    async def reading() -> str:
        threads = Threads(1, reads_here=True, ticks=lambda: next(ticks))
        try:
            with pytest.raises(LookupError):
                await threads.run_short(failing)
            return await threads.run_short(where)
        finally:
            threads.close()

    assert asyncio.run(reading()) == "thread"
