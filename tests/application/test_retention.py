"""What has run out is forgotten, what has not stays; accounts that nobody uses end, never without a word."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from consultation.application import retention
from consultation.application.invitations import Invited, accept, invite
from consultation.application.people import request_code
from consultation.application.ports import Account, Mail, MailRefused, MailUnavailable, Transaction
from consultation.application.privacy.erasure import Eraser
from consultation.application.retention import (
    Forgotten,
    Keeper,
    Retention,
    forget_expired,
    months_before,
)
from consultation.bootstrap import Services
from consultation.domain.actors import Role
from consultation.domain.decisions import Refused
from consultation.mail import forget_mail
from tests.builders import CONTRIBUTION, NOW, StepClock, Town

DAY = timedelta(days=1)
MONTH = timedelta(days=31)


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

    assert services.work.perform(forget_expired) == Forgotten()
    clock.step(timedelta(hours=1) - timedelta(microseconds=1))
    assert services.work.perform(forget_expired) == Forgotten()
    clock.step(timedelta(microseconds=1))
    assert services.work.perform(forget_expired) == Forgotten(codes=1)
    clock.step(timedelta(hours=23))
    assert services.work.perform(forget_expired) == Forgotten(answers=2)
    clock.step(timedelta(days=29))
    # Three members of staff and one citizen.
    assert services.work.perform(forget_expired) == Forgotten(sessions=4)


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


def test_a_shorter_period_of_sessions_ends_those_that_are_older(
    town: Town, services: Services, clock: StepClock
) -> None:
    clock.step(2 * DAY)
    short = Retention(sessions=2 * DAY)
    assert services.work.perform(lambda tx: forget_expired(tx, short)) == Forgotten(sessions=3)


def test_archives_erasures_and_departures_are_forgotten_in_time(
    town: Town, services: Services, clock: StepClock
) -> None:
    debate, voter, reader = town.debate(), town.citizen(), town.citizen("lectrice")
    number = town.contribution(debate, reader)
    voter.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    voter.delete_with("/me", {"mode": "unsigned"})
    uid = reader.get("/me").json()["id"]
    services.work.perform(lambda tx: services.archivist.order(tx, key_of(services, uid), "fr"))
    clock.step(7 * DAY)
    assert services.keeper.forget().archives == 1
    clock.step(10 * DAY)
    assert services.keeper.forget().departures == 1, "the debate has closed"
    clock.step(400 * DAY)
    assert services.keeper.forget().erasures == 1


def key_of(services: Services, uid: str) -> int:
    with services.database.reading() as connection:
        shown = uid.replace("-", "") if services.database.is_sqlite else uid
        statement = text("SELECT key FROM people WHERE uid = :uid").bindparams(uid=shown)
        if not services.database.is_sqlite:
            statement = text("SELECT key FROM people WHERE uid = CAST(:uid AS uuid)").bindparams(uid=uid)
        return int(connection.execute(statement).scalar_one())


class Letters:
    """Keeps what is sent, or refuses to take it."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.refuses = False
        self.unknown: dict[str, Exception] = {}

    def send(self, mail: Mail) -> None:
        if mail.to in self.unknown:
            raise self.unknown[mail.to]
        if self.refuses:
            raise MailUnavailable("the mail server is on holiday")
        self.sent.append(mail)


@pytest.fixture
def letters() -> Letters:
    """The mail that left."""
    return Letters()


@pytest.fixture
def keeper(services: Services, letters: Letters) -> Keeper:
    """The hourly job, its mail in our hands."""
    return replace(services.keeper, mailer=letters)


def names(services: Services) -> list[str]:
    with services.database.reading() as connection:
        return sorted(str(one) for one in connection.execute(text("SELECT email FROM people")).scalars())


def test_an_unused_account_ends_after_a_warning_and_its_texts_stay(
    town: Town, services: Services, keeper: Keeper, letters: Letters, clock: StepClock
) -> None:
    debate, author = town.debate(), town.citizen()
    number = town.contribution(debate, author)
    clock.set(NOW + 23 * 30 * DAY - 10 * DAY)
    keeper.sweep()
    assert letters.sent == [], "not yet"
    clock.set(NOW + 24 * MONTH)
    keeper.sweep()
    keeper.sweep()
    (mail,) = letters.sent
    assert mail.to == "camille@citoyens.example"
    assert "30 jours" in mail.text
    clock.step(30 * DAY - timedelta(seconds=1))
    keeper.sweep()
    assert "camille@citoyens.example" in names(services)
    clock.step(timedelta(seconds=1))
    keeper.sweep()
    assert "camille@citoyens.example" not in names(services)
    post = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()
    assert (post["author"]["name"], post["body"]) == (None, CONTRIBUTION["body"])
    assert len(letters.sent) == 1


def test_whoever_signs_in_keeps_the_account(
    town: Town, services: Services, keeper: Keeper, letters: Letters, clock: StepClock
) -> None:
    town.citizen()
    clock.set(NOW + 24 * MONTH)
    keeper.sweep()
    town.citizen()
    for _ in range(3):
        clock.step(31 * DAY)
        keeper.sweep()
    assert "camille@citoyens.example" in names(services)
    assert len(letters.sent) == 1


def test_staff_and_people_without_an_address_are_left_alone(
    town: Town, services: Services, keeper: Keeper, letters: Letters, clock: StepClock
) -> None:
    with services.database.writing() as connection, connection.begin():
        connection.execute(text("UPDATE people SET email = NULL WHERE email LIKE 'organiser%'"))
    before = names(services)
    clock.set(NOW + 80 * MONTH)
    keeper.sweep()
    clock.step(40 * DAY)
    keeper.sweep()
    assert letters.sent == []
    assert names(services) == before


def test_nobody_is_erased_whom_the_mail_did_not_reach(
    town: Town, services: Services, keeper: Keeper, letters: Letters, clock: StepClock
) -> None:
    town.citizen()
    letters.refuses = True
    clock.set(NOW + 30 * MONTH)
    for _ in range(3):
        keeper.sweep()
        clock.step(40 * DAY)
    assert "camille@citoyens.example" in names(services)
    letters.refuses = False
    keeper.sweep()
    assert len(letters.sent) == 1


@pytest.mark.parametrize("error", [MailRefused("no such user"), ValueError("no header takes it")])
def test_addresses_that_take_no_mail_hold_up_no_other_warning(
    town: Town,
    services: Services,
    keeper: Keeper,
    letters: Letters,
    clock: StepClock,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for number, name in enumerate(("alice", "bob", "carole")):
        clock.set(NOW + number * DAY)  # the first are looked at first
        town.citizen(name)
    letters.unknown = {f"{name}@citoyens.example": error for name in ("alice", "bob")}
    clock.set(NOW + 24 * MONTH)
    keeper.sweep()
    assert letters.sent == []
    keeper.sweep()
    assert [mail.to for mail in letters.sent] == ["carole@citoyens.example"]
    clock.step(30 * DAY)
    keeper.sweep()
    left = names(services)
    assert {"alice@citoyens.example", "bob@citoyens.example"} <= set(left), "nobody told them"
    assert "carole@citoyens.example" not in left


def test_administrators_of_the_platform_are_left_alone(
    town: Town, services: Services, keeper: Keeper, letters: Letters, clock: StepClock
) -> None:
    town.citizen("exploitante")
    account = services.work.perform(lambda tx: tx.people.by_email("exploitante@citoyens.example"))
    assert isinstance(account, Account)
    services.work.perform(lambda tx: tx.platform.add(account.key, tx.now()))
    clock.set(NOW + 80 * MONTH)
    keeper.sweep()
    assert letters.sent == []


def test_what_was_hidden_until_now_is_shown_whatever_becomes_of_an_erasure(
    services: Services, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    monkeypatch.setattr(Keeper, "_end_restrictions", lambda _: done.append("shown"))
    monkeypatch.setattr(Eraser, "resume", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        keeper.sweep()
    assert done == ["shown"]


def test_accounts_can_be_kept_for_ever(
    town: Town, services: Services, keeper: Keeper, letters: Letters, clock: StepClock
) -> None:
    town.citizen()
    clock.set(NOW + 300 * MONTH)
    replace(keeper, retention=Retention(inactive_months=0)).sweep()
    assert letters.sent == []


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 24, date(2024, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


def test_old_messages_leave_the_folder_and_nothing_else_does(tmp_path: Path) -> None:
    old, young = "20260301T120000.000000Z-a.eml", "20260314T120000.000000Z-b.eml"
    for name in (old, young, "notes.txt"):
        (tmp_path / name).write_text("x")
    assert forget_mail(tmp_path.as_uri(), NOW - 5 * DAY) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [young, "notes.txt"]
    assert forget_mail("smtp://mail.example", NOW) == 0
