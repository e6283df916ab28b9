"""`consultation session`: signing somebody in or out, from the machine that runs the service."""

from typing import Final

import click

from consultation.cli.console import remark
from consultation.cli.persons import find_person
from consultation.cli.services import address_of, open_services, perform

_LOCALE: Final = "fr"


@click.group
def session() -> None:
    """Open and end sessions."""


@session.command
@click.argument("email")
def create(email: str) -> None:
    """Open a session for the person with the address EMAIL and print its bearer token.

    Meant for operators: scripts, first steps, support. The account is made when there is none, but
    not while votes count that somebody left who had the account of this address erased.
    The token is the last word on standard output, is shown this once, and lasts as long as any session:
    curl -H "Authorization: Bearer TOKEN" ...
    """
    from consultation.application.people import open_account, open_session  # noqa: PLC0415 - with the database only
    from consultation.application.ports import SignInMethod  # noqa: PLC0415 - with the database only

    address = address_of(email)
    with open_services() as services:
        person, is_new = perform(services, lambda tx: open_account(tx, services.digests, address, _LOCALE))
        opened = perform(
            services,
            lambda tx: open_session(
                tx, services.digests, person, services.session_rules, SignInMethod.OPERATOR
            ),
        )
    if is_new:
        remark(f"Made an account for {address}, named {person.name!r}.")
    remark(
        f"A session of {person.name!r} until {opened.expires_at:%Y-%m-%d %H:%M} UTC. Whoever has this "
        "token acts as that person: keep it out of files and logs."
    )
    click.echo(opened.token)


@session.command
@click.argument("person")
def end(person: str) -> None:
    """End all sessions of PERSON at once: the token was stolen, the telephone lost.

    PERSON is an e-mail address or the id of the person. The account stays, and they sign in again
    as before. Keys that they made for servers stay too: `consultation key revoke` ends those.
    """
    from consultation.application.sessions import end_all_sessions  # noqa: PLC0415 - with the database only

    with open_services() as services:
        account = find_person(services, person)
        ended = perform(services, lambda tx: end_all_sessions(tx, account))
    remark(f"Sessions of {account.name!r} that ended: {ended}.")
