"""Jobs whose worker died: given up when it died of them each time, and nothing else is lost with them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from consultation.application.worker.backoff import MOST_ATTEMPTS
from consultation.application.worker.running import LEASE, UNFINISHED
from consultation.bootstrap import Services
from tests.application.office import Office, deadly, lived
from tests.builders import StepClock, Town


@pytest.fixture
def office(services: Services) -> Office:
    return Office(services)


def test_a_job_that_kills_its_worker_each_time_is_given_up_with_a_cause_of_its_own(
    office: Office, town: Town, clock: StepClock
) -> None:
    """Out of memory, a fault of a library: nobody is left to write how it ended."""
    town.contribution(town.debate())
    handler = deadly(office, 1)
    for _ in range(MOST_ATTEMPTS):
        assert not lived(office, handler)
        assert office.dead() == []
        clock.step(LEASE)
    assert lived(office, handler), "it is not begun again"
    assert [job.attempts for job in office.carried] == list(range(1, MOST_ATTEMPTS + 1))
    (letter,) = office.dead()
    assert (letter.error, letter.attempts) == (UNFINISHED, MOST_ATTEMPTS)
    assert office.revive(letter.uid) is True
    assert lived(office, office.carry_out)
    assert (office.carried[-1].uid, office.carried[-1].attempts) == (letter.uid, 1)


def test_what_was_under_way_beside_a_job_that_kills_is_not_given_up_with_it(
    office: Office, town: Town, clock: StepClock
) -> None:
    debate = town.debate()
    for _ in range(4):
        town.contribution(debate)
    handler = deadly(office, 2)
    for _ in range(MOST_ATTEMPTS):
        assert not lived(office, handler)
        clock.step(LEASE)
    assert lived(office, handler)
    assert set(office.numbers()) == {1, 2, 3, 4}
    assert [letter.payload["number"] for letter in office.dead()] == [2]
    assert [job.attempts for job in office.carried if job.payload["number"] in {3, 4}] == [2, 2]


def test_one_orphan_at_a_time_is_under_way_in_a_worker(office: Office, town: Town, clock: StepClock) -> None:
    debate = town.debate()
    for _ in range(3):
        town.contribution(debate)
    assert not lived(office, deadly(office, 1))
    clock.step(LEASE)
    first, second = office.carrier(), office.carrier()
    (one,), (other,) = first.claim().jobs, second.claim().jobs
    assert one.orphan
    assert other.orphan
    assert one.uid != other.uid, "of another worker it may be another"
    town.contribution(debate)
    office.planned()
    (new,) = first.claim().jobs
    assert (new.payload["number"], new.orphan) == (4, False), "what nobody died of goes on"
    first.carry(one)
    (last,) = first.claim().jobs
    assert last.orphan
    clock.step(LEASE)
    assert first.claim().jobs != [], "what hangs for longer than its lease holds up no other"


@pytest.mark.race
def test_two_workers_give_up_what_kills_once(office: Office, town: Town, clock: StepClock) -> None:
    town.contribution(town.debate())
    for _ in range(MOST_ATTEMPTS):
        assert not lived(office, deadly(office, 1))
        clock.step(LEASE)
    with ThreadPoolExecutor(2) as pool:
        claimed = list(pool.map(lambda carrier: carrier.claim().jobs, [office.carrier(), office.carrier()]))
    assert claimed == [[], []]
    assert len(office.dead()) == 1


def test_what_a_worker_that_stops_gives_back_before_it_began_counts_no_attempt(
    office: Office, town: Town, clock: StepClock
) -> None:
    """Also the last one: told to end, a worker takes nothing with it."""
    town.contribution(town.debate())
    for _ in range(MOST_ATTEMPTS - 1):
        assert not lived(office, deadly(office, 1))
        clock.step(LEASE)
    carrier = office.carrier()
    for _ in range(3):
        (job,) = carrier.claim().jobs
        assert job.attempts == MOST_ATTEMPTS
        carrier.give_back([job])
    assert lived(office, office.carry_out)
    assert office.dead() == []
