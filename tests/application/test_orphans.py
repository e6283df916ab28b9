"""Jobs whose worker died: given up when a few died of them, and nothing else is lost with them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from consultation.application.worker.backoff import LONGEST_DELAY, MOST_ATTEMPTS
from consultation.application.worker.running import DEADLY, LEASE, MOST_DEATHS, Later
from consultation.bootstrap import Services
from tests.application.office import Office, deadly, lived
from tests.builders import StepClock, Town


@pytest.fixture
def office(services: Services) -> Office:
    return Office(services)


def test_a_job_under_which_a_few_workers_died_is_given_up_with_a_cause_of_its_own(
    office: Office, town: Town, clock: StepClock
) -> None:
    """Out of memory, a fault of a library: nobody is left to write how it ended."""
    town.contribution(town.debate())
    handler = deadly(office, 1)
    for _ in range(MOST_DEATHS):
        assert not lived(office, handler)
        assert office.dead() == []
        clock.step(LEASE)
    assert lived(office, handler), "it is not begun again"
    assert [(job.attempts, job.deaths) for job in office.carried] == [(1, 0), (2, 1), (3, 2)]
    (letter,) = office.dead()
    assert (letter.error, letter.attempts) == (DEADLY, MOST_DEATHS)


def test_of_a_dead_letter_that_is_tried_again_deaths_are_counted_anew(
    office: Office, town: Town, clock: StepClock
) -> None:
    town.contribution(town.debate())
    handler = deadly(office, 1)
    for _ in range(2):
        for _ in range(MOST_DEATHS):
            assert not lived(office, handler)
            clock.step(LEASE)
        assert lived(office, handler)
        (letter,) = office.dead()
        assert (letter.error, letter.attempts) == (DEADLY, MOST_DEATHS)
        assert office.revive(letter.uid) is True
    assert lived(office, office.carry_out)
    assert (office.carried[-1].attempts, office.carried[-1].deaths) == (1, 0)
    assert len({job.uid for job in office.carried}) == 1
    assert office.dead() == []


@pytest.mark.parametrize("dies_at", [1, 2, MOST_ATTEMPTS - 1, MOST_ATTEMPTS])
def test_what_fails_at_its_receiver_has_its_sixteen_tries_though_a_worker_died_at_one(
    office: Office, town: Town, clock: StepClock, dies_at: int
) -> None:
    town.contribution(town.debate())
    office.outcomes = [Later("status 503")] * MOST_ATTEMPTS
    while not office.dead():
        dies = len(office.carried) == dies_at - 1
        assert lived(office, deadly(office, 1) if dies else office.carry_out) is not dies
        clock.step(LONGEST_DELAY)
    assert office.outcomes == [], "so often it was tried"
    (letter,) = office.dead()
    assert (letter.error, letter.attempts) == ("status 503", MOST_ATTEMPTS + 1)
    assert [job.tries for job in office.carried][-1] == MOST_ATTEMPTS


def test_what_was_under_way_beside_a_job_that_kills_is_not_given_up_with_it(
    office: Office, town: Town, clock: StepClock
) -> None:
    debate = town.debate()
    for _ in range(4):
        town.contribution(debate)
    handler = deadly(office, 2)
    for _ in range(MOST_DEATHS):
        assert not lived(office, handler)
        clock.step(LEASE)
    assert lived(office, handler)
    assert set(office.numbers()) == {1, 2, 3, 4}
    assert [letter.payload["number"] for letter in office.dead()] == [2]
    others = [job for job in office.carried if job.payload["number"] in {3, 4}]
    assert [(job.attempts, job.deaths) for job in others] == [(2, 1), (2, 1)]


def test_the_orphan_that_the_fewest_died_of_comes_first_however_often_it_was_tried(
    office: Office, town: Town, clock: StepClock
) -> None:
    """A job that has failed at its receiver for hours does not wait until the one that kills is given up."""
    debate = town.debate()
    town.contribution(debate)
    office.outcomes = [Later("status 503"), Later("status 503")]
    for _ in range(2):
        assert lived(office, office.carry_out)
        clock.step(LONGEST_DELAY)
    town.contribution(debate)
    handler = deadly(office, 2)
    office.planned()
    assert len(office.carrier().claim().jobs) == 2, "which dies with both under way"
    clock.step(LEASE)
    assert not lived(office, handler)
    assert office.numbers()[2:] == [2], "begun once, not three times"
    clock.step(LEASE)
    assert not lived(office, handler)
    assert office.numbers()[3:] == [1, 2]


def test_one_orphan_at_a_time_is_under_way_in_a_worker(office: Office, town: Town, clock: StepClock) -> None:
    debate = town.debate()
    for _ in range(3):
        town.contribution(debate)
    assert not lived(office, deadly(office, 1))
    clock.step(LEASE)
    first, second = office.carrier(), office.carrier()
    (one,), (other,) = first.claim().jobs, second.claim().jobs
    assert (one.deaths, other.deaths) == (1, 1)
    assert one.uid != other.uid, "of another worker it may be another"
    town.contribution(debate)
    office.planned()
    (new,) = first.claim().jobs
    assert (new.payload["number"], new.deaths) == (4, 0), "what nobody died of goes on"
    first.carry(one)
    (last,) = first.claim().jobs
    assert last.deaths == 1
    clock.step(LEASE)
    assert first.claim().jobs != [], "what hangs for longer than its lease holds up no other"


def test_an_orphan_that_failed_or_was_given_back_is_kept_apart_as_before(
    office: Office, town: Town, clock: StepClock
) -> None:
    """Otherwise what kills would meet, once more, those that it was under way with."""
    debate = town.debate()
    for _ in range(2):
        town.contribution(debate)
    assert not lived(office, deadly(office, 1))
    clock.step(LEASE)
    office.outcomes = [Later("status 503")]
    carrier = office.carrier()
    (failed,) = carrier.claim().jobs
    carrier.carry(failed)
    (left,) = carrier.claim().jobs
    carrier.give_back([left])
    clock.step(LEASE)
    (one,) = carrier.claim().jobs
    assert carrier.claim().jobs == []
    assert (one.deaths, one.tries) in {(1, 1), (1, 2)}


@pytest.mark.race
def test_two_workers_give_up_what_kills_once(office: Office, town: Town, clock: StepClock) -> None:
    town.contribution(town.debate())
    for _ in range(MOST_DEATHS):
        assert not lived(office, deadly(office, 1))
        clock.step(LEASE)
    with ThreadPoolExecutor(2) as pool:
        claimed = list(pool.map(lambda carrier: carrier.claim().jobs, [office.carrier(), office.carrier()]))
    assert claimed == [[], []]
    assert len(office.dead()) == 1


def test_what_a_worker_that_stops_gives_back_before_it_began_counts_neither_attempt_nor_death(
    office: Office, town: Town, clock: StepClock
) -> None:
    """Also the last one: told to end, a worker takes nothing with it."""
    town.contribution(town.debate())
    for _ in range(MOST_DEATHS - 1):
        assert not lived(office, deadly(office, 1))
        clock.step(LEASE)
    carrier = office.carrier()
    for _ in range(3):
        (job,) = carrier.claim().jobs
        assert (job.attempts, job.deaths) == (MOST_DEATHS, MOST_DEATHS - 1)
        carrier.give_back([job])
    assert lived(office, office.carry_out)
    assert office.dead() == []
