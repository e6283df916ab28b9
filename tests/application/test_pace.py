"""A worker that shares its process rests as long as it worked, and one that does not, does not."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from consultation.application.worker.loop import BREATH, Duties, Worker
from consultation.application.worker.pace import LONGEST_REST, Pace
from consultation.application.worker.planning import debates_behind
from consultation.bootstrap import Services
from tests.builders import Town

TRANSACTION = 0.03
"""Seconds that each transaction takes by the clock of these tests."""
DEBATES = 4


class Clock:
    """Shows what was worked and rested, and nothing of what the test itself takes."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Slowed:
    """A unit of work whose transactions take their time."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self._services = services
        self._clock = clock

    def perform(self, command: Callable[[Any], Any], *, hasty: bool = False) -> Any:
        self._clock.now += TRANSACTION
        return self._services.work.perform(command, hasty=hasty)


def rests_of(services: Services, share: float) -> list[float]:
    """How long a worker rests, time after time, until it has caught up."""
    clock, rests = Clock(), []

    def pause(seconds: float) -> None:
        rests.append(seconds)
        clock.now += seconds
        if not services.work.perform(debates_behind):
            worker.stop()

    duties = Duties({}, [], {})
    worker = Worker(Slowed(services, clock), duties, lambda _: False, clock, rests=share, pause=pause)
    worker.run()
    return rests


@pytest.fixture
def far_behind(services: Services, town: Town) -> Services:
    for _ in range(DEBATES):
        town.contribution(town.debate())
    return services


def test_one_that_is_far_behind_rests_between_debates_as_long_as_each_took(far_behind: Services) -> None:
    *between, last = rests_of(far_behind, 1.0)
    assert between == pytest.approx([TRANSACTION] * (DEBATES - 1))
    assert last == pytest.approx(3 * TRANSACTION), "the last debate, what is due, and the look for jobs"


def test_one_in_a_process_of_its_own_takes_its_breath_and_no_rest(far_behind: Services) -> None:
    assert rests_of(far_behind, 0.0) == [BREATH]


def test_no_rest_is_longer_than_what_happens_meanwhile_can_wait() -> None:
    clock, rests = Clock(), list[float]()
    pace = Pace(1.0, rests.append, clock)
    with pace.at_work():
        clock.now += 60
    pace.rest()
    pace.rest()
    assert rests == [LONGEST_REST], "and the second time there is nothing left to rest from"


def test_hands_count_by_the_processor_and_not_by_what_they_wait_for() -> None:
    clock, rests = Clock(), list[float]()
    efforts = {thread: iter((0.0, 0.02)) for thread in range(2)}
    current = threading.local()
    pace = Pace(1.0, rests.append, clock, lambda: next(efforts[current.hand]))

    def hand(number: int) -> None:
        current.hand = number
        with pace.at_hand():
            clock.now += 10

    hands = [threading.Thread(target=hand, args=(number,)) for number in efforts]
    for thread in hands:
        thread.start()
    for thread in hands:
        thread.join()
    pace.rest()
    assert rests == pytest.approx([0.04])


def test_work_that_fails_counts_too() -> None:
    clock, rests = Clock(), list[float]()
    pace = Pace(1.0, rests.append, clock)

    def fail() -> None:
        with pace.at_work():
            clock.now += 0.05
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    pace.rest(at_least=0.01)
    assert rests == pytest.approx([0.05])
