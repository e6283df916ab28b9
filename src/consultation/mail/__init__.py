"""Sends messages: the mailer that a URL names, and the messages of the service."""

import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from consultation.application.ports import Clock, Mailer
from consultation.mail.files import FileMailer, forget_files
from consultation.mail.letters import Writer, mailbox_of_sender
from consultation.mail.smtp import Security, Server, SmtpMailer

_SMTP: Final = {
    "smtp": (Security.NONE, 25),
    "smtp+starttls": (Security.STARTTLS, 587),
    "smtps": (Security.TLS, 465),
}
"""The schemes for mail servers, with their usual ports."""


def mailer_from_url(
    url: str,
    sender: str,
    *,
    clock: Clock,
    new_id: Callable[[], str],
    tls: ssl.SSLContext | None = None,
) -> Mailer:
    """The mailer that a URL names, sending as `address` or `Name <address>`.

    `smtp://user:password@host:port`, `smtp+starttls://…` and `smtps://…` hand messages to a
    mail server; user and password are optional and percent-encoded. `file:///folder` writes
    them into a folder. `new_id` gives a new unique ASCII word, such as a UUID, for each message.
    `tls` replaces the system's authorities. Raises ValueError, in whose text no password
    stands, when the URL or the sender is unfit.
    """
    try:
        writer = Writer(mailbox_of_sender(sender), clock, new_id)
    except ValueError as error:
        raise ValueError(f"mail sender: {error}") from None
    try:
        parts = urlsplit(url)
    except ValueError:  # its text may hold the password
        raise ValueError("mail URL: it cannot be read; is everything percent-encoded?") from None
    if parts.query or parts.fragment:
        raise ValueError("mail URL: it takes no ? and no #; in a password they are %3F and %23")
    if parts.scheme == "file":
        return FileMailer(_folder(parts), writer)
    if parts.scheme in _SMTP:
        return SmtpMailer(_server(parts, tls), writer)
    raise ValueError("mail URL: it must begin with smtp://, smtp+starttls://, smtps:// or file:///")


def forget_mail(url: str, until: datetime) -> int:
    """Delete the messages written by an instant into the folder that a URL names; how many.

    What was handed to a mail server is not ours to delete.
    """
    parts = urlsplit(url)
    if parts.scheme != "file":
        return 0
    return forget_files(_folder(parts), until)


def _folder(parts: SplitResult) -> Path:
    if parts.netloc not in {"", "localhost"} or not parts.path.startswith("/") or parts.path == "/":
        raise ValueError("mail URL: a folder is named by file:/// and its path from the root")
    return Path(unquote(parts.path))


def _server(parts: SplitResult, tls: ssl.SSLContext | None) -> Server:
    security, usual_port = _SMTP[parts.scheme]
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("mail URL: the port must be a number up to 65535") from None
    if not host:
        raise ValueError("mail URL: the mail server's host name is missing")
    if parts.path not in {"", "/"}:
        raise ValueError("mail URL: a mail server takes no path; in a password / is %2F")
    if (parts.username is None) != (parts.password is None):
        raise ValueError("mail URL: it takes a user name and a password, or neither")
    user = None if parts.username is None else unquote(parts.username)
    password = unquote(parts.password or "")
    if not f"{user}{password}".isascii():
        raise ValueError("mail URL: user name and password must be ASCII, as SMTP's AUTH is")
    return Server(host, port or usual_port, security, user, password, tls)
