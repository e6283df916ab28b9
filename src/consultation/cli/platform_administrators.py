"""`consultation platform-administrator`: who may set up organisations."""

from typing import TYPE_CHECKING, Final

import click

from consultation.cli.console import remark, rows
from consultation.cli.failures import Failure
from consultation.cli.services import address_of, open_services, perform

if TYPE_CHECKING:
    from consultation.application.ports import Account

_LOCALE: Final = "fr"


@click.group("platform-administrator")
def platform_administrator() -> None:
    """Name the people who may set up organisations over the interface.

    They name the first administrator of each, and have no other power: they see no drafts and run
    no debate of an organisation, unless it gives them a role as well.
    """


@platform_administrator.command
@click.argument("email")
def add(email: str) -> None:
    """Make the person with the address EMAIL an administrator of the platform.

    Who has never signed in gets an account, and signs in with a code sent to that address.
    Somebody who left while votes of theirs still count signs in again only after the close.
    """
    from consultation.application.platform import (  # noqa: PLC0415 - with the database only
        add_platform_administrator,
    )

    address = address_of(email)
    with open_services() as services:
        _print([perform(services, lambda tx: add_platform_administrator(tx, address, _LOCALE))])


@platform_administrator.command
@click.argument("email")
def remove(email: str) -> None:
    """Take this from the person with the address EMAIL. The last one stays."""
    from consultation.application.platform import (  # noqa: PLC0415 - with the database only
        remove_platform_administrator,
    )

    address = address_of(email)
    with open_services() as services:
        gone = perform(services, lambda tx: remove_platform_administrator(tx, address))
    if gone is None:
        raise Failure(f"{address} is no administrator of the platform.")
    remark(f"{address} is no administrator of the platform any more.")


@platform_administrator.command("list")
def list_() -> None:
    """List the administrators of the platform: name and address, separated by tabs."""
    with open_services() as services:
        found = perform(services, lambda tx: tx.platform.lock())
    _print(found)
    if not found:
        remark("There is none yet: consultation platform-administrator add EMAIL")


def _print(accounts: "list[Account]") -> None:
    rows((one.name, one.email or "") for one in accounts)
