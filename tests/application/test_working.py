"""The worker as it is put together: woken, stopped, forgetting, and never in the way of a period."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from consultation.application.ports import (
    Busy,
    Happened,
    Job,
    JobKind,
    NewJob,
    Transaction,
)
from consultation.application.worker.loop import Duties, Worker
from consultation.application.worker.retention import plan_retention
from consultation.application.worker.running import JOBS_AT_ONCE, LEASE, Done, Outcome
from consultation.application.worker.turns import Turns
from consultation.bootstrap import Services, make_worker
from consultation.domain.decisions import Refused
from consultation.domain.journal import EntryKind
from tests.builders import CLOSES_AT, CONTRIBUTION, StepClock, Town

SECONDS = 60


def plan(tx: Transaction, entry: Happened) -> Iterable[NewJob]:
    yield NewJob(JobKind.MAIL, {"number": entry.number}, tx.now(), entry.debate_key, entry.sequence)


def worker_of(services: Services, handler: "object") -> Worker:
    duties = Duties({EntryKind.CONTRIBUTION_POSTED: [plan]}, [], {JobKind.MAIL: handler})  # type: ignore[dict-item]  # any callable
    return Worker(services.work, duties, lambda _: False)


def taken(services: Services) -> list[Job]:
    """The jobs that are free now."""
    found = services.work.perform(
        lambda tx: tx.jobs.claim(tx.now(), tx.now(), 100),
    )
    assert not isinstance(found, Refused)
    return found


@pytest.mark.race
def test_a_commit_of_the_process_wakes_its_worker_and_stopping_ends_it(
    services: Services, town: Town
) -> None:
    done = threading.Event()

    def carry_out(job: Job) -> Outcome:
        del job
        done.set()
        return Done()

    worker = worker_of(services, carry_out)
    services.bell.attach(worker.wake)
    thread = threading.Thread(target=worker.run)
    thread.start()
    town.contribution(town.debate())
    assert done.wait(SECONDS)
    worker.stop()
    thread.join(SECONDS)
    assert not thread.is_alive()


@pytest.mark.race
def test_no_fault_ends_the_worker(services: Services, town: Town) -> None:
    done = threading.Event()
    faults: list[Exception] = [Busy(), RuntimeError("camille@citoyens.example")]

    class Faulty:
        def perform(self, command: "object") -> object:
            if faults:
                raise faults.pop()
            return services.work.perform(command)  # type: ignore[arg-type]  # passed through

    def carry_out(job: Job) -> Outcome:
        del job
        done.set()
        return Done()

    town.contribution(town.debate())
    duties = Duties({EntryKind.CONTRIBUTION_POSTED: [plan]}, [], {JobKind.MAIL: carry_out})
    worker = Worker(Faulty(), duties, lambda _: False)  # type: ignore[arg-type]  # a unit of work that fails
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert done.wait(SECONDS)
    worker.stop()
    thread.join(SECONDS)
    assert not thread.is_alive()


@pytest.mark.race
def test_a_fault_of_one_hand_stops_nothing_and_its_job_is_done_again_after_the_lease(
    services: Services, town: Town, clock: StepClock
) -> None:
    done, faulty, noted = threading.Semaphore(0), threading.Event(), threading.Event()
    carried: list[object] = []

    class Faulty:
        def perform(self, command: "object") -> object:
            is_hand = threading.current_thread().name.startswith("hand")
            if is_hand and not faulty.is_set():
                faulty.set()
                raise Busy
            result = services.work.perform(command)  # type: ignore[arg-type]  # passed through
            if is_hand:
                noted.set()
            return result

    def carry_out(job: Job) -> Outcome:
        carried.append(job.payload["number"])
        done.release()
        return Done()

    debate = town.debate()
    duties = Duties({EntryKind.CONTRIBUTION_POSTED: [plan]}, [], {JobKind.MAIL: carry_out})
    worker = Worker(Faulty(), duties, lambda _: False)  # type: ignore[arg-type]  # a unit of work that fails
    thread = threading.Thread(target=worker.run)
    services.bell.attach(worker.wake)
    thread.start()
    for _ in range(2):
        town.contribution(debate)
        assert done.acquire(timeout=SECONDS)
    # The second was carried out, but free again after its lease until that is noted.
    assert noted.wait(SECONDS)
    clock.step(LEASE)
    worker.wake()
    assert done.acquire(timeout=SECONDS)
    worker.stop()
    thread.join(SECONDS)
    assert not thread.is_alive()
    assert carried == [1, 2, 1]
    assert taken(services) == []


@pytest.mark.race
def test_hands_take_turns_at_the_database() -> None:
    inside, most = threading.Semaphore(0), threading.Event()

    class Slow:
        def perform(self, command: "object", *, hasty: bool = False) -> object:
            del hasty
            inside.release()
            assert most.wait(SECONDS)
            return command

    turns = Turns(Slow(), 2)  # type: ignore[arg-type]  # a unit of work that does nothing
    threads = [threading.Thread(target=turns.perform, args=(lambda _: None,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        assert inside.acquire(timeout=SECONDS)
    assert not inside.acquire(blocking=False), "a third is at the database"
    most.set()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()


def test_what_rings_is_what_leaves_something_to_do(services: Services, town: Town) -> None:
    rung: list[str] = []

    def ring() -> None:
        rung.append("")

    services.bell.attach(ring)
    debate = town.debate()
    rung.clear()
    town.citizen().get(f"/debates/{debate}")
    town.citizen().post(f"/debates/{debate}/contributions", {"title": "x", "body": ""})
    assert rung == []
    town.contribution(debate)
    assert len(rung) == 1
    services.work.perform(lambda tx: tx.jobs.add(tx.ids.uid(), NewJob(JobKind.MAIL, {}, tx.now()), tx.now()))
    assert len(rung) == 2
    services.bell.detach(ring)
    town.contribution(debate)
    assert len(rung) == 2


def test_who_stops_leaves_what_was_taken_to_others_without_counting_an_attempt(
    services: Services, town: Town
) -> None:
    debate = town.debate()
    for _ in range(3):
        town.contribution(debate)

    def stop(job: Job) -> Outcome:
        del job
        worker.stop()
        return Done()

    worker = worker_of(services, stop)
    worker.step()
    assert [(job.payload["number"], job.attempts) for job in taken(services)] == [(2, 1), (3, 1)]


def test_no_job_is_begun_when_its_lease_is_nearly_over(
    services: Services, town: Town, clock: StepClock
) -> None:
    debate = town.debate()
    for _ in range(3):
        town.contribution(debate)
    begun: list[object] = []

    def slow(job: Job) -> Outcome:
        begun.append(job.payload["number"])
        clock.step(LEASE - timedelta(seconds=90))
        return Done()

    worker_of(services, slow).step()
    assert begun == [1, 2]
    assert [job.payload["number"] for job in taken(services)] == [3]


def test_a_full_hand_is_followed_by_another(services: Services, town: Town) -> None:
    debate = town.debate()
    for _ in range(JOBS_AT_ONCE + 1):
        town.contribution(debate)
    done: list[Job] = []

    def carry_out(job: Job) -> Outcome:
        done.append(job)
        return Done()

    worker = worker_of(services, carry_out)
    while worker.step():
        pass
    assert len(done) == JOBS_AT_ONCE + 1


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 5, 4, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "planned"),
    [
        (at(10, 0, 1), at(10, 59, 59), 0),
        (at(10, 0, 1), at(11), 0),
        (at(10, 0, 1), at(11, 0, 1), 1),
        (at(11), at(11, 0, 1), 1),
        (at(11, 0, 1), at(20), 1),
    ],
)
def test_at_each_full_hour_something_is_forgotten_and_missed_hours_are_caught_up_on_at_once(
    services: Services, since: datetime, until: datetime, planned: int
) -> None:
    def planning(tx: Transaction) -> int:
        return len(list(plan_retention(tx, since, until)))

    assert services.work.perform(planning) == planned


def test_the_shipped_worker_forgets_for_the_whole_instance(
    services: Services, town: Town, clock: StepClock
) -> None:
    worker, other = make_worker(services), make_worker(services)
    worker.step()
    citizen = town.citizen("camille")
    assert citizen.get("/me").status_code == 200
    clock.step(timedelta(days=40))
    worker.step()
    other.step()
    assert taken(services) == []
    forgotten = services.work.perform(lambda tx: tx.sessions.forget(tx.now()))
    assert forgotten == 0, "the worker had forgotten them all"


def test_a_late_worker_keeps_no_period_open(services: Services, town: Town, clock: StepClock) -> None:
    """No worker has ever looked, and the period closes to the microsecond."""
    debate, citizen = town.debate(), town.citizen()
    path = f"/debates/{debate}/contributions"
    clock.set(CLOSES_AT - timedelta(microseconds=1))
    citizen = town.citizen()
    assert citizen.post(path, CONTRIBUTION).status_code == 201
    clock.set(CLOSES_AT)
    refused = citizen.post(path, {**CONTRIBUTION, "title": "Trop tard"})
    assert refused.json()["code"] == "period_closed"
    assert citizen.get(f"/debates/{debate}/me").json()["phase"] == "closed"
    with services.readers.snapshot() as snapshot:
        assert snapshot.planned_until() is None
