"""Moderation cases for the tests of the interface."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import select

from consultation.persistence.tables import cases, debates
from tests.api.bodies import BODIES
from tests.builders import SLUG, Caller

if TYPE_CHECKING:
    from tests.api.scene import Scene

QUEUE: Final = f"/organisations/{SLUG}/moderation/cases"
CASES: Final = {
    "get_case": "open",
    "claim_case": "open",
    "decide_case": "open",
    "lodge_appeal": "decided",
    "decide_appeal": "appealed",
}
"""In which state the case stands on which the good call of an operation is made."""


def new_case(scene: "Scene", author: Caller, state: str = "open", besides: Caller | None = None) -> str:
    """The id of a case of a new contribution, brought to a state.

    Who decides first is neither the author nor `besides`.
    """
    return case_of(scene, scene.town.contribution(scene.open, author, theme="rues"), author, state, besides)


def case_of(
    scene: "Scene", number: int, author: Caller, state: str = "open", besides: Caller | None = None
) -> str:
    """The same of a post of the open debate."""
    reporter = scene.town.citizen(scene.world.name())
    answer = reporter.post(f"/debates/{scene.open}/posts/{number}/reports", BODIES["report_post"])
    assert answer.status_code == 201, answer.text
    case = _id_of(scene, number)
    if state != "open":
        staff = (scene.town.moderator, scene.town.organiser, scene.town.administrator)
        decider = next(one for one in staff if one not in (author, besides))
        assert decider.post(f"{QUEUE}/{case}/decisions", BODIES["decide_case"]).status_code == 201
    if state == "appealed":
        assert author.post(f"/appeals/{case}", BODIES["lodge_appeal"]).status_code == 201
    return case


def _id_of(scene: "Scene", number: int) -> str:
    here = select(cases.c.uid).join(debates, debates.c.key == cases.c.debate_key)
    here = here.where(debates.c.uid == UUID(scene.open), cases.c.number == number, cases.c.state == "open")
    with scene.world.services.database.reading() as connection:
        return str(connection.execute(here).scalar_one())
