"""Nothing that a person types as address or subject reaches the headers as anything else."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.mail.letters import Letter, Writer, mailbox, mailbox_of_sender
from tests.mail.builders import NOW, mail

WRITER = Writer(mailbox("from@consultation.example"), lambda: NOW, lambda: "id")
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Language",
    "Auto-Submitted",
]


def headers(letter: Letter) -> dict[str, str]:
    """The headers as whoever receives the letter reads them."""
    message = message_from_bytes(letter.message.as_bytes(), policy=default)
    return {name: str(value) for name, value in message.items()}


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "camille",
        "camille@",
        "@mail.example",
        "a@b@mail.example",
        ".camille@mail.example",
        "camille.@mail.example",
        "ca..mille@mail.example",
        "ca mille@mail.example",
        "camille@mail example",
        "camille@-mail.example",
        "camille@mail..example",
        "camille@mail.example.",
        "camille@[127.0.0.1]",
        "camille@mail.example, other@mail.example",
        "Camille <camille@mail.example>",
        '"camille"@mail.example',
        "camille@mail.example\n",
        "camille@mail.example\r\nBcc: other@mail.example",
        "camille\r\nRCPT TO:<other@mail.example>@mail.example",
        "camille\x00@mail.example",
        "camille\u2028@mail.example",
        "=?utf-8?q?=0D=0ABcc?=@mail.example",
        "camille\ud800@mail.example",
        "camille@mail\ud800.example",
        f"{'c' * 65}@mail.example",
        f"{'é' * 33}@mail.example",
        f"camille@{'m' * 64}.example",
        f"camille@{'mail.' * 50}example",
        f"camille@{'ü' * 1_000_000}.example",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(ValueError, match=r"^not an e-mail address") as caught:
        WRITER.write(mail(to=address))
    assert "mail.example" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("Camille.Tag+debat@Mail.Example", "Camille.Tag+debat@mail.example"),
        ("o'hara/{x}~!#$%&*=^?_`|@mail.example", "o'hara/{x}~!#$%&*=^?_`|@mail.example"),
        ("camille@localhost", "camille@localhost"),
        ("camille@BÜCHER.example", "camille@xn--bcher-kva.example"),
        ("camille@bu\N{COMBINING DIAERESIS}cher.example", "camille@xn--bcher-kva.example"),
        ("camille@xn--bcher-kva.example", "camille@xn--bcher-kva.example"),
        ("zoé@mail.example", "zoé@mail.example"),
        ("camille@faß.example", "camille@xn--fa-hia.example"),
        ("camille@Fass.example", "camille@fass.example"),
    ],
)
def test_an_address_is_sent_to_as_it_is_with_its_domain_in_ascii(address: str, sent: str) -> None:
    letter = WRITER.write(mail(to=address))
    assert letter.recipient == sent
    assert headers(letter)["To"] == sent


@pytest.mark.parametrize(
    "subject",
    [
        "a\nBcc: other@mail.example",
        "a\rb",
        "a\r\n\r\nbody",
        "a\x00b",
        "a\x85b",
        "a\u2028b",
        "a\ud800",
        "=?utf-8?q?a=0D=0ABcc?=",
    ],
)
def test_a_subject_with_a_line_break_is_refused(subject: str) -> None:
    """Also one in the encoding of RFC 2047, which Python before 3.11.10 wrote out decoded."""
    with pytest.raises(ValueError, match=r"^a subject may not contain"):
        WRITER.write(mail(subject=subject))


@given(to=st.text() | st.emails(), subject=st.text())
def test_whatever_is_typed_there_is_one_recipient_and_no_new_header(to: str, subject: str) -> None:
    try:
        letter = WRITER.write(mail(to=to, subject=subject, text="Bonjour\n"))
    except ValueError:
        return
    assert sorted(headers(letter)) == sorted(HEADERS)
    assert letter.recipient.count("@") == 1
    assert not set(letter.recipient) & set("\r\n <>,;")
    assert letter.message.as_bytes().partition(b"\r\n\r\n")[2] == b"Bonjour\r\n"


SPACED = ["Le débat «\u202fQuelle place pour les arbres ?\u202f» ferme bientôt", "« Où ? » " * 30 + "fin"]


@pytest.mark.parametrize("subject", ["é" * 500, "mot " * 200, "m" * 2_000, "« à » : ok ?", "", *SPACED])
def test_a_long_or_odd_subject_arrives_as_written(subject: str) -> None:
    octets = WRITER.write(mail(subject=subject)).message.as_bytes()
    assert message_from_bytes(octets, policy=default)["Subject"] == subject
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("from@town.example", "", "from@town.example"),
        ("Town <from@town.example>", "Town", "from@town.example"),
        ('"Town, Hall" <from@town.example>', "Town, Hall", "from@town.example"),
        ("Liège <from@liège.example>", "Liège", "from@xn--lige-6oa.example"),
    ],
)
def test_a_sender_is_an_address_with_or_without_a_name(sender: str, name: str, address: str) -> None:
    box = mailbox_of_sender(sender)
    assert (box.display_name, box.addr_spec) == (name, address)


@pytest.mark.parametrize("sender", ["", "Town", "Town <>", "a@b.example, c@d.example", "T\x01 <a@b.example>"])
def test_a_sender_that_is_no_mailbox_is_refused(sender: str) -> None:
    with pytest.raises(ValueError, match=r"not an e-mail address|may not contain"):
        mailbox_of_sender(sender)
