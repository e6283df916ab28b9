"""A worker that kills itself, kill -9, once a message is out and before anybody notes it.

    python -m tests.faults.mortal_postman HOURS

HOURS are what its clock is ahead of the tests' own, at which there is nothing to tell but what a test did:
by the machine's clock, the accounts of a test will one day be warned that nobody uses them. With a second
argument it lives, and ends when nothing is left to do.
"""

import os
import signal
import sys
from datetime import datetime, timedelta

from consultation.application.ports import Mail, Mailer
from consultation.bootstrap import build, make_worker
from consultation.mail import mailer_from_url
from consultation.settings import Settings
from tests.builders import NOW


class Mortal:
    """Hands a message to the mail server, and dies."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    def send(self, mail: Mail) -> None:
        """The last thing it does."""
        self._mailer.send(mail)
        os.kill(os.getpid(), signal.SIGKILL)


def main(hours: int, *, lives: bool) -> None:
    """Work until nothing is left, or until a message is out."""
    settings = Settings()

    def now() -> datetime:
        return NOW + timedelta(hours=hours)

    mailer: Mailer = mailer_from_url(
        settings.mail_url.get_secret_value(), sender=settings.mail_from, clock=now, new_id=lambda: "unused"
    )
    services = build(settings, clock=now, mailer=mailer if lives else Mortal(mailer))
    worker = make_worker(services)
    while worker.step():
        pass
    services.database.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]), lives=len(sys.argv) > 2)
