"""`consultation organisation`: the public bodies that hold consultations."""

from typing import TYPE_CHECKING, Final

import click

from consultation.cli.console import remark, rows
from consultation.cli.failures import Failure
from consultation.cli.services import address_of, open_services, perform

if TYPE_CHECKING:
    from consultation.application.ports import Organisation, Transaction

LOCALES: Final = ("fr", "nl", "de", "en")
_PAGE: Final = 100


@click.group
def organisation() -> None:
    """Set up and list organisations."""


@organisation.command
@click.argument("slug")
@click.argument("name")
@click.option(
    "--time-zone",
    default="Europe/Paris",
    show_default=True,
    metavar="ZONE",
    help="IANA time zone in which its periods are read and shown.",
)
@click.option(
    "--locale",
    type=click.Choice(LOCALES),
    default="fr",
    show_default=True,
    help="Language of its debates and of mail to its people.",
)
@click.option(
    "--administrator",
    metavar="EMAIL",
    help="Address of its first administrator, who may be new to the service.",
)
def create(slug: str, name: str, time_zone: str, locale: str, administrator: str | None) -> None:
    """Set up an organisation.

    SLUG is its part of every address (lower-case letters, digits, single hyphens); NAME is what
    people read.
    """
    from consultation.application.organisations import (  # noqa: PLC0415 - with the database only
        UnfitOrganisation,
        add_organisation,
        give_role,
    )
    from consultation.domain.actors import Role  # noqa: PLC0415 - with the former
    from consultation.domain.decisions import Refused  # noqa: PLC0415 - with the former

    first = None if administrator is None else address_of(administrator)

    def set_up(tx: "Transaction") -> "Organisation | Refused":
        made = add_organisation(tx, slug, name, time_zone, locale)
        if first is not None and not isinstance(made, Refused):
            given = give_role(tx, slug, first, Role.ADMINISTRATOR)
            return given if isinstance(given, Refused) else made
        return made

    with open_services() as services:
        try:
            made = perform(services, set_up)
        except UnfitOrganisation as error:
            raise Failure(f"{error}.") from error
        click.echo(f"{made.slug}\t{services.links.organisation(made.slug)}")
    if first is None:
        remark(f"Next: consultation member add {slug} EMAIL --role administrator")


@organisation.command("list")
def list_() -> None:
    """List the organisations: slug, name, time zone and locale, separated by tabs."""
    from consultation.application.readers import Window  # noqa: PLC0415 - with the database only

    with open_services() as services, services.readers.snapshot() as snapshot:
        window: Window | None = Window(_PAGE)
        found = 0
        while window is not None:
            page = snapshot.organisations(window)
            found += len(page.items)
            rows((o["slug"], o["name"], o["time_zone"], o["locale"]) for o in page.items)
            window = None if page.position is None else Window(_PAGE, page.position)
    if not found:
        remark("There is no organisation yet: consultation organisation create SLUG NAME")
