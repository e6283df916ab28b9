"""One's own sessions: seen, used, ended; and new at every sign-in."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from consultation.application.people import add_account, open_session
from consultation.application.ports import Busy, SignInMethod, Transaction
from consultation.persistence.tables import sessions
from tests.api.bodies import NOBODY
from tests.api.mailbox import ask_for_code
from tests.api.worlds import World, process
from tests.builders import NOW, Caller

HOUR: Final = timedelta(hours=1)
IDLE: Final = timedelta(hours=48)


@pytest.fixture
def brief(here: World) -> Iterator[World]:
    """The world with sessions that end after two days without use, or a week."""
    settings = here.settings.model_copy(update={"session_idle_hours": 48, "session_hours": 168})
    with process(settings, here.clock) as running:
        kept, here.process, here.town.services = here.process, running, running.services
        yield here
        here.process, here.town.services = kept, kept.services


def caller(here: World, address: str | None = None) -> Caller:
    """A new session, through the process of the world."""
    signed_in = here.town.sign_in(address or f"{here.name()}@citoyens.example")
    return here.process.as_caller(signed_in)


def listed(person: Caller) -> list[dict[str, Any]]:
    return list(person.get("/me/sessions").json()["items"])


def sign_in(here: World, address: str, body: dict[str, Any], **headers: str) -> Response:
    code = ask_for_code(here, address)
    return here.process.anonymous.post(
        "/auth/sessions", {"email": address, "code": code} | body, Sec_Fetch_Site="same-origin", **headers
    )


def cookie_of(answer: Response) -> str:
    return str(answer.headers["set-cookie"].partition("=")[2].partition(";")[0])


def test_a_person_sees_when_and_how_each_session_was_opened_and_no_more(here: World) -> None:
    here.clock.step(timedelta(minutes=25))
    address = f"{here.name()}@citoyens.example"
    first, second = caller(here, address), caller(here, address)
    shown = listed(second)
    assert [session["current"] for session in shown] == [True, False]
    assert shown[0].keys() == {"id", "created_at", "last_used", "expires_at", "method", "current"}
    assert shown[0]["last_used"] == "2026-03-15T12:00:00.000000Z", "the hour, no more exactly"
    assert shown[0]["method"] == "code"
    assert [session["id"] for session in listed(first)] == [session["id"] for session in shown]


@pytest.mark.parametrize("method", list(SignInMethod))
def test_the_way_in_is_shown(here: World, method: SignInMethod) -> None:
    def opening(tx: Transaction) -> str:
        account = add_account(tx, f"{here.name()}@citoyens.example", "fr")
        return open_session(tx, here.services.digests, account, here.services.session_rules, method).token

    token = here.services.work.perform(opening)
    assert isinstance(token, str)
    assert [session["method"] for session in listed(Caller(here.process.client, token))] == [method.value]


def test_a_session_is_ended_by_its_id_and_no_other_with_it(here: World) -> None:
    address = f"{here.name()}@citoyens.example"
    lost, kept = caller(here, address), caller(here, address)
    (identifier,) = [session["id"] for session in listed(kept) if not session["current"]]
    assert kept.delete(f"/me/sessions/{identifier}").status_code == 204
    assert lost.get("/me").json()["code"] == "session_invalid"
    assert [session["current"] for session in listed(kept)] == [True]
    assert kept.delete(f"/me/sessions/{identifier}").json()["code"] == "session_not_found"


def test_one_may_end_the_session_that_asks(here: World) -> None:
    person = caller(here)
    (session,) = listed(person)
    assert person.delete(f"/me/sessions/{session['id']}").status_code == 204
    assert person.get("/me").status_code == 401


def test_nobody_ends_the_session_of_somebody_else(here: World) -> None:
    victim, attacker = caller(here), caller(here)
    (session,) = listed(victim)
    for identifier in (session["id"], NOBODY):
        assert attacker.delete(f"/me/sessions/{identifier}").json()["code"] == "session_not_found"
    assert attacker.delete("/me/sessions").status_code == 204
    assert victim.get("/me").status_code == 200


def test_all_others_end_at_once(here: World) -> None:
    address = f"{here.name()}@citoyens.example"
    *others, last = [caller(here, address) for _ in range(4)]
    assert last.delete("/me/sessions").status_code == 204
    assert [one.get("/me").status_code for one in (*others, last)] == [401, 401, 401, 200]


def test_signing_in_makes_a_new_token_and_ends_the_session_that_was_shown(here: World) -> None:
    address = f"{here.name()}@citoyens.example"
    first = cookie_of(sign_in(here, address, {"cookie": True}))
    second = cookie_of(sign_in(here, address, {"cookie": True}, Cookie=f"session={first}"))
    assert first != second
    statuses = [
        here.process.client.get("/api/v1/me", headers={"Cookie": f"session={value}"}).status_code
        for value in (first, second)
    ]
    assert statuses == [401, 200]


def test_a_session_that_an_attacker_planted_is_worth_nothing_after_sign_in(here: World) -> None:
    attacker, address = caller(here), f"{here.name()}@citoyens.example"
    answer = sign_in(here, address, {"cookie": True}, Cookie=f"session={attacker.token}")
    assert cookie_of(answer) != attacker.token
    assert attacker.get("/me").status_code == 401


def test_signing_in_with_a_token_ends_the_session_of_a_shown_token(here: World) -> None:
    person, address = caller(here), f"{here.name()}@citoyens.example"
    assert sign_in(here, address, {}, Authorization=f"Bearer {person.token}").status_code == 201
    assert person.get("/me").status_code == 401


def test_a_wrong_code_ends_no_session(here: World) -> None:
    person = caller(here)
    body = {"email": f"{here.name()}@citoyens.example", "code": "000000"}
    assert person.post("/auth/sessions", body).json()["code"] == "code_incorrect"
    assert person.get("/me").status_code == 200


@pytest.mark.parametrize(("wait", "status"), [(IDLE, 200), (IDLE + HOUR, 401)])
def test_a_session_ends_when_it_is_not_used(brief: World, wait: timedelta, status: int) -> None:
    person = caller(brief)
    brief.clock.set(NOW + wait)
    assert person.get("/me").status_code == status


def test_every_use_puts_the_end_off_but_never_beyond_the_lifetime(brief: World) -> None:
    person = caller(brief)
    until = NOW + timedelta(hours=168)
    instant = NOW
    while instant < until - timedelta(hours=24):
        instant += timedelta(hours=40)
        brief.clock.set(min(instant, until - timedelta(hours=1)))
        assert person.get("/me").status_code == 200
    assert listed(person)[0]["expires_at"] == "2026-03-22T12:00:00.000000Z"
    brief.clock.set(until)
    assert person.get("/me").status_code == 401


def test_writing_counts_as_use_too(brief: World) -> None:
    person = caller(brief)
    brief.clock.set(NOW + IDLE)
    assert person.patch("/me", {"locale": "nl"}).status_code == 200
    brief.clock.set(NOW + 2 * IDLE)
    assert person.get("/me").status_code == 200


def test_use_is_written_once_an_hour_and_no_oftener(here: World) -> None:
    person = caller(here)
    with here.statements() as first:
        person.get("/me")
    here.clock.set(NOW + HOUR)
    with here.statements() as second:
        person.get("/me")
    with here.statements() as third:
        person.get("/me")
        here.clock.set(NOW + 2 * HOUR - timedelta(microseconds=1))
        person.get("/me")
    assert [len(first), len(second), len(third)] == [2, 3, 4]
    assert [one for one in (*first, *second, *third) if one.startswith("UPDATE sessions")] == [
        one for one in second if one.startswith("UPDATE")
    ]


@pytest.mark.parametrize("error", [Busy(), OperationalError("UPDATE", None, Exception("readonly database"))])
def test_a_use_that_cannot_be_noted_does_not_end_the_call(
    here: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    person = caller(here)
    here.clock.set(NOW + HOUR)

    def failing(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(here.services.work, "perform", failing)
    assert person.get("/me").status_code == 200


def test_what_is_kept_of_a_use_is_its_hour(here: World) -> None:
    here.clock.step(timedelta(minutes=59, seconds=59))
    person = caller(here)
    digest = here.services.digests.token(person.token or "")
    with here.services.database.reading() as connection:
        row = connection.execute(select(sessions).where(sessions.c.token_digest == digest)).one()
    assert row.used_at == NOW
    for instant in (row.used_at, row.expires_at):
        assert (instant.minute, instant.second, instant.microsecond) == (0, 0, 0) or instant == row.ends_at
