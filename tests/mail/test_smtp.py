"""Messages arrive at a real server, or the caller learns that they did not."""

import shutil
import socket
import ssl
import subprocess
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from consultation.application.ports import MailUnavailable
from consultation.mail.letters import Writer, mailbox
from consultation.mail.smtp import Server, SmtpMailer
from tests.mail.builders import NOW, mail, mailer
from tests.mail.servers import HOST, HangsUpOnQuit, Recorder, RefusesToQuit, Says, listening


def received(recorder: Recorder) -> EmailMessage:
    """The one message that the server took."""
    (envelope,) = recorder.envelopes
    assert envelope.original_content is not None
    message = message_from_bytes(envelope.original_content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def content(message: EmailMessage) -> str:
    """The text with the line ends that it had before it travelled."""
    text = message.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def test_a_message_arrives_with_its_headers_and_text() -> None:
    recorder = Recorder()
    with listening(recorder.speaks()) as port:
        mailer(f"smtp://{HOST}:{port}").send(mail(subject="Élèves « à Liège »", text="Été\n"))
    message = received(recorder)
    assert recorder.envelopes[0].mail_from == "ne-pas-repondre@consultation.example"
    assert recorder.envelopes[0].rcpt_tos == ["camille@mail.example"]
    assert message["From"] == "Ville d’Exemple <ne-pas-repondre@consultation.example>"
    assert message["To"] == "camille@mail.example"
    assert message["Subject"] == "Élèves « à Liège »"
    assert message["Date"] == "Sun, 15 Feb 2015 22:59:00 +0000"
    assert message["Message-ID"] == "<id-0001@consultation.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert message.get_content_type() == "text/plain"
    assert content(message) == "Été\n"


def test_a_message_is_seven_bits_clean_with_short_lines() -> None:
    recorder = Recorder()
    with listening(recorder.speaks()) as port:
        mailer(f"smtp://{HOST}:{port}").send(mail(text="é" * 5_000, html="<p>" + "ü" * 5_000))
    octets = recorder.envelopes[0].original_content
    assert octets is not None
    assert octets.isascii()
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998
    assert octets.count(b"\n") == octets.count(b"\r\n")


def test_the_plain_text_comes_before_the_html() -> None:
    recorder = Recorder()
    with listening(recorder.speaks()) as port:
        mailer(f"smtp://{HOST}:{port}").send(mail(text="Bonjour\n", html="<p>Bonjour</p>\n"))
    message = received(recorder)
    assert message.get_content_type() == "multipart/alternative"
    parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [content(part) for part in parts] == ["Bonjour\n", "<p>Bonjour</p>\n"]


def test_a_line_with_a_single_dot_survives() -> None:
    recorder = Recorder()
    with listening(recorder.speaks()) as port:
        mailer(f"smtp://{HOST}:{port}").send(mail(text="avant\n.\naprès\n"))
    assert content(received(recorder)) == "avant\n.\naprès\n"


def test_each_message_has_its_own_id() -> None:
    recorder = Recorder()
    with listening(recorder.speaks()) as port:
        sender = mailer(f"smtp://{HOST}:{port}")
        sender.send(mail())
        sender.send(mail())
    messages = [envelope.original_content or b"" for envelope in recorder.envelopes]
    assert [message_from_bytes(octets)["Message-ID"] for octets in messages] == [
        "<id-0001@consultation.example>",
        "<id-0002@consultation.example>",
    ]


def test_an_international_domain_travels_in_ascii() -> None:
    recorder = Recorder()
    with listening(recorder.speaks(enable_SMTPUTF8=False)) as port:
        mailer(f"smtp://{HOST}:{port}").send(mail(to="camille@Bücher.example"))
    assert recorder.envelopes[0].rcpt_tos == ["camille@xn--bcher-kva.example"]


def test_an_international_address_needs_a_server_that_takes_it() -> None:
    recorder = Recorder()
    with listening(recorder.speaks(enable_SMTPUTF8=True)) as port:
        mailer(f"smtp://{HOST}:{port}").send(mail(to="zoé@bücher.example"))
    assert recorder.envelopes[0].rcpt_tos == ["zoé@xn--bcher-kva.example"]
    assert received(recorder)["To"] == "zoé@xn--bcher-kva.example"

    modest = Recorder()
    with listening(modest.speaks(enable_SMTPUTF8=False)) as port, pytest.raises(MailUnavailable):
        mailer(f"smtp://{HOST}:{port}").send(mail(to="zoé@bücher.example"))
    assert modest.envelopes == []


def test_a_user_name_and_password_with_special_characters_are_sent() -> None:
    recorder = Recorder(user="town@mail", password="p:/?#@%")
    protocol = recorder.speaks(authenticator=recorder.authenticate, auth_require_tls=False)
    with listening(protocol) as port:
        mailer(f"smtp://town%40mail:p%3A%2F%3F%23%40%25@{HOST}:{port}").send(mail())
    assert recorder.users == [b"town@mail"]
    assert len(recorder.envelopes) == 1


def test_a_wrong_password_is_unavailable_and_not_told() -> None:
    recorder = Recorder()
    protocol = recorder.speaks(authenticator=recorder.authenticate, auth_require_tls=False)
    with listening(protocol) as port, pytest.raises(MailUnavailable) as caught:
        mailer(f"smtp://sender:guessed@{HOST}:{port}").send(mail())
    assert "535" in str(caught.value)
    assert "guessed" not in str(caught.value)
    assert recorder.envelopes == []


@pytest.mark.parametrize("code", [450, 452, 550, 551])
def test_a_refused_recipient_is_unavailable_and_not_named(code: int) -> None:
    recorder = Recorder(recipient_answer=f"{code} camille@mail.example is not here")
    with listening(recorder.speaks()) as port, pytest.raises(MailUnavailable) as caught:
        mailer(f"smtp://{HOST}:{port}").send(mail())
    assert str(code) in str(caught.value)
    assert "camille" not in str(caught.value)
    # Nor does a logged traceback show it: the cause is cut off.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("code", [421, 451, 552, 554])
def test_a_refused_message_is_unavailable(code: int) -> None:
    recorder = Recorder(data_answer=f"{code} not this one for camille@mail.example")
    with listening(recorder.speaks()) as port, pytest.raises(MailUnavailable) as caught:
        mailer(f"smtp://{HOST}:{port}").send(mail())
    assert str(code) in str(caught.value)
    assert "camille" not in str(caught.value)


@pytest.mark.parametrize("protocol", [HangsUpOnQuit, RefusesToQuit])
def test_a_message_that_was_taken_is_sent_whatever_follows(protocol: type[HangsUpOnQuit]) -> None:
    recorder = Recorder()
    with listening(recorder.speaks(protocol)) as port:
        mailer(f"smtp://{HOST}:{port}").send(mail())
    assert len(recorder.envelopes) == 1


@pytest.mark.parametrize("greeting", [b"", b"220 mail.test\r\n", b"421 too busy\r\n", b"what?\r\n"])
def test_a_server_that_hangs_up_is_unavailable(greeting: bytes) -> None:
    with listening(lambda _: Says(greeting, hang_up=True)) as port, pytest.raises(MailUnavailable):
        mailer(f"smtp://{HOST}:{port}").send(mail())


def test_a_server_that_stays_silent_is_given_up() -> None:
    writer = Writer(mailbox("from@consultation.example"), lambda: NOW, lambda: "id")
    with listening(lambda _: Says(b"", hang_up=False)) as port:
        silent = SmtpMailer(Server(HOST, port, timeout=0.1), writer)
        with pytest.raises(MailUnavailable, match="too long"):
            silent.send(mail())


def test_no_server_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind((HOST, 0))  # taken but not listening: connections are refused
        with pytest.raises(MailUnavailable, match="cannot be reached"):
            mailer(f"smtp://{HOST}:{unused.getsockname()[1]}").send(mail())


def test_an_unknown_host_is_unavailable() -> None:
    with pytest.raises(MailUnavailable, match="gaierror"):
        mailer("smtp://nowhere.invalid").send(mail())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine that it signed itself, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which makes the test's certificate, is not installed")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=mail.test", "-addext", f"subjectAltName=IP:{HOST}"]
    command += ["-out", str(certificate), "-keyout", str(key)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def server_tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


def test_starttls_protects_password_and_message(server_tls: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    recorder = Recorder()
    protocol = recorder.speaks(
        tls_context=server_tls,
        require_starttls=True,
        authenticator=recorder.authenticate,
        auth_required=True,
    )
    with listening(protocol) as port:
        mailer(f"smtp+starttls://sender:secret@{HOST}:{port}", tls=trusting).send(mail())
    assert recorder.users == [b"sender"]
    assert recorder.encrypted == [True]


def test_tls_from_the_first_byte(server_tls: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    recorder = Recorder()
    with listening(recorder.speaks(), tls=server_tls) as port:
        mailer(f"smtps://{HOST}:{port}", tls=trusting).send(mail())
    assert len(recorder.envelopes) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(server_tls: ssl.SSLContext) -> None:
    recorder = Recorder()
    with (
        listening(recorder.speaks(tls_context=server_tls)) as port,
        pytest.raises(MailUnavailable, match="TLS failed"),
    ):
        mailer(f"smtp+starttls://{HOST}:{port}").send(mail())
    with (
        listening(recorder.speaks(), tls=server_tls) as port,
        pytest.raises(MailUnavailable, match="TLS failed"),
    ):
        mailer(f"smtps://{HOST}:{port}").send(mail())
    assert recorder.envelopes == []


def test_a_server_without_starttls_gets_nothing_in_the_clear() -> None:
    recorder = Recorder()
    with listening(recorder.speaks()) as port, pytest.raises(MailUnavailable, match="STARTTLS"):
        mailer(f"smtp+starttls://sender:secret@{HOST}:{port}").send(mail())
    assert recorder.users == []
    assert recorder.envelopes == []


def test_tls_with_a_server_that_does_not_speak_it_is_unavailable() -> None:
    with listening(Recorder().speaks()) as port, pytest.raises(MailUnavailable, match="TLS failed"):
        mailer(f"smtps://{HOST}:{port}").send(mail())
