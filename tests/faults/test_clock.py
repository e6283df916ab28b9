"""A clock that jumps back: order and deadlines hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from starlette.testclient import TestClient

from consultation import clock as clock_module
from consultation.bootstrap import build, create_app
from consultation.clock import SystemClock
from consultation.settings import Settings
from tests.builders import CLOSES_AT, CONTRIBUTION, NOW, Caller, StepClock, Town, rfc3339

BACK = timedelta(hours=-3)


def journal(caller: Caller, debate: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = caller.get(f"/debates/{debate}/journal").json()["items"]
    return entries


def in_order(entries: list[dict[str, Any]]) -> bool:
    """Sequences without a gap, and every instant after the one before."""
    sequences = [entry["sequence"] for entry in entries]
    instants = [entry["at"] for entry in entries]
    return sequences == list(range(1, len(entries) + 1)) and all(a < b for a, b in pairwise(instants))


def test_every_act_stands_after_the_one_before(town: Town, clock: StepClock) -> None:
    debate, author = town.debate(), town.citizen()
    number = town.contribution(debate, author)
    clock.step(BACK)
    town.argument(debate, number)
    assert author.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"}).status_code == 200
    clock.step(BACK)
    assert author.patch(f"/debates/{debate}/posts/{number}", {"title": "Planter moins"}).status_code == 200
    assert author.post(f"/debates/{debate}/posts/{number}/withdrawal").status_code == 201

    assert in_order(journal(author, debate))
    assert len(journal(author, debate)) == 7


def test_an_early_close_stays(town: Town, clock: StepClock) -> None:
    debate, citizen = town.debate(), town.citizen()
    number = town.contribution(debate, citizen)
    closed = town.organiser.post(f"/debates/{debate}/closure", {"reason": "Salle fermée."})
    closed_at = closed.json()["closes_at"]
    clock.step(BACK)

    refused = citizen.post(f"/debates/{debate}/contributions", CONTRIBUTION)
    assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")
    assert refused.json()["closed_at"] == closed_at
    assert citizen.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"}).status_code == 409
    assert town.anonymous.get(f"/debates/{debate}").json()["phase"] == "closed"
    assert citizen.get(f"/debates/{debate}/me").json()["closes_in_seconds"] == 0
    closed_debates = town.anonymous.get("/debates?phase=closed").json()["items"]
    assert [one["id"] for one in closed_debates] == [debate]
    assert town.anonymous.get("/debates?phase=open").json()["items"] == []

    # What may follow a close still may, and stands behind it.
    later = {"closes_at": rfc3339(CLOSES_AT), "reason": "La salle rouvre."}
    assert town.organiser.post(f"/debates/{debate}/extension", later).status_code == 409
    assert town.organiser.post(f"/debates/{debate}/reopening", later).status_code == 201
    assert in_order(journal(citizen, debate))


def test_a_repeated_call_is_known_again(town: Town, clock: StepClock) -> None:
    debate, citizen = town.debate(), town.citizen()
    first = citizen.post(f"/debates/{debate}/contributions", CONTRIBUTION, Idempotency_Key="k")
    clock.step(BACK)
    again = citizen.post(f"/debates/{debate}/contributions", CONTRIBUTION, Idempotency_Key="k")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first.json()


def test_processes_whose_clocks_differ_keep_one_order(town: Town, settings: Settings) -> None:
    """What the process ahead has written, the process behind cannot undo: not a close either."""
    debate, citizen = town.debate(), town.citizen()
    ahead = build(settings, clock=StepClock(NOW - BACK))
    with TestClient(create_app(ahead), raise_server_exceptions=False) as client:
        citizen_ahead, organiser_ahead = (
            Caller(client, caller.token) for caller in (citizen, town.organiser)
        )
        for caller in (citizen, citizen_ahead, citizen, citizen_ahead):
            town.contribution(debate, caller)
        closed = organiser_ahead.post(f"/debates/{debate}/closure", {"reason": "Salle fermée."})
        assert closed.status_code == 201
    ahead.database.dispose()

    refused = citizen.post(f"/debates/{debate}/contributions", CONTRIBUTION)
    assert (refused.status_code, refused.json()["closed_at"]) == (409, closed.json()["closes_at"])
    assert in_order(journal(citizen, debate))


@pytest.fixture
def system_time(monkeypatch: pytest.MonkeyPatch) -> StepClock:
    """What the operating system says the time is, as the service's own clock reads it."""
    system = StepClock()

    class Reading:
        """The part of `datetime` that asks the system."""

        min = datetime.min.replace(tzinfo=UTC)

        @staticmethod
        def now(zone: object) -> datetime:
            assert zone is UTC
            return system()

    monkeypatch.setattr(clock_module, "datetime", Reading)
    return system


def test_the_system_clock_waits_until_time_has_caught_up(system_time: StepClock) -> None:
    clock = SystemClock()
    seen = [clock()]
    for by in (1, -3600, 10, 3600, -1, 1, 1):
        system_time.step(timedelta(seconds=by))
        seen.append(clock())

    assert seen == sorted(seen)
    assert seen[0] == NOW
    assert seen[2] == seen[3] == NOW + timedelta(seconds=1)
    assert seen[-1] == system_time()


@pytest.fixture
def town_on_system_time(settings: Settings, system_time: StepClock) -> Iterator[Town]:
    """A town whose process reads the system's clock, as in production."""
    services = build(settings)
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        yield Town(services, client, system_time)
    services.database.dispose()


def test_a_deadline_that_has_passed_once_has_passed(
    town_on_system_time: Town, system_time: StepClock
) -> None:
    town = town_on_system_time
    debate = town.debate()
    system_time.set(CLOSES_AT - timedelta(hours=1))
    citizen = town.citizen()
    system_time.set(CLOSES_AT)
    first = citizen.post(f"/debates/{debate}/contributions", CONTRIBUTION)
    system_time.step(-timedelta(microseconds=1))
    second = citizen.post(f"/debates/{debate}/contributions", CONTRIBUTION)

    for refused in (first, second):
        assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")
        assert datetime.fromisoformat(refused.json()["closed_at"]) == CLOSES_AT
    assert town.anonymous.get(f"/debates/{debate}").json()["phase"] == "closed"
