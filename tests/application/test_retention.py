"""What has run out is forgotten, what has not stays."""

from datetime import timedelta

from consultation.application.people import request_code
from consultation.application.retention import Forgotten, forget_expired
from consultation.bootstrap import Services
from tests.builders import CONTRIBUTION, StepClock, Town


def test_expired_sessions_codes_and_answers_are_forgotten(
    town: Town, services: Services, clock: StepClock
) -> None:
    debate = town.debate()
    citizen = town.citizen()
    path = f"/debates/{debate}/contributions"
    kept = citizen.post(path, CONTRIBUTION, Idempotency_Key="once")
    assert kept.status_code == 201, kept.text
    kept = town.key().patch(f"/debates/{debate}", {"title": "Quels arbres ?"}, Idempotency_Key="once")
    assert kept.status_code == 200, kept.text
    services.work.perform(lambda tx: request_code(tx, services.digests, "a@citoyens.example"))

    assert services.work.perform(forget_expired) == Forgotten(0, 0, 0)
    clock.step(timedelta(hours=1) - timedelta(microseconds=1))
    assert services.work.perform(forget_expired) == Forgotten(0, 0, 0)
    clock.step(timedelta(microseconds=1))
    assert services.work.perform(forget_expired) == Forgotten(0, 1, 0)
    clock.step(timedelta(hours=23))
    assert services.work.perform(forget_expired) == Forgotten(0, 0, 2)
    clock.step(timedelta(days=29))
    # Three members of staff and one citizen.
    assert services.work.perform(forget_expired) == Forgotten(4, 0, 0)
