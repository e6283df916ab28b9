"""Puts messages into a folder as `.eml` files: for development, tests and offline use."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from consultation.application.ports import Mail, MailUnavailable
from consultation.mail.letters import Writer

_INSTANT: Final = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class FileMailer:
    """A `Mailer` whose files bear the instant and an id, so that their names sort by time.

    A file is there completely or not at all. Folder and files are for their owner only: the
    messages hold sign-in codes.
    """

    folder: Path
    writer: Writer

    def send(self, mail: Mail) -> None:
        """Write one message.

        Raises MailUnavailable when the folder cannot be written to, and ValueError when the
        mail's address or subject is unfit.
        """
        letter = self.writer.write(mail)
        name = f"{letter.written_at:{_INSTANT}}-{letter.identifier}"
        partial = self.folder / f".{name}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(letter.message.as_bytes())
            partial.rename(self.folder / f"{name}.eml")
        except OSError as error:
            with suppress(OSError):  # such as the one that brought us here
                partial.unlink(missing_ok=True)
            raise MailUnavailable(f"the mail folder cannot be used: {error.strerror}") from error


def forget_files(folder: Path, until: datetime) -> int:
    """Delete the messages that bear an instant up to this one in their names; how many."""
    last = f"{until.astimezone(UTC):{_INSTANT}}"
    old = [path for path in folder.glob("*.eml") if path.name.partition("-")[0] <= last]
    for path in old:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return len(old)
