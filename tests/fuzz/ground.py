"""A seeded database and somebody who may do everything, for calls that are made up."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from consultation.application.organisations import add_organisation, give_role
from consultation.application.people import open_session
from consultation.application.platform import add_platform_administrator
from consultation.application.ports import Transaction
from consultation.bootstrap import Services, build, create_app
from consultation.domain.actors import Role
from consultation.settings import Settings
from tests.builders import Caller, StepClock, Town

OMNIPOTENT = "organiser@ville.example"
LEFT = "ville-quittee"
"""An organisation that the omnipotent person may leave without losing power."""

Seeds: TypeAlias = tuple[dict[str, str], list[int], str]
"""The debates by name, the numbers in the open one, and the id of a moderator."""


@dataclass(frozen=True)
class Ground:
    """The application on a seeded database, and what can be found there.

    `debates` are named for what they are: draft, open, closed, upcoming, ending and unpublished.
    `numbers` are posts of the open one: contributions with and without replies, arguments, a
    source, an edited post and tombstones, all but one of the omnipotent person's own.
    """

    app: ASGIApp
    services: Services
    debates: dict[str, str]
    numbers: list[int]
    person: str

    def token(self) -> str:
        """A new session of the person who is author, has every role, and runs the platform."""

        def open_one(tx: Transaction) -> str:
            account = tx.people.by_email(OMNIPOTENT)
            assert account is not None
            return open_session(tx, self.services.digests, account, self.services.session_rules).token

        token = self.services.work.perform(open_one)
        assert isinstance(token, str)
        return token


def seed(settings: Settings) -> Seeds:
    """Fill a migrated database: a debate in every phase and a thread with every kind of post."""
    clock = StepClock()
    services = build(settings, clock=clock)
    with TestClient(create_app(services)) as client:
        town = Town(services, client, clock)

        def empower(tx: Transaction) -> str:
            for role in Role:
                give_role(tx, "ville-exemple", OMNIPOTENT, role)
            add_platform_administrator(tx, OMNIPOTENT, "fr")
            add_organisation(tx, LEFT, "Ville quittée", "Europe/Paris", "fr")
            give_role(tx, LEFT, OMNIPOTENT, Role.MODERATOR)
            return "empowered"

        services.work.perform(empower)
        person = str(town.moderator.get("/me").json()["id"])
        debates = {name: town.draft() for name in ("draft", "unpublished")}
        debates |= {name: town.debate() for name in ("open", "ending", "closed")}
        numbers = _thread(town, debates["open"])
        town.contribution(debates["closed"], town.organiser)
        town.organiser.post(f"/debates/{debates['closed']}/closure", {"reason": "Salle fermée."})
        debates["upcoming"] = town.debate(
            opens_at="2026-05-01T09:00:00Z", closes_at="2026-06-01T09:00:00+02:00"
        )
    services.database.dispose()
    return debates, numbers, person


def _thread(town: Town, debate: str) -> list[int]:
    author, stranger = town.organiser, town.citizen()
    first = town.contribution(debate, author, theme="rues")
    numbers = [first, town.argument(debate, first, "pro", author), town.argument(debate, first, "contra")]
    source = {"title": "Étude", "link": "https://exemple.example/etude", "note": "Page 12."}
    numbers.append(_number(author, f"/debates/{debate}/contributions/{first}/sources", source))
    numbers.append(town.contribution(debate, author, title="Planter moins d'arbres"))
    numbers.append(town.contribution(debate, author, title="Retirée ensuite"))
    numbers.append(town.argument(debate, first, "pro", author))
    for number in numbers[:3]:
        value = "agree" if number == first else "support"
        stranger.put(f"/debates/{debate}/posts/{number}/vote", {"value": value})
    author.patch(f"/debates/{debate}/posts/{first}", {"body": "Deux arbres dans chaque rue, finalement."})
    for number in numbers[-2:]:
        author.post(f"/debates/{debate}/posts/{number}/withdrawal")
    return numbers


def _number(author: Caller, path: str, payload: dict[str, str]) -> int:
    answer = author.post(path, payload)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["number"])


@contextmanager
def standing_on(settings: Settings, seeded: Seeds) -> Iterator[Ground]:
    """The application, started, on a copy of a seeded database."""
    services = build(settings, clock=StepClock())
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        yield Ground(client.app, services, *seeded)
    services.database.dispose()


class Stage:
    """An application whose inside is changed under the client that looks at it.

    Its inside is started and stopped by `standing_on`.
    """

    def __init__(self) -> None:
        self.inside: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        assert self.inside is not None
        await self.inside(scope, receive, send)
