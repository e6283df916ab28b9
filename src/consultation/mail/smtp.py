"""Hands messages to a mail server (RFC 5321), with TLS and AUTH where they are asked for."""

import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from consultation.application.ports import Mail, MailRefused, MailUnavailable
from consultation.mail.letters import Letter, Writer

_FOR_GOOD: Final = 500
_POLICY: Final = b"5.7."


class Security(Enum):
    """How the connection is protected."""

    NONE = auto()
    STARTTLS = auto()
    """TLS after a greeting in the clear (RFC 3207); never without when the server declines."""
    TLS = auto()
    """TLS from the first byte (RFC 8314)."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a mail server is, and how it wants to be spoken to.

    `tls` is the context for a protected connection; without one, certificates are checked
    against the system's authorities. `timeout` is how many seconds each answer may take.
    """

    host: str
    port: int
    security: Security = Security.NONE
    user: str | None = None
    password: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = None
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A `Mailer` with one connection for each message: sign-in codes are rare and urgent."""

    server: Server
    writer: Writer

    def send(self, mail: Mail) -> None:
        """Hand one message over; when this returns, the server has taken it.

        Raises MailUnavailable when it cannot be reached, is not to be trusted or declines;
        MailRefused when it says for good that there is no such mailbox; and ValueError when the
        mail's address or subject is unfit.
        """
        letter = self.writer.write(mail)
        try:
            self._deliver(letter)
        except (smtplib.SMTPException, OSError) as error:
            # Not chained: what smtplib raises holds the addresses, and tracebacks are logged.
            raise _kind(error)(_reason(error)) from None

    def _deliver(self, letter: Letter) -> None:
        with closing(self._connect()) as connection:
            if self.server.security is Security.STARTTLS:
                connection.starttls(context=self._context())
            if self.server.user is not None:
                connection.login(self.server.user, self.server.password)
            connection.send_message(letter.message, letter.sender, [letter.recipient])
            # The message is theirs now; a failing farewell must not have it sent again.
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()

    def _connect(self) -> smtplib.SMTP:
        host, port, timeout = self.server.host, self.server.port, self.server.timeout
        # Our name in the greeting: asking the system for it may wait for a name server.
        name = self.writer.sender.domain
        if self.server.security is Security.TLS:
            return smtplib.SMTP_SSL(host, port, name, timeout=timeout, context=self._context())
        return smtplib.SMTP(host, port, name, timeout=timeout)

    def _context(self) -> ssl.SSLContext:
        return self.server.tls or ssl.create_default_context()


def _kind(error: Exception) -> type[MailUnavailable]:
    """Does this say of the address that it takes no mail, for good?

    What is refused for policy (5.7.x, RFC 3463) says something of us, and not of the address.
    """
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return MailUnavailable
    answers = error.recipients.values()
    for_good = all(code >= _FOR_GOOD and not bytes(text).startswith(_POLICY) for code, text in answers)
    return MailRefused if for_good else MailUnavailable


def _reason(error: Exception) -> str:
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            codes = ", ".join(str(code) for code, _ in refused.values())
            return f"the mail server refused the recipient: {codes}"
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return f"the mail server refused the user name and password: {code}"
        case smtplib.SMTPResponseException(smtp_code=code):
            return f"the mail server refused the message: {code}"
        case ssl.SSLError():
            return "no trustworthy connection to the mail server: TLS failed"
        case smtplib.SMTPServerDisconnected() | ConnectionError() | TimeoutError():
            return "the mail server cannot be reached, hung up or took too long"
        case smtplib.SMTPNotSupportedError():
            return "the mail server lacks STARTTLS, AUTH or SMTPUTF8, which this message needs"
        case _:
            return f"the mail server cannot be used: {type(error).__name__}"
