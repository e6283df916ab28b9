"""How the refusals of debates that ask something of participants come about: recipes of `refusals`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from httpx2 import Response

from consultation.domain.participation import ANYONE
from consultation.domain.participation_codes import TRIES
from consultation.persistence.tables import debates, people
from tests.api.attempts import Attempt
from tests.api.scene import Scene
from tests.builders import Caller


def _without_address(scene: Scene) -> Caller:
    """Somebody whom a provider brought: an account without an e-mail address."""
    caller = scene.town.citizen(scene.world.name())
    uid = UUID(caller.get("/me").json()["id"])
    scene.world.execute(people.update().where(people.c.uid == uid).values(email=None))
    return caller


def where_asked(**asked: Any) -> Callable[[Scene, Attempt], Response]:
    """In a debate that asks for something that its author lacks since a moment ago."""

    def spoil(scene: Scene, attempt: Attempt) -> Response:
        debate, author = scene.town.debate(), _without_address(scene)
        scene.town.contribution(debate, author)
        _ask(scene, debate, **asked)
        return attempt.at(debate_id=debate).by(author).send()

    return spoil


def _ask(scene: Scene, debate: str, **asked: Any) -> None:
    """What no published debate can begin to ask: it would shut people out."""
    setting = ANYONE.as_mapping() | asked
    scene.world.execute(debates.update().where(debates.c.uid == UUID(debate)).values(participation=setting))


def unfit_capacity(scene: Scene, attempt: Attempt) -> Response:
    """With a capacity that the debate does not offer."""
    debate = scene.town.debate(participation={"capacities": ["citizen"]})
    scene.town.contribution(debate, scene.author)
    return attempt.at(debate_id=debate).saying(capacity="company").send()


def tightened(scene: Scene, attempt: Attempt) -> Response:
    """Asking more of a published debate."""
    return attempt.at(debate_id=scene.open).saying(participation={"code": True}).send()


def code_of_another_debate(scene: Scene, attempt: Attempt) -> Response:
    """With a code that admits elsewhere."""
    other = scene.town.debate(participation={"code": True})
    stranger = scene.town.citizen(scene.world.name())
    return attempt.by(stranger).saying(code=scene.town.codes(other)["codes"][0]).send()


def spent_code(scene: Scene, attempt: Attempt) -> Response:
    """With a code that somebody else has used."""
    first, second = (scene.town.citizen(scene.world.name()) for _ in range(2))
    attempt = attempt.saying(code=scene.town.codes(scene.coded)["codes"][0])
    assert attempt.by(first).send().status_code == 200
    return attempt.by(second).send()


def eleventh_code(scene: Scene, attempt: Attempt) -> Response:
    """After as many wrong codes as are taken in an hour."""
    other = scene.town.debate(participation={"code": True})
    attempt = attempt.by(scene.town.citizen(scene.world.name()))
    for code in scene.town.codes(other, TRIES)["codes"]:
        assert attempt.saying(code=code).send().status_code == 403
    return attempt.send()
