"""The URL of the settings names the mailer, or says what is wrong with it."""

import ssl
from pathlib import Path

import pytest

from consultation.mail.files import FileMailer
from consultation.mail.smtp import Security, Server, SmtpMailer
from tests.mail.builders import mailer


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 25)),
        ("smtp://mail.example/", Server("mail.example", 25)),
        ("smtp://mail.example:1025", Server("mail.example", 1025)),
        ("smtps://mail.example", Server("mail.example", 465, Security.TLS)),
        ("SMTP+STARTTLS://mail.example", Server("mail.example", 587, Security.STARTTLS)),
        ("smtp://[::1]:25", Server("::1", 25)),
        (
            "smtps://town%40mail:p%3A%2F@mail.example",
            Server("mail.example", 465, Security.TLS, "town@mail", "p:/"),
        ),
    ],
)
def test_a_mail_server(url: str, server: Server) -> None:
    found = mailer(url)
    assert isinstance(found, SmtpMailer)
    assert found.server == server


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///var/mail", "/var/mail"),
        ("file://localhost/var/mail", "/var/mail"),
        ("file:///var/ma%20il%3F", "/var/ma il?"),
    ],
)
def test_a_folder(url: str, folder: str) -> None:
    found = mailer(url)
    assert isinstance(found, FileMailer)
    assert found.folder == Path(folder)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "must begin with"),
        ("mail.example:25", "must begin with"),
        ("http://mail.example", "must begin with"),
        ("smtp://", "host name is missing"),
        ("smtp://:25", "host name is missing"),
        ("smtp:mail.example", "host name is missing"),
        ("smtp://mail.example:mail", "port must be a number"),
        ("smtp://mail.example:70000", "port must be a number"),
        ("smtp://mail.example/box", "takes no path"),
        ("smtp://town:hidden/rest@mail.example", "port must be a number"),
        ("smtp://town:hidden#rest@mail.example", "takes no [?] and no #"),
        ("smtp://mail.example?tls=no", "takes no [?] and no #"),
        ("smtp://town@mail.example", "user name and a password, or neither"),
        ("smtp://town:hïdden@mail.example", "must be ASCII"),
        ("smtp://town:h%C3%AFdden@mail.example", "must be ASCII"),
        ("smtp://[::1", "cannot be read"),
        ("file:", "a folder is named by"),
        ("file:mail", "a folder is named by"),
        ("file:///", "a folder is named by"),
        ("file://elsewhere/mail", "a folder is named by"),
    ],
)
def test_an_unfit_url_is_refused_with_the_reason_and_without_the_password(url: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=rf"^mail URL: .*{complaint}") as caught:
        mailer(url)
    assert "dden" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_an_unfit_sender_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^mail sender: "):
        mailer("smtp://mail.example", sender="Town Hall")


def test_a_password_is_not_shown() -> None:
    assert "hidden" not in repr(mailer("smtp://town:hidden@mail.example"))


def test_a_context_for_tls_is_used() -> None:
    context = ssl.create_default_context()
    found = mailer("smtps://mail.example", tls=context)
    assert isinstance(found, SmtpMailer)
    assert found.server.tls is context
