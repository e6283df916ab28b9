"""The worker: each entry is planned once, each job is carried out at least once, whatever happens."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from consultation.application.ports import Busy, Happened, NewJob, Transaction
from consultation.application.worker.backoff import LONGEST_DELAY, MOST_ATTEMPTS, delay
from consultation.application.worker.running import LEASE, Later, Never, Outcome
from consultation.bootstrap import Services
from tests.application.office import Office, deadly, exhausted, lived
from tests.builders import StepClock, Town


@pytest.fixture
def office(services: Services) -> Office:
    return Office(services)


def test_what_happened_is_carried_out_once_and_in_order(office: Office, town: Town) -> None:
    debate = town.debate()
    for _ in range(3):
        town.contribution(debate)
    worker = office.worker()
    exhausted(worker)
    assert office.numbers() == [1, 2, 3]
    exhausted(office.worker())
    assert office.numbers() == [1, 2, 3]


def test_two_workers_plan_each_entry_once(office: Office, town: Town) -> None:
    debates = [town.debate() for _ in range(3)]
    first, second = office.worker(), office.worker()
    for debate in debates:
        town.contribution(debate)
        first.step()
        second.step()
    exhausted(first)
    exhausted(second)
    assert office.numbers() == [1, 1, 1]


def test_what_did_not_happen_is_not_announced(office: Office, town: Town) -> None:
    debate = town.debate()
    town.citizen().post(f"/debates/{debate}/contributions", {"title": "x", "body": "trop court"})
    exhausted(office.worker())
    assert office.carried == []


def test_an_entry_from_which_nothing_can_be_planned_holds_up_its_own_debate_alone(
    office: Office, town: Town
) -> None:
    office.unplannable = 2
    first, second = town.debate(), town.debate(title="Quels bancs pour la ville ?")
    town.contribution(first)
    town.contribution(first)
    town.contribution(second)
    worker = office.worker()
    exhausted(worker)
    assert office.numbers() == [1], "that of the other debate"
    office.unplannable = None
    exhausted(worker)
    assert office.numbers() == [1, 1, 2], "nothing is lost once it can be planned"


def test_a_fault_of_the_database_in_one_debate_holds_up_that_debate_alone(office: Office, town: Town) -> None:
    """One that comes each time, and that leaves the transaction of PostgreSQL of no more use."""
    poisoned, twice = town.debate(), UUID(int=7)
    town.contribution(poisoned)
    debates = [town.debate(title=f"Quels bancs, {place} ?") for place in ("ici", "là")]
    for debate in debates:
        town.contribution(debate)
    healthy = office.plan

    def plan(tx: Transaction, entry: Happened) -> Iterable[NewJob]:
        for job in healthy(tx, entry):
            if str(entry.debate) == poisoned:
                tx.jobs.add(twice, job, tx.now())
                tx.jobs.add(twice, job, tx.now())
            yield job

    office.plan = plan
    worker = office.worker(lambda error: isinstance(error, DBAPIError))
    exhausted(worker)
    assert office.numbers() == [1, 1], "those of the other debates, though it was first"
    office.plan = healthy
    exhausted(office.worker())
    assert office.numbers() == [1, 1, 1], "and nothing of it is lost, and nothing half done"


def test_a_database_that_does_nothing_for_anybody_is_not_asked_once_for_each_debate(
    office: Office, town: Town
) -> None:
    for place in ("ici", "là", "ailleurs"):
        town.contribution(town.debate(title=f"Quels bancs, {place} ?"))
    asked = []

    class Gone:
        """A unit of work whose database goes away after the first look."""

        def perform(self, command: Any, *, hasty: bool = False) -> Any:
            asked.append(hasty)
            if len(asked) > 1:
                raise Busy
            return office.services.work.perform(command)

    worker = office.worker(work=Gone())
    with pytest.raises(Busy):
        worker.step()
    assert len(asked) == 3, "a look, one debate, and a look whether it is that debate's fault"


@pytest.mark.parametrize("failure", [Later("Timeout"), RuntimeError("camille@citoyens.example")])
def test_what_failed_is_tried_again_later_under_the_same_id(
    office: Office, town: Town, clock: StepClock, failure: Outcome | Exception
) -> None:
    office.outcomes = [failure]
    town.contribution(town.debate())
    worker = office.worker()
    exhausted(worker)
    assert len(office.carried) == 1
    clock.step(delay(1, 1.0))
    exhausted(worker)
    first, second = office.carried
    assert first.uid == second.uid
    assert [first.attempts, second.attempts] == [1, 2]


def test_what_cannot_work_is_buried_at_once_and_can_be_revived(office: Office, town: Town) -> None:
    office.outcomes = [Never("Gone")]
    town.contribution(town.debate())
    worker = office.worker()
    exhausted(worker)
    (letter,) = office.dead()
    assert (letter.error, letter.attempts) == ("Gone", 1)
    assert office.revive(letter.uid) is True
    assert office.revive(letter.uid) is False
    exhausted(worker)
    assert [job.uid for job in office.carried] == [letter.uid, letter.uid]
    assert office.dead() == []


def test_what_was_given_up_can_be_tried_again_for_ninety_days(
    office: Office, town: Town, clock: StepClock
) -> None:
    office.outcomes = [Never("Gone")]
    debate = town.debate()
    town.contribution(debate)
    exhausted(office.worker())
    clock.step(timedelta(days=89))
    assert office.services.keeper.forget().letters == 0
    assert len(office.dead()) == 1
    clock.step(timedelta(days=1, seconds=1))
    assert office.services.keeper.forget().letters == 1
    assert office.dead() == []


def test_what_fails_time_after_time_is_given_up(office: Office, town: Town, clock: StepClock) -> None:
    office.outcomes = [ConnectionError("to somebody@example.org")] * MOST_ATTEMPTS
    town.contribution(town.debate())
    worker = office.worker()
    for _ in range(MOST_ATTEMPTS + 3):
        exhausted(worker)
        clock.step(LONGEST_DELAY)
    assert len(office.carried) == MOST_ATTEMPTS
    (letter,) = office.dead()
    assert letter.error == "ConnectionError"


def test_a_job_of_a_worker_that_died_goes_to_another_after_its_lease(
    office: Office, town: Town, clock: StepClock
) -> None:
    town.contribution(town.debate())
    assert not lived(office, deadly(office, 1))
    other = office.worker()
    exhausted(other)
    assert len(office.carried) == 1, "the lease still holds"
    clock.step(LEASE)
    exhausted(other)
    assert [job.attempts for job in office.carried] == [1, 2]
    assert len({job.uid for job in office.carried}) == 1


def test_intervals_of_what_falls_due_follow_on_each_other(office: Office, clock: StepClock) -> None:
    for hours in (0, 1, 0, 72, 1):
        clock.step(timedelta(hours=hours))
        office.worker().step()
    assert len(office.due) == 3
    assert all(before[1] == after[0] for before, after in pairwise(office.due))
    assert office.due[-1][1] == clock.now


def test_a_clock_that_jumps_back_plans_nothing_twice(office: Office, clock: StepClock) -> None:
    worker = office.worker()
    worker.step()
    clock.step(timedelta(hours=2))
    worker.step()
    clock.step(-timedelta(hours=1))
    worker.step()
    assert len(office.due) == 1


def test_waits_grow_up_to_a_bound_and_are_drawn() -> None:
    bounds = [delay(attempts, 1.0) for attempts in range(1, MOST_ATTEMPTS + 1)]
    assert bounds[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert bounds == sorted(bounds)
    assert bounds[-1] <= LONGEST_DELAY
    assert delay(3, 0.0) == timedelta(seconds=10)
    waits = bounds[: MOST_ATTEMPTS - 1]
    assert timedelta(hours=20) < sum(waits, timedelta()) < timedelta(hours=28)
