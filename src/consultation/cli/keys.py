"""`consultation key`: the keys with which servers of an organisation call."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

import click

from consultation.cli.console import remark, rows
from consultation.cli.services import find_organisation, open_services, perform

if TYPE_CHECKING:
    from datetime import datetime

    from consultation.application.ports import StoredKey

SCOPES: Final = (
    "debates:read",
    "debates:write",
    "participation:write",
    "moderation",
    "exports",
    "webhooks",
)
_LONGEST_DAYS: Final = 732


@click.group
def key() -> None:
    """Make, list and revoke the keys with which an organisation's servers call."""


@key.command
@click.argument("organisation")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    required=True,
    help="What the key may do; can be given several times.",
)
@click.option(
    "--days",
    type=click.IntRange(1, _LONGEST_DAYS),
    default=365,
    show_default=True,
    help="How long it lives.",
)
def create(organisation: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a key of ORGANISATION for what NAME says, and print its secret.

    The secret is the last word on standard output and is shown this once; only its hash is kept:
    curl -H "Authorization: Bearer SECRET" ...
    """
    from datetime import timedelta  # noqa: PLC0415 - with the database only

    from consultation.application.keys import NewKey, issue_key  # noqa: PLC0415 - with the database only
    from consultation.domain.keys import Scope  # noqa: PLC0415 - with the former

    with open_services() as services:
        body = find_organisation(services, organisation)
        new = NewKey(name, frozenset(map(Scope, scopes)), services.clock() + timedelta(days=days))
        issued = perform(services, lambda tx: issue_key(tx, services.digests, body, new))
    made = issued.key
    remark(
        f"Key {made.uid} until {made.life.expires_at:%Y-%m-%d %H:%M} UTC. Whoever has this secret acts as "
        f"a server of {body.name}: keep it out of files and logs."
    )
    click.echo(issued.token)


@key.command("list")
@click.argument("organisation")
def list_(organisation: str) -> None:
    """List the keys of ORGANISATION: id, beginning, name, scopes, state, last use, separated by tabs."""
    with open_services() as services:
        body = find_organisation(services, organisation)
        keys = perform(services, lambda tx: tx.keys.of(body.key))
        now = services.clock()
    rows(
        (str(one.uid), one.hint, one.name, ",".join(sorted(one.scopes)), _state(one, now), _use(one))
        for one in keys
    )
    if not keys:
        remark(f"There is no key yet: consultation key create {organisation} NAME --scope SCOPE")


@key.command
@click.argument("organisation")
@click.argument("key_id", metavar="KEY", type=click.UUID)
def revoke(organisation: str, key_id: UUID) -> None:
    """Revoke the key of ORGANISATION with the id KEY: none of its secrets works from here on."""
    from consultation.application.keys import end_key  # noqa: PLC0415 - with the database only

    with open_services() as services:
        body = find_organisation(services, organisation)
        ended = perform(services, lambda tx: end_key(tx, body, key_id))
    click.echo(f"{ended.uid}\trevoked")


def _state(stored: "StoredKey", now: "datetime") -> str:
    life = stored.life
    if life.revoked_at is not None:
        return "revoked"
    end = f"{life.expires_at:%Y-%m-%d}"
    return f"until {end}" if life.is_usable(now) else f"expired {end}"


def _use(stored: "StoredKey") -> str:
    return "never used" if stored.used_at is None else f"used {stored.used_at:%Y-%m-%d %H:%M}"
