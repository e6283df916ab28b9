"""`consultation mail`: what comes back of the mail that the service sent."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from consultation.cli.console import remark
from consultation.cli.services import open_services, perform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@click.group
def mail() -> None:
    """Hand in what came back of the mail that the service sent."""


@mail.command
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
def bounces(files: "Sequence[Path]") -> None:
    """Read reports of failed delivery (RFC 3464) and send nothing more to the addresses in them.

    Each FILE is one message, or a folder of them, such as `new` of a Maildir; without any, one message
    is read from standard input, as a mail server hands it to a program. A report counts when it returns
    the header of a message that this service sent to that address, and says that delivery failed for
    good. Prints how many messages were read and how many addresses were switched off.
    """
    from consultation.application.notices.bouncing import note_bounce  # noqa: PLC0415 - with the database
    from consultation.mail.bounces import bounces_in  # noqa: PLC0415 - with the database

    read = switched = 0
    with open_services() as services:
        for content in _contents(files):
            read += 1
            for bounce in bounces_in(content):
                switched += perform(
                    services,
                    lambda tx, one=bounce: note_bounce(  # type: ignore[misc]  # a default binds it now
                        tx, services.digests, one.identifier, one.address
                    ),
                )
    click.echo(f"{read} read, {switched} switched off")
    if not switched:
        remark("None of them says that a message of ours was refused for good.")


def _contents(files: "Sequence[Path]") -> "Iterator[bytes]":
    if not files:
        yield sys.stdin.buffer.read()
    for file in files:
        if file.is_dir():
            yield from (one.read_bytes() for one in sorted(file.iterdir()) if one.is_file())
        else:
            yield file.read_bytes()
