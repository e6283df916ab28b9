"""The hands of a worker: side by side, in turns of lanes, and never more than there may be."""

import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import pytest

from consultation.application.ports import Job, JobKind
from consultation.application.worker.crew import HANDS, HANDS_OF_LANE, SLOW_HANDS, SLOW_SECONDS, Crew
from tests.builders import NOW

SECONDS = 60
LATER = float("inf")
_keys = count(1)

pytestmark = pytest.mark.race


def job(lane: str) -> Job:
    key = next(_keys)
    return Job(key, UUID(int=key), JobKind.WEBHOOK, {}, NOW, 1, lane)


@dataclass
class Ticks:
    """A clock that moves by so many seconds each time that somebody looks."""

    step: float = 0.0
    now: float = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@dataclass
class Yard:
    """A crew whose jobs wait at the gate of their lane, open unless it is shut."""

    ticks: Ticks = field(default_factory=Ticks)
    begun: list[str] = field(default_factory=list)
    given_back: list[str] = field(default_factory=list)
    shut: dict[str, threading.Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begin = threading.Semaphore(0)
        self.free = threading.Semaphore(0)
        self.back = threading.Semaphore(0)
        self.crew = Crew(self._carry, self._back, self.ticks, self.free.release)

    def _carry(self, job: Job) -> None:
        self.begun.append(job.lane)
        self.begin.release()
        if job.lane in self.shut:
            assert self.shut[job.lane].wait(SECONDS)

    def _back(self, jobs: Collection[Job]) -> None:
        self.given_back += [one.lane for one in jobs]
        self.back.release()

    def close_gate(self, *lanes: str) -> None:
        self.shut |= {lane: threading.Event() for lane in lanes}

    def open_gates(self) -> None:
        for gate in self.shut.values():
            gate.set()

    def hand_out(self, *lanes: str, last_start: float = LATER) -> None:
        self.crew.hand_out([job(lane) for lane in lanes], last_start)

    def wait(self, semaphore: threading.Semaphore, times: int = 1) -> None:
        for _ in range(times):
            assert semaphore.acquire(timeout=SECONDS)


@pytest.fixture
def yard() -> Iterator[Yard]:
    made = Yard()
    yield made
    made.open_gates()
    made.crew.close()


def test_a_receiver_that_does_not_answer_holds_up_nobody_else(yard: Yard) -> None:
    yard.close_gate("slow")
    yard.hand_out(*["slow"] * HANDS, "quick")
    yard.wait(yard.begin, HANDS_OF_LANE + 1)
    assert sorted(yard.begun) == ["quick"] + ["slow"] * HANDS_OF_LANE
    assert yard.crew.full() == ["slow"]
    assert yard.crew.free() >= HANDS - HANDS_OF_LANE - 1


def test_receivers_that_are_known_to_be_slow_leave_half_of_the_hands_to_the_others(yard: Yard) -> None:
    slow = [f"slow {number}" for number in range(SLOW_HANDS + 4)]
    yard.ticks.step = SLOW_SECONDS + 1
    yard.hand_out(*slow)
    yard.wait(yard.begin, len(slow))
    yard.wait(yard.free, len(slow))
    yard.ticks.step = 0
    yard.begun.clear()
    yard.close_gate(*slow)
    yard.hand_out(*slow, *slow)
    yard.wait(yard.begin, SLOW_HANDS)
    yard.hand_out("quick")
    yard.wait(yard.begin)
    assert yard.begun.pop() == "quick"
    assert len(set(yard.begun)) == len(yard.begun) == SLOW_HANDS


def test_a_receiver_that_was_slow_and_is_quick_again_has_several_hands_again(yard: Yard) -> None:
    yard.ticks.step = SLOW_SECONDS + 1
    yard.hand_out("one")
    yard.wait(yard.free)
    yard.ticks.step = 0
    yard.hand_out("one")
    yard.wait(yard.free)
    yard.begun.clear()
    yard.close_gate("one")
    yard.wait(yard.begin, 2)
    yard.hand_out(*["one"] * HANDS)
    yard.wait(yard.begin, HANDS_OF_LANE)
    assert yard.begun == ["one"] * HANDS_OF_LANE


def test_there_are_never_more_hands_than_there_may_be(yard: Yard) -> None:
    lanes = [f"lane {number}" for number in range(HANDS + 5)]
    yard.close_gate(*lanes)
    yard.hand_out(*lanes)
    yard.wait(yard.begin, HANDS)
    assert yard.crew.free() == 0
    assert len(yard.begun) == HANDS
    yard.open_gates()
    yard.wait(yard.begin, 5)
    assert sorted(yard.begun) == sorted(lanes)


def test_no_job_is_begun_when_its_lease_is_nearly_over(yard: Yard) -> None:
    yard.ticks.now = 100.0
    yard.hand_out("late", last_start=99.0)
    yard.wait(yard.free)
    assert (yard.begun, yard.given_back) == ([], ["late"])


def test_who_ends_gives_back_what_was_not_begun_and_waits_for_the_rest() -> None:
    yard = Yard()
    yard.close_gate("one")
    yard.hand_out(*["one"] * (HANDS_OF_LANE + 2))
    yard.wait(yard.begin, HANDS_OF_LANE)
    closing = threading.Thread(target=yard.crew.close)
    closing.start()
    # Only then has the crew begun to close: before, its hands would take what is left once the gates open.
    yard.wait(yard.back)
    assert closing.is_alive()
    yard.open_gates()
    closing.join(SECONDS)
    assert not closing.is_alive()
    assert yard.begun == ["one"] * HANDS_OF_LANE
    assert yard.given_back == ["one"] * 2


def test_a_job_that_nobody_has_taken_yet_keeps_no_hand_from_the_next(yard: Yard) -> None:
    yard.close_gate("slow")
    with yard.crew._changed:  # as when the hand of the first job has not come to it before the second
        yard.hand_out("slow")
        yard.hand_out("quick")
    yard.wait(yard.begin, 2)
    assert sorted(yard.begun) == ["quick", "slow"]
