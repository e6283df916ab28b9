"""From a `Mail` to the Internet message (RFC 5322) that leaves, with nothing smuggled in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import getaddresses
from typing import Final

from consultation.application.ports import Clock, Mail
from consultation.mail.domains import in_ascii

# The dot-string of RFC 5321, 4.1.2, with the characters that RFC 6531 adds. Quoted local parts
# are refused: nobody has one who is not testing us.
_ATOM: Final = r"[^\s\x00-\x1f\x7f-\x9f\"(),.:;<>@\[\\\]\ud800-\udfff]+"
_LOCAL_PART: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
# "=?" begins an encoded word (RFC 2047), which some Pythons decode into a bare line break.
_BREAKS_A_HEADER: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|=\?")

_LONGEST_LOCAL_PART: Final = 64


def mailbox(address: str, name: str = "") -> Address:
    """An address fit for header and envelope, its domain in ASCII (RFC 5890).

    Raises ValueError, in whose text the address does not stand, when it is none, or when its
    international domain would not survive the way to ASCII and back: the mail would reach
    somebody else.
    """
    local, _, domain = address.rpartition("@")
    fits = _LOCAL_PART.fullmatch(local) and not _BREAKS_A_HEADER.search(local)
    if not fits or len(local.encode()) > _LONGEST_LOCAL_PART:
        raise ValueError("not an e-mail address: something is wrong before the @")
    ascii_domain = in_ascii(domain)
    if ascii_domain is None:
        raise ValueError("not an e-mail address: something is wrong after the @")
    if _BREAKS_A_HEADER.search(name):
        raise ValueError("a name may not contain control characters or encoded words")
    return Address(name, local, ascii_domain)


def mailbox_of_sender(sender: str) -> Address:
    """The mailbox of `address` or `Name <address>`. Raises ValueError as `mailbox`."""
    (name, address), *others = getaddresses([sender]) or [("", "")]
    return mailbox("" if others else address, name)


def _set_subject(message: EmailMessage, subject: str) -> None:
    """Set the subject as it is.

    The library that folds headers drops spaces between encoded words of some subjects (`arbres ?` and a
    narrow space behind it), so what is not ASCII is encoded and folded before.
    """
    if subject.isascii():
        message["Subject"] = subject
    else:
        message.set_raw("Subject", Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n"))


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to leave, with what its envelope says."""

    identifier: str
    written_at: datetime
    sender: str
    recipient: str
    message: EmailMessage


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes letters from one sender; `new_id` gives a new unique ASCII word for each."""

    sender: Address
    clock: Clock
    new_id: Callable[[], str]

    def write(self, mail: Mail) -> Letter:
        """The letter of a mail. Raises ValueError when its address or its subject is unfit."""
        recipient = mailbox(mail.to)
        if _BREAKS_A_HEADER.search(mail.subject):
            raise ValueError("a subject may not contain control characters or encoded words")
        now, identifier = self.clock(), mail.identifier or self.new_id()
        international = not (self.sender.addr_spec + recipient.addr_spec).isascii()
        message = EmailMessage(policy=SMTPUTF8 if international else SMTP)
        message["From"] = self.sender
        message["To"] = recipient
        _set_subject(message, mail.subject)
        message["Date"] = now
        message["Message-ID"] = f"<{identifier}@{self.sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in return
        if mail.list_id is not None:
            message["List-Id"] = f"<{mail.list_id}>"
        if mail.unsubscribe is not None:
            message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        # Quoted-printable passes servers that take seven bits only.
        message.set_content(mail.text, cte="quoted-printable")
        if mail.html is not None:
            message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        message["Content-Language"] = mail.language  # last: setting contents drops such headers
        return Letter(identifier, now, self.sender.addr_spec, recipient.addr_spec, message)
