"""Deliveries of webhooks whose job is given up before anybody could say how it ended."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from consultation.application.ports import Job, JobKind
from consultation.application.worker.backoff import LONGEST_DELAY, MOST_ATTEMPTS
from consultation.application.worker.loop import Worker
from consultation.application.worker.running import DEADLY, LEASE, MOST_DEATHS, Handler, Outcome
from consultation.bootstrap import Services, duties, make_worker
from consultation.settings import Settings
from tests.application.office import Died, Office, exhausted
from tests.application.test_webhooks import add, kinds, log
from tests.builders import StepClock, Town
from tests.receiver import Receiver, calling


@pytest.fixture
def services(settings: Settings, clock: StepClock, receiver: Receiver) -> Iterator[Services]:
    """The services of a process that may call the receiver on loopback."""
    with calling(settings, clock, receiver) as services:
        yield services


def carrying_out(services: Services, handler: Handler) -> Worker:
    """A worker that has its webhooks sent by somebody else."""
    said = replace(duties(services, services.work), handlers={JobKind.WEBHOOK: handler})
    return Worker(services.work, said, lambda _: False)


def test_a_delivery_under_which_workers_died_is_no_longer_pending(
    services: Services, town: Town, receiver: Receiver, clock: StepClock
) -> None:
    """Nobody is left to write how the attempt ended: who gives it up writes it, and it may be tried again."""
    made = add(town, receiver.url, "contribution_posted")
    town.contribution(town.debate())

    def dying(_: Job) -> Outcome:
        raise Died

    for _ in range(MOST_DEATHS):
        worker = carrying_out(services, dying)
        with pytest.raises(Died):
            exhausted(worker)
        clock.step(LEASE)
    exhausted(make_worker(services))
    assert receiver.got == []
    assert [(one["state"], one["error"]) for one in log(town, made["id"])] == [("failed", DEADLY)]
    for letter in Office(services).dead():
        assert Office(services).revive(letter.uid)
    exhausted(make_worker(services))
    assert kinds(receiver) == ["contribution_posted"]
    assert [(one["state"], one["error"]) for one in log(town, made["id"])] == [("delivered", None)]


def test_a_delivery_that_fails_by_a_fault_of_ours_is_no_longer_pending_once_it_is_given_up(
    services: Services, town: Town, receiver: Receiver, clock: StepClock
) -> None:
    made = add(town, receiver.url, "contribution_posted")
    town.contribution(town.debate())

    def failing(_: Job) -> Outcome:
        raise LookupError

    worker = carrying_out(services, failing)
    for _ in range(MOST_ATTEMPTS):
        (one,) = log(town, made["id"]) or [{"state": "pending"}]
        assert one["state"] == "pending"
        exhausted(worker)
        clock.step(LONGEST_DELAY)
    (one,) = log(town, made["id"])
    assert (one["state"], one["error"]) == ("failed", "LookupError")
