"""Decisions about what somebody wrote, and what the users of an organisation's server are told of them."""

from typing import Any, Final

from tests.api.bodies import RULING
from tests.api.waiting import QUEUE
from tests.api.worlds import World
from tests.builders import SLUG, Caller

PLACE: Final = f"/organisations/{SLUG}/participant"
"""Where the town's server reads and does what concerns the user whom it names."""


def hidden(here: World, author: Caller) -> tuple[str, str]:
    """A debate, and the id of the case that hid a contribution of the author's in it."""
    town, debate = here.town, here.town.debate()
    number = town.contribution(debate, author)
    said = {"reason": "charter", "text": "Ce texte insulte une personne."}
    reported = town.citizen(here.name()).post(f"/debates/{debate}/posts/{number}/reports", said)
    assert reported.status_code == 201, reported.text
    (case,) = town.moderator.get(f"{QUEUE}?debate={debate}").json()["items"]
    assert town.moderator.post(f"{QUEUE}/{case['id']}/decisions", RULING).status_code == 201
    return debate, str(case["id"])


def told(here: World, user: Caller, place: str = PLACE) -> list[dict[str, Any]]:
    """The user's notices, the newest first, once what follows from all that happened is planned."""
    here.plan()
    return list(user.get(f"{place}/notifications").json()["items"])
