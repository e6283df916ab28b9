"""`consultation person`: what a person asks for by letter."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

import click

from consultation.cli.console import remark
from consultation.cli.failures import Failure, accepted
from consultation.cli.services import open_services, perform

if TYPE_CHECKING:
    from consultation.application.ports import Account, Transaction
    from consultation.bootstrap import Services

MODES: Final = ("unsigned", "erase")
FORMATS: Final = ("json", "html")


@click.group
def person() -> None:
    """Hand over what is kept of a person, or erase it, for somebody who asks by letter.

    PERSON is an e-mail address or the id of the person, as `me` and members' lists show it. Make
    sure first that it is that person who asks.
    """


@person.command
@click.argument("person")
@click.option(
    "--mode",
    type=click.Choice(MODES),
    required=True,
    help="unsigned: texts stay, without a name; erase: texts go, tombstones keep their numbers.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(person: str, mode: str, *, yes: bool) -> None:
    """Erase PERSON: account, sessions, names; texts as --mode says; votes stay as counts.

    Cannot be undone. If it is interrupted, run it again, or leave it to the service, which goes
    on within the hour.
    """
    from consultation.domain.erasure import ErasureMode  # noqa: PLC0415 - with the database only

    with open_services() as services:
        account = find_person(services, person)
        if not yes:
            click.confirm(f"Erase {account.name!r}, id {account.uid}, for good?", abort=True, err=True)
        refused = services.eraser.erase(account.key, ErasureMode(mode))
        if refused is not None:
            accepted(refused)
    remark(f"Erased {account.uid}. Backups still hold what they held: see docs/operations.md.")


@person.command
@click.argument("person")
@click.option("--format", "form", type=click.Choice(FORMATS), default="json", show_default=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write to a file instead of standard output.",
)
def archive(person: str, form: str, output: Path | None) -> None:
    """Write everything that is kept of PERSON, in the person's language."""
    from consultation.application.privacy.archives import ArchiveKind  # noqa: PLC0415 - with the database only

    with open_services() as services:
        account = find_person(services, person)
        with services.readers.snapshot() as snapshot:
            kept = snapshot.kept_of(account.key)
            kind, language = ArchiveKind(form), account.locale
            pieces = services.archivist.write(kept, kind, language, services.clock())
            if output is None:
                sys.stdout.buffer.writelines(pieces)
                sys.stdout.buffer.flush()
                return
            with output.open("wb") as file:
                file.writelines(pieces)
    remark(f"Wrote {output}. It holds personal data: hand it to that person and keep no copy.")


def find_person(services: "Services", person: str) -> "Account":
    """A person by address or id. Raises Failure."""
    from consultation.application.people import normal_address  # noqa: PLC0415 - with the database only

    uid: UUID | None = None
    with suppress(ValueError):
        uid = UUID(person)
    address = normal_address(person)

    def find(tx: "Transaction") -> "Account | None":
        if uid is not None:
            return tx.erasing.by_uid(uid)
        return None if address is None else tx.people.by_email(address)

    account = perform(services, find)
    if account is None:
        raise Failure("There is nobody with this address or id.")
    return account
