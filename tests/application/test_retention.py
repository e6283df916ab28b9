"""What has run out is forgotten, what has not stays."""

from datetime import timedelta

from consultation.application.invitations import Invited, accept, invite
from consultation.application.people import request_code
from consultation.application.ports import Transaction
from consultation.application.retention import Forgotten, forget_expired
from consultation.bootstrap import Services
from consultation.domain.actors import Role
from consultation.domain.decisions import Refused
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


def test_expired_invitations_go_at_once_and_accepted_ones_after_three_months(
    town: Town, services: Services, clock: StepClock
) -> None:
    def inviting(tx: Transaction, name: str) -> Invited | Refused:
        administrator = tx.people.by_email("administrator@ville.example")
        assert administrator is not None
        email = f"{name}@ville.example"
        return invite(tx, services.digests, "ville-exemple", administrator, email, Role.MODERATOR)

    pending = services.work.perform(lambda tx: inviting(tx, "a"))
    taken = services.work.perform(lambda tx: inviting(tx, "b"))
    assert not isinstance(pending, Refused)
    assert not isinstance(taken, Refused)

    def accepting(tx: Transaction) -> str | Refused:
        moderator = tx.people.by_email("moderator@ville.example")
        assert moderator is not None
        accepted = accept(tx, services.digests, moderator, taken.token)
        return accepted if isinstance(accepted, Refused) else accepted.role

    assert services.work.perform(accepting) == "moderator"

    def forgotten() -> int:
        counts = services.work.perform(forget_expired)
        assert not isinstance(counts, Refused)
        return counts.invitations

    clock.set(pending.invitation.expires_at - timedelta(microseconds=1))
    assert forgotten() == 0
    clock.step(timedelta(microseconds=1))
    assert forgotten() == 1
    clock.set(taken.invitation.invited_at + timedelta(days=90) - timedelta(microseconds=1))
    assert forgotten() == 0
    clock.step(timedelta(microseconds=1))
    assert forgotten() == 1
