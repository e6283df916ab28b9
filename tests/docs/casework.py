"""Moderation cases on which the examples of the reference page can be carried out."""

from datetime import timedelta

from consultation.application.notices.links import APPEAL, UNSUBSCRIBE
from consultation.application.notices.sending import ALL_NOTICES
from tests.api.bodies import BODIES, NOBODY
from tests.api.cases import CASES, QUEUE
from tests.api.waiting import send, waiting_debate
from tests.builders import NOW, Caller, Town


def case_for(name: str, town: Town, caller: Caller) -> str:
    """The id of a case in the state in which the caller can carry out the example of an operation.

    The caller wrote the post where its author appeals, and has done nothing in the case elsewhere.
    """
    if name not in CASES:
        return NOBODY
    author = caller if name in {"lodge_appeal", "lodge_participant_appeal"} else town.citizen("autrice")
    if CASES[name] == "held":
        return str(send(author, waiting_debate(town))["id"])
    debate = town.debate()
    reports = f"/debates/{debate}/posts/{town.contribution(debate, author)}/reports"
    assert town.citizen("lectrice").post(reports, BODIES["report_post"]).status_code == 201
    (case,) = town.moderator.get(f"{QUEUE}?debate={debate}").json()["items"]
    state, uid = CASES[name], str(case["id"])
    if state != "open":
        # Not hidden: the example of the second decision hides it.
        first = BODIES["decide_case"] | {"measure": "move", "theme": "rues"}
        decided = town.moderator.post(f"{QUEUE}/{uid}/decisions", first)
        assert decided.status_code == 201, decided.text
    if state == "appealed":
        assert author.post(f"/appeals/{uid}", BODIES["lodge_appeal"]).status_code == 201
    return uid


def held_by(caller: Caller, town: Town) -> str:
    """The id of a text of the caller that waits."""
    return str(send(caller, waiting_debate(town))["id"])


def link_for(name: str, case: str, town: Town, caller: Caller) -> str:
    """What ends the link of a message: to the form of an appeal, or to unsubscribing."""
    links, until = town.services.sealed_links, NOW + timedelta(days=30)
    if name in CASES:
        return links.seal(APPEAL, until, case)
    return links.seal(UNSUBSCRIBE, until, str(caller.get("/me").json()["id"]), ALL_NOTICES)
