"""How the refusals about what waits for its publication come about."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from uuid import UUID

from httpx2 import Response
from sqlalchemy import update

from consultation.domain.decisions import RefusalCode
from consultation.persistence.tables import debates, posts
from tests.api.attempts import Attempt
from tests.api.bodies import NOBODY
from tests.api.cases import new_case
from tests.api.waiting import published
from tests.builders import NOW

if TYPE_CHECKING:
    from tests.api.scene import Scene

Recipe = Callable[["Scene", Attempt], Response]
PUBLISHING: Final = "publish_held_post"


def _already_held(scene: "Scene", attempt: Attempt) -> Response:
    attempt = attempt.at(debate_id=scene.waiting)
    assert attempt.send().status_code == 202
    return attempt.send()


def _edit_waiting(scene: "Scene", attempt: Attempt) -> Response:
    number = published(scene.town, scene.waiting, attempt.caller, scene.world.name())
    attempt = attempt.at(debate_id=scene.waiting, number=number)
    assert attempt.send().status_code == 202
    return attempt.send()


def _decided(scene: "Scene", attempt: Attempt) -> Response:
    attempt = attempt.at(held=new_case(scene, attempt.caller, "held"))
    assert attempt.send().status_code == 201
    return attempt.send()


def withdrawn(scene: "Scene", attempt: Attempt) -> Response:
    """On what its author took back."""
    case = new_case(scene, scene.neighbour, "held")
    assert scene.neighbour.post(f"/me/held/{case}/withdrawal").status_code == 201
    return attempt.at(case_id=case).send()


def under_tombstone(scene: "Scene", attempt: Attempt, state: str) -> Response:
    """On a reply whose contribution is gone by now."""
    number = published(scene.town, scene.waiting, scene.neighbour, scene.world.name())
    thread = f"/debates/{scene.waiting}/contributions/{number}"
    reply = scene.neighbour.post(f"{thread}/arguments", {"side": "pro", "body": "L'ombre rafraîchit."})
    here = debates.c.uid == UUID(scene.waiting)
    scene.world.execute(
        update(posts)
        .where(posts.c.debate_key == debates.c.key, here, posts.c.number == number)
        .values(state=state, state_reason="charter", state_since=NOW)
    )
    return attempt.at(case_id=reply.json()["id"]).send()


HELD_RECIPES: Final[Mapping[str, Recipe]] = {
    RefusalCode.ALREADY_HELD: _already_held,
    RefusalCode.EDIT_WAITING: _edit_waiting,
    RefusalCode.HELD_POST_NOT_FOUND: lambda _, attempt: attempt.at(held=NOBODY).send(),
    RefusalCode.HELD_POST_DECIDED: _decided,
    RefusalCode.MEASURE_NOT_FITTING: lambda _, attempt: attempt.saying(measure="refuse").send(),
}
"""Every code that only what waits is answered with, and how."""
