"""Signing in with a code sent by e-mail: six digits, ten minutes, five tries, once."""

import re
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from consultation.application.ports import Mail
from consultation.persistence.tables import metadata, sign_in_codes
from consultation.settings import Settings
from tests.api.mailbox import ask_for_code, code_in, letters, text_of
from tests.api.worlds import World, process
from tests.builders import NOW, Caller
from tests.mail.servers import Recorder, listening

TICK = timedelta(microseconds=1)
TEN_MINUTES = timedelta(minutes=10)
HOUR = timedelta(hours=1)


@pytest.fixture
def address(here: World) -> str:
    """An address that nobody used yet."""
    return f"{here.name()}@citoyens.example"


@pytest.fixture
def anonymous(here: World) -> Caller:
    return here.process.anonymous


def exchange(caller: Caller, address: str, code: str) -> tuple[int, str | int | None]:
    """The status of an exchange, and how many tries are left of a failed one."""
    answer = caller.post("/auth/sessions", {"email": address, "code": code})
    return answer.status_code, answer.json().get("tries_left")


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_of_the_mail_opens_a_session(here: World, anonymous: Caller, address: str) -> None:
    answer = anonymous.post("/auth/sessions", {"email": address, "code": ask_for_code(here, address)})
    assert answer.status_code == 201
    session = answer.json()
    assert Caller(here.process.client, session["token"]).get("/me").json() == session["person"] | {
        "mail": {"notices": True, "follows": "daily", "off": None}
    }
    assert session["person"]["email"] == address
    assert address.partition("@")[0] not in session["person"]["name"], "a name gives no address away"


def test_the_mail_says_the_code_and_how_long_it_is_valid(
    here: World, anonymous: Caller, address: str
) -> None:
    anonymous.post("/auth/codes", {"email": address}, Accept_Language="nl")
    (letter,) = letters(here, address)
    assert re.fullmatch(r"\d{6}", code_in(letter))
    assert "10 minuten" in text_of(letter).replace("\N{NO-BREAK SPACE}", " ")


def test_the_second_sign_in_finds_the_same_account(here: World, anonymous: Caller, address: str) -> None:
    people = []
    for written in (address, f" {address.upper()} "):
        body = {"email": written, "code": ask_for_code(here, address)}
        people.append(anonymous.post("/auth/sessions", body).json()["person"]["id"])
    assert people[0] == people[1]


def test_a_new_account_takes_the_language_that_was_asked_for(
    here: World, anonymous: Caller, address: str
) -> None:
    body = {"email": address, "code": ask_for_code(here, address)}
    answer = anonymous.post("/auth/sessions", body, Accept_Language="de-BE")
    assert answer.json()["person"]["locale"] == "de"


@pytest.mark.parametrize(("age", "status"), [(TEN_MINUTES - TICK, 201), (TEN_MINUTES, 401)])
def test_a_code_is_valid_for_ten_minutes_and_not_a_microsecond_longer(
    here: World, anonymous: Caller, address: str, age: timedelta, status: int
) -> None:
    code = ask_for_code(here, address)
    here.clock.set(NOW + age)
    assert exchange(anonymous, address, code)[0] == status


def test_after_five_wrong_tries_the_right_code_is_worth_nothing(
    here: World, anonymous: Caller, address: str
) -> None:
    code = ask_for_code(here, address)
    tries = [exchange(anonymous, address, other_than(code)) for _ in range(6)]
    assert tries == [(401, 4), (401, 3), (401, 2), (401, 1), (401, 0), (401, 0)]
    assert exchange(anonymous, address, code) == (401, 0)


def test_the_fifth_try_may_be_right(here: World, anonymous: Caller, address: str) -> None:
    code = ask_for_code(here, address)
    for _ in range(4):
        exchange(anonymous, address, other_than(code))
    assert exchange(anonymous, address, code)[0] == 201


def test_a_code_works_once(here: World, anonymous: Caller, address: str) -> None:
    code = ask_for_code(here, address)
    assert [exchange(anonymous, address, code)[0] for _ in range(2)] == [201, 401]


def test_a_new_code_takes_the_place_of_the_one_before(here: World, anonymous: Caller, address: str) -> None:
    first, second = ask_for_code(here, address), ask_for_code(here, address)
    if first != second:
        assert exchange(anonymous, address, first) == (401, 4)
    assert exchange(anonymous, address, second)[0] == 201


def test_the_code_of_one_address_is_nothing_to_another(here: World, anonymous: Caller, address: str) -> None:
    code, other = ask_for_code(here, address), f"{here.name()}@citoyens.example"
    ask_for_code(here, other)
    here_now = code_in(letters(here, other)[-1])
    if code != here_now:
        assert exchange(anonymous, other, code)[0] == 401


def test_the_sixth_code_within_an_hour_is_refused_and_says_how_long_to_wait(
    here: World, anonymous: Caller, address: str
) -> None:
    for minutes in range(5):
        here.clock.set(NOW + timedelta(minutes=minutes))
        assert anonymous.post("/auth/codes", {"email": address}).status_code == 202
    answer = anonymous.post("/auth/codes", {"email": address})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_codes")
    wait = int(answer.headers["retry-after"])
    assert wait == answer.json()["retry_after"]
    assert len(letters(here, address)) == 5
    here.clock.step(timedelta(seconds=wait - 2))
    assert anonymous.post("/auth/codes", {"email": address}).status_code == 429
    here.clock.step(timedelta(seconds=2))
    assert anonymous.post("/auth/codes", {"email": address}).status_code == 202


@pytest.mark.parametrize(("age", "status"), [(HOUR - TICK, 429), (HOUR, 202)])
def test_the_hour_begins_with_the_first_code(
    here: World, anonymous: Caller, address: str, age: timedelta, status: int
) -> None:
    for _ in range(5):
        ask_for_code(here, address)
    here.clock.set(NOW + age)
    assert anonymous.post("/auth/codes", {"email": address}).status_code == status


def test_signing_in_does_not_lift_the_limit(here: World, anonymous: Caller, address: str) -> None:
    for _ in range(5):
        assert exchange(anonymous, address, ask_for_code(here, address))[0] == 201
    assert anonymous.post("/auth/codes", {"email": address}).status_code == 429


def test_the_limit_is_each_addresss_own(here: World, anonymous: Caller, address: str) -> None:
    for _ in range(5):
        ask_for_code(here, address)
    assert anonymous.post("/auth/codes", {"email": f"{here.name()}@citoyens.example"}).status_code == 202


def test_a_known_and_an_unknown_address_get_the_same_answer_by_the_same_statements(
    here: World, anonymous: Caller, address: str
) -> None:
    here.town.sign_in(known := f"{here.name()}@citoyens.example")
    answers, statements = [], []
    for email in (known, address):
        with here.statements() as seen:
            answer = anonymous.post("/auth/codes", {"email": email})
        answers.append((answer.status_code, answer.content, answer.headers.keys()))
        statements.append(seen)
    assert answers[0] == answers[1]
    assert statements[0] == statements[1] != []


def test_a_wrong_code_looks_the_same_for_a_known_and_an_unknown_address(
    here: World, anonymous: Caller, address: str
) -> None:
    here.town.sign_in(known := f"{here.name()}@citoyens.example")
    for ask_first in (False, True):
        answers, statements = [], []
        for email in (known, address):
            code = other_than(ask_for_code(here, email)) if ask_first else "000000"
            with here.statements() as seen:
                answer = anonymous.post("/auth/sessions", {"email": email, "code": code})
            answers.append(answer.content)
            statements.append(seen)
        assert answers[0] == answers[1]
        assert statements[0] == statements[1] != []


def test_the_database_holds_hashes_of_address_code_and_token_only(
    here: World, anonymous: Caller, address: str
) -> None:
    code = ask_for_code(here, address)
    with here.services.database.reading() as connection:
        codes = str(connection.execute(select(sign_in_codes)).all())
    assert address not in codes
    assert code.encode() not in here.services.digests.code(address, code)
    token = anonymous.post("/auth/sessions", {"email": address, "code": code}).json()["token"]
    holding = set()
    with here.services.database.reading() as connection:
        for table in metadata.sorted_tables:
            rows = str(connection.execute(select(table)).all())
            holding |= {(table.name, word) for word in (token, address) if word in rows}
            assert table.name == "posts" or f"'{code}'" not in rows
    assert holding == {("people", address)}, "the address itself is kept with the account alone"


def test_another_secret_key_voids_codes_under_way_and_ends_no_session(here: World, address: str) -> None:
    code, citizen = ask_for_code(here, address), here.town.citizen(here.name())
    rotated = Settings.model_validate(here.settings.model_dump() | {"secret_key": "y" * 40})
    with process(rotated, here.clock) as running:
        assert exchange(running.anonymous, address, code)[0] == 401
        assert running.as_caller(citizen).get("/me").status_code == 200
        assert running.anonymous.post("/auth/codes", {"email": address}).status_code == 202


def test_mail_leaves_after_the_commit_for_known_and_unknown_addresses_alike(
    here: World, address: str
) -> None:
    """What is done, and in which order, is the same: the time that it takes tells nothing."""
    here.town.sign_in(known := f"{here.name()}@citoyens.example")
    steps: dict[str, list[str]] = {}
    for email in (known, address):
        done = steps[email] = []

        class Noting:
            """Notes when the mail is handed over."""

            def send(self, mail: Mail, done: list[str] = done) -> None:
                done.append(f"mail of {len(mail.text)} characters in {mail.language}")

        with here.kit(mailer=Noting()), here.statements() as seen:
            here.process.anonymous.post("/auth/codes", {"email": email})
        done[:0] = seen
    assert steps[known] == steps[address]
    assert steps[known][-1].startswith("mail of ")
    assert len(steps[known]) > 1


@pytest.mark.parametrize(
    "email",
    [
        *(
            "",
            "a",
            "a@",
            "@b.example",
            "a b@c.example",
            "a@b@c.example",
            "a@b c",
            "<a@b.example>",
            "a@b.example\n.x",
        ),
        *("a\x00@b.example", f"{'x' * 65}@b.example", f"a@{'b' * 256}", "a,b@c.example", 'a"b@c.example'),
    ],
)
def test_what_is_no_address_is_malformed(here: World, anonymous: Caller, email: str) -> None:
    for path, body in (
        ("/auth/codes", {"email": email}),
        ("/auth/sessions", {"email": email, "code": "000000"}),
    ):
        answer = anonymous.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), path
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/email"]


@pytest.mark.parametrize("email", ["josé@exemple.example", "a@bücher.example", "a+b.c-d_e'f@sub.example"])
def test_an_unusual_address_never_ends_in_a_fault_of_ours(here: World, anonymous: Caller, email: str) -> None:
    assert anonymous.post("/auth/codes", {"email": email}).status_code in {202, 422, 503}


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "12345\n", "\N{FULLWIDTH DIGIT ONE}23456", 123456, None]
)
def test_what_is_no_code_is_malformed(anonymous: Caller, address: str, code: object) -> None:
    answer = anonymous.post("/auth/sessions", {"email": address, "code": code})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_the_code_leaves_through_a_real_mail_server(here: World, address: str) -> None:
    recorder = Recorder()
    with listening(recorder.speaks()) as port:
        url = SecretStr(f"smtp://127.0.0.1:{port}")
        with process(here.settings.model_copy(update={"mail_url": url}), here.clock) as running:
            assert running.anonymous.post("/auth/codes", {"email": address}).status_code == 202
    (envelope,) = recorder.envelopes
    assert envelope.rcpt_tos == [address]
    found = re.findall(rb"\b\d{6}\b", envelope.original_content or b"")
    assert {exchange(here.process.anonymous, address, code.decode())[0] for code in found[:1]} == {201}


def test_a_mail_server_that_refuses_is_said(here: World, address: str) -> None:
    recorder = Recorder(recipient_answer="550 no such mailbox here")
    with listening(recorder.speaks()) as port:
        url = SecretStr(f"smtp://127.0.0.1:{port}")
        with process(here.settings.model_copy(update={"mail_url": url}), here.clock) as running:
            answer = running.anonymous.post("/auth/codes", {"email": address})
    assert (answer.status_code, answer.json()["code"]) == (503, "mail_unavailable")
    assert address not in answer.text
    assert "mailbox" not in answer.text


def test_a_mail_server_that_is_not_there_is_said(here: World, address: str) -> None:
    with listening(Recorder().speaks()) as port:
        pass  # it has stopped listening
    url = SecretStr(f"smtp://127.0.0.1:{port}")
    with process(here.settings.model_copy(update={"mail_url": url}), here.clock) as running:
        answer = running.anonymous.post("/auth/codes", {"email": address})
    assert answer.json()["code"] == "mail_unavailable"
