"""Moderation cases for the tests of the interface."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import select, update

from consultation.domain.permissions import Stage
from consultation.persistence.tables import cases, debates
from tests.api.bodies import BODIES, DAY
from tests.api.waiting import send
from tests.builders import NOW, SLUG, Caller

if TYPE_CHECKING:
    from tests.api.scene import Scene

QUEUE: Final = f"/organisations/{SLUG}/moderation/cases"
CASES: Final = {
    "get_case": "open",
    "claim_case": "open",
    "publish_held_post": "held",
    "decide_case": "open",
    "lodge_appeal": "decided",
    "lodge_participant_appeal": "decided",
    "lodge_appeal_by_link": "decided",
    "decide_appeal": "appealed",
}
"""In which state the case stands on which the good call of an operation is made."""


def new_case(
    scene: "Scene",
    author: Caller,
    state: str = "open",
    besides: Caller | None = None,
    debate: str | None = None,
) -> str:
    """The id of a case of a new contribution, brought to a state; in the open debate unless one is named.

    Who decides first is neither the author nor `besides`. In the state `held` it is a contribution that
    waits, in the debate whose posts do.
    """
    if state == "held":
        return str(send(author, debate or scene.waiting, scene.world.name(), theme="rues")["id"])
    debate = debate or scene.open
    number = scene.town.contribution(debate, author, theme="rues")
    return case_of(scene, number, author, state, besides, debate)


def case_of(
    scene: "Scene",
    number: int,
    author: Caller,
    state: str = "open",
    besides: Caller | None = None,
    debate: str | None = None,
) -> str:
    """The same of a post that is there."""
    debate = debate or scene.open
    reporter = scene.town.citizen(scene.world.name())
    answer = reporter.post(f"/debates/{debate}/posts/{number}/reports", BODIES["report_post"])
    assert answer.status_code == 201, answer.text
    case = _id_of(scene, debate, number)
    if state != "open":
        staff = (scene.town.moderator, scene.town.organiser, scene.town.administrator)
        decider = next(one for one in staff if one not in (author, besides))
        assert decider.post(f"{QUEUE}/{case}/decisions", BODIES["decide_case"]).status_code == 201
    if state == "appealed":
        assert author.post(appeal_path(author, case), BODIES["lodge_appeal"]).status_code == 201
    return case


def appeal_path(author: Caller, case: str) -> str:
    """Where an author answers a decision: a user of the town through its server."""
    by_server = author.on_behalf_of is not None
    return f"/organisations/{SLUG}/participant/appeals/{case}" if by_server else f"/appeals/{case}"


def in_another_stage(scene: "Scene", debate: str, stage: Stage) -> None:
    """Bring a debate to a stage, also to one that no act leads back to."""
    values: dict[Stage, dict[str, datetime | None]] = {
        Stage.DRAFT: {"published_at": None},
        Stage.UPCOMING: {"opens_at": NOW + DAY, "closes_at": NOW + 2 * DAY},
        Stage.OPEN: {},
        Stage.CLOSED: {"opens_at": NOW - 2 * DAY, "closes_at": NOW - DAY},
    }
    if values[stage]:
        scene.world.execute(update(debates).where(debates.c.uid == UUID(debate)).values(**values[stage]))


def _id_of(scene: "Scene", debate: str, number: int) -> str:
    here = select(cases.c.uid).join(debates, debates.c.key == cases.c.debate_key)
    here = here.where(debates.c.uid == UUID(debate), cases.c.number == number, cases.c.state == "open")
    with scene.world.services.database.reading() as connection:
        return str(connection.execute(here).scalar_one())
