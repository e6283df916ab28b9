"""A real mail server that collects what the service sends, and reads it as people do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.mail.servers import HOST, listening


@dataclass
class Postbox:
    """A handler of aiosmtpd that sorts what it takes by recipient, and answers as it is told."""

    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    """What is said to each next RCPT of an address, for the last time at last; else it is taken."""

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds its hooks by the command's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answers = self.answers.get(address)
        answer = "250 OK"
        if answers:
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds its hooks by the command's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.taken += [(address, letter) for address in envelope.rcpt_tos]
        return "250 OK"

    def of(self, address: str) -> list[EmailMessage]:
        """The letters in one mailbox, oldest first."""
        return [letter for to, letter in self.taken if to == address]

    def subjects(self, address: str) -> list[str]:
        return [str(letter["Subject"]) for letter in self.of(address)]


@contextmanager
def collecting() -> Iterator[Postbox]:
    """A running server with a postbox behind it."""
    postbox = Postbox()
    with listening(lambda loop: SMTP(postbox, loop=loop, hostname="mail.test")) as port:
        postbox.port = port
        yield postbox


def plain(letter: EmailMessage) -> str:
    """The plain text, which comes first."""
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def link_in(letter: EmailMessage, part: str) -> str:
    """The path, after the interface's, of the one link with this part, alone on its line."""
    found = re.findall(rf"^http://testserver(?:/api/v1)?(/\S*{part}\S*)$", plain(letter), re.MULTILINE)
    assert len(found) == 1, found
    return str(found[0])
