"""Several receivers and several workers: who is slow waits for himself, and nothing comes twice."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from consultation.application.worker.crew import HANDS_OF_LANE
from consultation.application.worker.loop import Worker
from consultation.bootstrap import Services, make_worker
from consultation.settings import Settings
from tests.application.test_webhooks import add
from tests.builders import StepClock, Town
from tests.receiver import Receiver, calling, receiving

SECONDS = 60
EVENTS = 24

pytestmark = pytest.mark.race


@pytest.fixture
def receivers() -> Iterator[tuple[Receiver, Receiver]]:
    """One that keeps everybody waiting, until its gate is opened, and one that does not."""
    with receiving() as slow, receiving() as quick:
        slow.gate.clear()
        yield slow, quick
        slow.gate.set()


@pytest.fixture
def services(
    settings: Settings, clock: StepClock, receivers: tuple[Receiver, Receiver]
) -> Iterator[Services]:
    """The services of a process that may call the receivers on loopback."""
    with calling(settings, clock, *receivers) as services:
        yield services


@contextmanager
def working(services: Services, workers: int) -> Iterator[None]:
    """Workers at work for the length of the block, each in a thread, as processes have them."""
    made: list[Worker] = [make_worker(services) for _ in range(workers)]
    threads = [threading.Thread(target=worker.run) for worker in made]
    for worker, thread in zip(made, threads, strict=True):
        services.bell.attach(worker.wake)
        thread.start()
    try:
        yield
    finally:
        for worker in made:
            worker.stop()
        for thread in threads:
            thread.join(SECONDS)
            assert not thread.is_alive()


def ids(receiver: Receiver) -> list[str]:
    return [got.headers["webhook-id"] for got in receiver.got]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_receiver_that_does_not_answer_holds_up_no_other(
    services: Services, town: Town, receivers: tuple[Receiver, Receiver], workers: int
) -> None:
    slow, quick = receivers
    add(town, slow.url, "contribution_posted")
    add(town, quick.url, "contribution_posted")
    debate = town.debate()
    for _ in range(EVENTS):
        town.contribution(debate)
    with working(services, workers):
        assert quick.arrived(EVENTS, SECONDS)
        assert len(slow.got) <= HANDS_OF_LANE * workers
        slow.gate.set()
        assert slow.arrived(EVENTS, SECONDS)
    for receiver in receivers:
        assert len(set(ids(receiver))) == len(receiver.got) == EVENTS


def test_what_happens_while_a_worker_works_arrives_without_waiting_for_its_next_look(
    services: Services, town: Town, receivers: tuple[Receiver, Receiver]
) -> None:
    _, quick = receivers
    add(town, quick.url, "contribution_posted")
    debate = town.debate()
    with working(services, 1):
        for expected in range(1, 4):
            town.contribution(debate)
            assert quick.arrived(expected, SECONDS)
