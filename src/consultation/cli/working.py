"""`consultation worker`: a worker apart from those that serve."""

import signal
import threading
from typing import TYPE_CHECKING

import click

from consultation.cli.console import remark
from consultation.cli.services import open_services

if TYPE_CHECKING:
    from consultation.application.worker.loop import Worker
    from consultation.bootstrap import Services

_ENDING = (signal.SIGTERM, signal.SIGINT)


@click.command
@click.option(
    "--once",
    is_flag=True,
    help="Carry out what is due now, and end: to be started by the clock.",
)
def worker(*, once: bool) -> None:
    """Carry out what follows from the journals until stopped: webhooks, retention, all that is due.

    Several may run, on one machine or on many: each entry is planned once, each job carried out at
    least once. Run at least one when CONSULTATION_WORKER is `apart`. SIGTERM ends it after the jobs
    under way; a second one at once. Logs go to standard error, one JSON object a line.
    """
    from consultation.bootstrap import make_worker  # noqa: PLC0415 - loads the database's libraries
    from consultation.observability import configure  # noqa: PLC0415 - with the former

    with open_services() as services:
        configure(services.settings.log_level)
        made = make_worker(services, told=hears_others(services))
        if once:
            while made.step():
                pass
            return
        # Waited for in the main thread, which does nothing else: a handler could run in the midst
        # of the very lock that it needs to stop the worker.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        thread = threading.Thread(target=made.run, name="worker", daemon=True)
        have_woken(made, services)
        thread.start()
        click.echo("Working until SIGTERM")
        signal.sigwait(_ENDING)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        remark("Ending after the jobs under way")
        made.stop()
        thread.join()


def hears_others(services: "Services") -> bool:
    """Do other processes notify of what they commit? SQLite knows no such thing: there it looks."""
    return not services.database.is_sqlite


def have_woken(worker: "Worker", services: "Services") -> None:
    """Have a worker look when this process commits something, or another one says that it did."""
    services.bell.attach(worker.wake)
    services.changes.start()
    if hears_others(services):
        services.changes.listen(lambda _debate: worker.wake())
