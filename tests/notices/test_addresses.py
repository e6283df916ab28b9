"""Addresses that take no mail: switched off, shown to whom they belong, and on again by a code."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Final
from uuid import UUID

import pytest

from consultation.application.notices.bouncing import note_bounce
from consultation.application.notices.sending import identifier_of
from consultation.application.worker.backoff import LONGEST_DELAY
from consultation.bootstrap import Services
from consultation.mail.bounces import Bounce, bounces_in
from tests.bounces import bounce, global_bounce
from tests.builders import Caller, StepClock, Town
from tests.notices.acts import decide, report
from tests.postbox import Postbox, plain

Deliver = Callable[[], None]
ADDRESS: Final = "autrice@citoyens.example"
BOOKS: Final = "zoe@xn--bcher-kva.example"
BARREL: Final = "zoe@xn--fa-hia.example"
GONE: Final = "550 5.1.1 no such user"


@pytest.fixture
def author(town: Town) -> Caller:
    return town.citizen("autrice")


def hidden(town: Town, author: Caller) -> None:
    """A post of the author's is hidden: something that is mailed in any case."""
    debate = town.debate()
    decide(town.moderator, report(town, debate, town.contribution(debate, author), "anne"))


def off(author: Caller) -> object:
    told = author.get("/me").json()["mail"]["off"]
    return None if told is None else told["reason"]


def test_an_address_that_is_refused_for_good_is_switched_off_and_nothing_more_is_tried(
    town: Town, author: Caller, postbox: Postbox, deliver: Deliver, clock: StepClock
) -> None:
    postbox.answers[ADDRESS] = [GONE]
    hidden(town, author)
    deliver()
    assert off(author) == "refused"
    postbox.answers.clear()
    hidden(town, author)
    for _ in range(3):
        clock.step(LONGEST_DELAY)
        deliver()
    assert postbox.of(ADDRESS) == []
    assert len(town.citizen("autrice").get("/me/notifications").json()["items"]) == 2, "it is all there"


@pytest.mark.parametrize("answer", ["451 4.2.1 try later", "550 5.7.1 relaying denied", "452 4.2.2 full"])
def test_what_passes_or_is_about_us_is_tried_again_under_one_id(
    town: Town, author: Caller, postbox: Postbox, deliver: Deliver, clock: StepClock, answer: str
) -> None:
    postbox.answers[ADDRESS] = [answer, answer, "250 OK"]
    hidden(town, author)
    for _ in range(4):
        deliver()
        clock.step(timedelta(minutes=1))
    assert off(author) is None
    assert len(postbox.of(ADDRESS)) == 1


def test_one_address_that_fails_delays_no_other(
    town: Town, author: Caller, postbox: Postbox, deliver: Deliver
) -> None:
    postbox.answers[ADDRESS] = ["451 4.2.1 try later"]
    hidden(town, author)
    deliver()
    assert postbox.of(ADDRESS) == []
    assert len(postbox.of("anne@citoyens.example")) == 1


def test_signing_in_with_a_code_switches_the_address_on_again(
    town: Town, author: Caller, postbox: Postbox, deliver: Deliver
) -> None:
    postbox.answers[ADDRESS] = [GONE]
    hidden(town, author)
    deliver()
    postbox.answers.clear()
    town.anonymous.post("/auth/codes", {"email": ADDRESS})
    (code,) = re.findall(r"^    (\d{6})$", plain(postbox.of(ADDRESS)[0]), re.MULTILINE)
    assert off(author) == "refused", "asking for a code shows nothing"
    assert town.anonymous.post("/auth/sessions", {"email": ADDRESS, "code": code}).status_code == 201
    assert off(author) is None
    hidden(town, author)
    deliver()
    assert len(postbox.of(ADDRESS)) == 2


def noted(services: Services, found: list[Bounce]) -> list[object]:
    return [
        services.work.perform(
            lambda tx, one=one: note_bounce(  # type: ignore[misc]  # a default binds it now
                tx, services.digests, one.identifier, one.address
            )
        )
        for one in found
    ]


@pytest.fixture
def letter(town: Town, author: Caller, postbox: Postbox, deliver: Deliver) -> EmailMessage:
    """A message that was sent to the author."""
    hidden(town, author)
    deliver()
    return postbox.of(ADDRESS)[0]


def test_a_message_that_comes_back_switches_its_address_off(
    author: Caller, letter: EmailMessage, services: Services
) -> None:
    assert noted(services, bounces_in(bounce(letter["Message-ID"], ADDRESS))) == [True]
    assert off(author) == "bounced"


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("delayed", "4.4.1"),
        ("failed", "4.4.7"),
        ("failed", "5.2.2"),
        ("failed", "5.7.1"),
        ("relayed", "2.0.0"),
    ],
)
def test_delays_full_mailboxes_and_policies_switch_nothing_off(
    letter: EmailMessage, action: str, status: str
) -> None:
    assert bounces_in(bounce(letter["Message-ID"], ADDRESS, action=action, status=status)) == []


def test_nobody_switches_off_the_address_of_somebody_else(
    town: Town, author: Caller, letter: EmailMessage, postbox: Postbox, services: Services
) -> None:
    """Who got a message of their own reports that it came back from another's address."""
    own = postbox.of("anne@citoyens.example")[0]
    assert noted(services, bounces_in(bounce(own["Message-ID"], ADDRESS))) == [False]
    letter.replace_header("Message-ID", f"<{'0' * 32}.{'0' * 32}@localhost>")
    assert noted(services, bounces_in(bounce(letter["Message-ID"], ADDRESS))) == [False]
    assert off(author) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Subject: Holidays\n\nI am away.\n",
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b--\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\xff\x00\n--b--\n",
    ],
)
def test_what_is_no_report_says_nothing(content: bytes) -> None:
    assert bounces_in(content) == []


def test_the_whole_message_that_came_back_is_read_for_its_id(letter: EmailMessage) -> None:
    report = bounce(letter["Message-ID"], ADDRESS).replace(b"text/rfc822-headers\n", b"message/rfc822\n")
    assert [one.address for one in bounces_in(report)] == [ADDRESS]


@pytest.mark.parametrize(
    ("kept", "named", "sent"),
    [
        ("zoe@bücher.example", "zoe@xn--bcher-kva.example", BOOKS),
        ("zoe@bücher.example", "zoe@bücher.example", BOOKS),
        ("zoe@bücher.example", "zoe@BU\N{COMBINING DIAERESIS}CHER.example", BOOKS),
        ("zoe@bu\N{COMBINING DIAERESIS}cher.example", "zoe@xn--bcher-kva.example", BOOKS),
        ("zoe@xn--bcher-kva.example", "zoe@bücher.example", BOOKS),
        ("zoe@xn--bcher-kva.example", "Zoe@XN--Bcher-Kva.example", BOOKS),
        ("zoe@faß.example", "zoe@xn--fa-hia.example", BARREL),
        ("zoe@xn--fa-hia.example", "zoe@faß.example", BARREL),
    ],
    ids=ascii,
)
def test_an_international_domain_is_known_in_every_spelling(
    town: Town, postbox: Postbox, deliver: Deliver, services: Services, kept: str, named: str, sent: str
) -> None:
    person = town.sign_in(kept)
    hidden(town, person)
    deliver()
    (letter,) = postbox.of(sent)
    assert noted(services, bounces_in(bounce(letter["Message-ID"], named))).count(True) == 1
    assert off(person) == "bounced"


def test_only_the_account_that_a_message_was_for_is_switched_off(
    town: Town, postbox: Postbox, deliver: Deliver, services: Services
) -> None:
    """Two accounts of one mailbox, which spelt its domain in two ways."""
    one, other = (town.sign_in(f"zoe@{domain}.example") for domain in ("bücher", "xn--bcher-kva"))
    hidden(town, one)
    deliver()
    (letter,) = postbox.of("zoe@xn--bcher-kva.example")
    noted(services, bounces_in(bounce(letter["Message-ID"], "zoe@xn--bcher-kva.example")))
    assert (off(one), off(other)) == ("bounced", None)


@pytest.mark.parametrize(
    "recipient",
    [
        "utf-8;zoé@bücher.example",
        r"utf-8;zo\x{E9}@b\x{FC}cher.example",
        r"UTF-8; ZO\x{C9}@xn--bcher-kva.example",
        "rfc822;zoé@xn--bcher-kva.example",
    ],
)
def test_reports_about_international_addresses_are_read(
    town: Town, services: Services, recipient: str
) -> None:
    """As servers write them that take such addresses (RFC 6533)."""
    address = "zoé@bücher.example"
    person = town.sign_in(address)
    message = f"<{identifier_of(services.digests, UUID(int=7), address)}@localhost>"
    assert noted(services, bounces_in(global_bounce(message, recipient))).count(True) == 1
    assert off(person) == "bounced"


@pytest.mark.parametrize(
    "address",
    [
        "zoe@fass.example",
        "zoe@xn--99999999.example",
        f"zoe@{'ü' * 200}.example",
        "zoe@.example",
        r"zoe\x{110000}@mail.example",
        r"zoe\x{D800}@mail.example",
        r"zoe\x{0dfff}@mail.example",
    ],
    ids=ascii,
)
def test_an_address_without_another_spelling_stays_as_it_is(letter: EmailMessage, address: str) -> None:
    message = letter["Message-ID"]
    for told in (bounce(message, address), global_bounce(message, f"utf-8;{address}")):
        assert [one.address for one in bounces_in(told)] == [address.lower()]
