"""`consultation member`: who may do what for an organisation."""

from typing import TYPE_CHECKING, Final

import click

from consultation.cli.console import remark, rows
from consultation.cli.services import address_of, find_organisation, open_services, perform

if TYPE_CHECKING:
    from consultation.application.ports import Member

ROLES: Final = ("moderator", "organiser", "administrator")


@click.group
def member() -> None:
    """Give roles to people, and list who has which."""


@member.command
@click.argument("organisation")
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    required=True,
    help="moderator: closes a consultation; organiser: runs debates; administrator: also members.",
)
def add(organisation: str, email: str, role: str) -> None:
    """Give a role in ORGANISATION to the person with the address EMAIL.

    A person can have several roles. Who has never signed in gets an account, and signs in with
    a code sent to that address. Somebody who left while votes of theirs still count in an open
    debate signs in again only after its close: until then the role waits.
    """
    from consultation.application.organisations import give_role  # noqa: PLC0415 - with the database only
    from consultation.domain.actors import Role  # noqa: PLC0415 - with the former

    address = address_of(email)
    with open_services() as services:
        _print([perform(services, lambda tx: give_role(tx, organisation, address, Role(role)))])


@member.command("list")
@click.argument("organisation")
def list_(organisation: str) -> None:
    """List the members of ORGANISATION: name, address and roles, separated by tabs."""
    with open_services() as services:
        body = find_organisation(services, organisation)
        members = perform(services, lambda tx: tx.organisations.members(body.key))
    _print(members)
    if not members:
        remark(f"Nobody has a role yet: consultation member add {organisation} EMAIL --role administrator")


def _print(members: "list[Member]") -> None:
    rows((one.person.name, one.person.email or "", ",".join(sorted(one.roles))) for one in members)
