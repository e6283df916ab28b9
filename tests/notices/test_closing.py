"""Many followers are told of a close in batches: nobody is left out, nobody is told twice."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from consultation.application.notices import planning
from consultation.application.notices.planning import plan_closing
from consultation.application.ports import Transaction
from consultation.application.worker.planning import plan_due
from consultation.bootstrap import Services
from consultation.persistence.tables import closing_notices, notices, people
from tests.builders import CLOSES_AT, Caller, StepClock, Town

FOLLOWERS = 8
BATCH = 3
SECOND = timedelta(seconds=1)


class Killed(Exception):
    """The worker dies here."""


@pytest.fixture
def debate(town: Town, services: Services, clock: StepClock, monkeypatch: pytest.MonkeyPatch) -> str:
    """A debate that closes within two days, with followers of whom none was told."""
    monkeypatch.setattr(planning, "_TOLD_AT_ONCE", BATCH)
    debate = town.debate()
    town.contribution(debate)
    for number in range(FOLLOWERS):
        follow(town.citizen(f"abonnée{number}"), debate)
    town.citizen("abonnée0").put(f"/me/follows/{debate}/contributions/1", None)
    services.work.perform(lambda tx: plan_due(tx, ()))  # from here on things fall due
    clock.set(CLOSES_AT - timedelta(days=2))
    return debate


def follow(caller: Caller, debate: str) -> None:
    assert caller.put(f"/me/follows/{debate}", None).status_code == 204


def plan(services: Services, clock: StepClock) -> None:
    clock.step(2 * SECOND)
    services.work.perform(lambda tx: plan_due(tx, [plan_closing]))


def told(services: Services) -> Counter[str]:
    """How often each follower was told, by the name that their address begins with."""
    with services.database.reading() as connection:
        found = connection.execute(
            select(people.c.email).join(notices, notices.c.person_key == people.c.key)
        ).scalars()
        return Counter(str(email).partition("@")[0] for email in found)


def test_each_follower_is_told_once_in_batches(debate: str, services: Services, clock: StepClock) -> None:
    after_each = []
    for _ in range(5):
        plan(services, clock)
        after_each.append(told(services).total())
    assert after_each == [BATCH, 2 * BATCH, FOLLOWERS, FOLLOWERS, FOLLOWERS]
    assert told(services) == {f"abonnée{number}": 1 for number in range(FOLLOWERS)}
    assert debate


def test_a_number_that_fills_the_last_batch_leaves_nobody_to_be_told_twice(
    debate: str, services: Services, clock: StepClock, town: Town
) -> None:
    follow(town.citizen("abonnée8"), debate)
    for _ in range(5):
        plan(services, clock)
    assert told(services) == {f"abonnée{number}": 1 for number in range(FOLLOWERS + 1)}
    with services.database.reading() as connection:
        assert connection.execute(select(closing_notices.c.place)).scalars().all() == [None]


@pytest.mark.parametrize("after", range(BATCH + 1))
def test_a_worker_that_dies_within_a_batch_or_before_its_commit_leaves_it_to_the_next(
    debate: str, services: Services, clock: StepClock, after: int
) -> None:
    plan(services, clock)

    def dying(tx: Transaction) -> None:
        jobs = iter(plan_closing(tx, clock(), clock()))
        for _ in range(after):
            next(jobs)
        raise Killed

    with pytest.raises(Killed):
        services.work.perform(dying)
    assert told(services).total() == BATCH
    for _ in range(3):
        plan(services, clock)
    assert told(services) == {f"abonnée{number}": 1 for number in range(FOLLOWERS)}
    assert debate


def test_who_stops_or_begins_to_follow_between_batches_is_not_told_or_told(
    debate: str, services: Services, clock: StepClock, town: Town
) -> None:
    plan(services, clock)
    town.citizen("abonnée7").delete(f"/me/follows/{debate}")
    follow(town.citizen("tardive"), debate)
    for _ in range(3):
        plan(services, clock)
    expected = {f"abonnée{number}": 1 for number in range(FOLLOWERS - 1)}
    assert told(services) == expected | {"tardive": 1}


def test_a_debate_that_is_closed_between_batches_is_told_of_no_more(
    debate: str, services: Services, clock: StepClock, town: Town
) -> None:
    plan(services, clock)
    closed = town.sign_in("organiser@ville.example").post(f"/debates/{debate}/closure", {"reason": "Fini."})
    assert closed.status_code == 201
    plan(services, clock)
    assert told(services).total() == BATCH
