"""`consultation jobs`: what the worker has given up."""

from typing import TYPE_CHECKING, Final

import click

from consultation.cli.console import remark, rows
from consultation.cli.failures import ExitCode, Failure
from consultation.cli.services import open_services, perform

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from consultation.application.ports import Transaction

_AT_ONCE: Final = 500


@click.group
def jobs() -> None:
    """Look at jobs that the worker has given up, and have them tried again."""


@jobs.command
def dead() -> None:
    """List dead letters, the newest first: id, kind, planned when, attempts, failure, separated by tabs."""
    with open_services() as services:
        letters = perform(services, lambda tx: tx.jobs.dead(None, _AT_ONCE))
    rows(
        (str(one.uid), one.kind, f"{one.created_at:%Y-%m-%d %H:%M}", str(one.attempts), one.error)
        for one in letters
    )
    if not letters:
        remark("The worker has given nothing up.")


@jobs.command
@click.argument("ids", metavar="[ID]...", type=click.UUID, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead letter.")
def replay(ids: "Sequence[UUID]", *, everything: bool) -> None:
    """Make dead letters due again, their attempts counted anew. Prints how many.

    Under the id that each had from the beginning, by which receivers drop what they have already.
    """
    if bool(ids) == everything:
        raise Failure("Name dead letters by their ids, or say --all.", ExitCode.USAGE)

    def reviving(tx: "Transaction") -> int:
        wanted = ids or [one.uid for one in tx.jobs.dead(None, _AT_ONCE)]
        return sum(tx.jobs.revive(uid, tx.now()) for uid in wanted)

    with open_services() as services:
        revived = perform(services, reviving)
        if everything:
            while more := perform(services, reviving):
                revived += more
    click.echo(f"{revived} to be tried again")
    if not everything and revived < len(set(ids)):
        raise Failure("Some of these are no dead letters.", ExitCode.REFUSED)
