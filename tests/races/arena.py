"""People and debates for the races, made through the real commands."""

from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from pydantic import SecretStr

from consultation.application.organisations import add_organisation, give_role
from consultation.application.people import add_account, open_session
from consultation.application.ports import Transaction
from consultation.bootstrap import Services, build
from consultation.domain.actors import Role
from consultation.settings import Settings
from tests.races.servers import PUBLIC_URL
from tests.races.wire import Reply, Wire

ORGANISATION: Final = "ville-exemple"


@dataclass(frozen=True)
class Arena:
    """An organisation with staff, and a crowd that is signed in.

    `services` work on the same database as the servers, from this process.
    """

    services: Services
    organiser: str
    administrator: str
    crowd: list[str]
    _titles: "count[int]"

    def open_debate(self, address: str, **changes: Any) -> str:
        """The id of a new debate, open for centuries."""
        draft = {
            "title": f"Quelle place pour les arbres ? {next(self._titles)}",
            "description": "Dites-nous où planter.",
            "opens_at": "2020-01-01T00:00:00Z",
            "closes_at": "2500-01-01T00:00:00Z",
        } | changes
        with Wire(address, self.organiser) as wire:
            made = created(wire.post(f"/organisations/{ORGANISATION}/debates", draft))
            uid = str(made.json()["id"])
            created(wire.post(f"/debates/{uid}/publication"))
        return uid

    def close(self) -> None:
        """Give back the connections of this process."""
        self.services.database.dispose()


def created(reply: Reply) -> Reply:
    assert reply.status == 201, reply.body
    return reply


def make_arena(database_url: str, people: int) -> Arena:
    """Found the organisation and sign in a crowd, in one transaction."""
    settings = Settings(
        database_url=SecretStr(database_url),
        public_url=PUBLIC_URL,
        mail_url=SecretStr("file:///nowhere"),
        rate_limits=10_000,
    )
    services = build(settings)

    def found(tx: Transaction) -> list[str]:
        add_organisation(tx, ORGANISATION, "Ville d'Exemple", "Europe/Paris", "fr")
        for role in (Role.ORGANISER, Role.ADMINISTRATOR):
            give_role(tx, ORGANISATION, f"{role.value}@ville.example", role)
        addresses = [f"{role.value}@ville.example" for role in (Role.ORGANISER, Role.ADMINISTRATOR)]
        addresses += [f"citizen{index}@citoyens.example" for index in range(people)]
        accounts = [tx.people.by_email(address) or add_account(tx, address, "fr") for address in addresses]
        return [
            open_session(tx, services.digests, account, services.session_rules).token for account in accounts
        ]

    tokens = services.work.perform(found)
    assert isinstance(tokens, list)
    return Arena(services, tokens[0], tokens[1], tokens[2:], count(1))
