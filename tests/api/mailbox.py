"""Reading the mail that the service wrote into its folder."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from consultation.settings import Settings
from tests.api.worlds import World


def folder_of(settings: Settings) -> Path:
    """The folder of the mail URL."""
    return Path(unquote(urlsplit(settings.mail_url.get_secret_value()).path))


def letters(world: World, address: str) -> list[EmailMessage]:
    """The messages to an address, oldest first."""
    for path in folder_of(world.settings).glob("*.eml"):
        if path not in world.mail:
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(letter, EmailMessage)
            world.mail[path] = letter
    return [letter for _, letter in sorted(world.mail.items()) if letter["To"] == address]


def text_of(letter: EmailMessage) -> str:
    """The plain text of a message."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def code_in(letter: EmailMessage) -> str:
    """The six digits of a sign-in code."""
    found = re.findall(r"\b\d{6}\b", text_of(letter))
    assert len(found) == 1, found
    return str(found[0])


def token_in(letter: EmailMessage) -> str:
    """The code of an invitation, alone on its line."""
    found = re.findall(r"^    ([A-Za-z0-9_-]{40,})\r?$", text_of(letter), re.MULTILINE)
    assert len(found) == 1, found
    return str(found[0])


def ask_for_code(world: World, address: str) -> str:
    """Ask for a code and read it from the mail."""
    answer = world.process.anonymous.post("/auth/codes", {"email": address})
    assert answer.status_code == 202, answer.text
    return code_in(letters(world, address)[-1])
