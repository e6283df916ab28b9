"""Debates that are moderated before publication, for the tests of the interface."""

from typing import Any, Final

from tests.api.bodies import BODIES, RULING
from tests.builders import CONTRIBUTION, SLUG, Caller, Town

QUEUE: Final = f"/organisations/{SLUG}/moderation/cases"
REFUSAL: Final = RULING | {"measure": "refuse"}
APPEAL: Final = BODIES["lodge_appeal"]
OVERTURN: Final = RULING | {"measure": "publish", "explanation": "La charte n’exclut pas cette phrase."}


def waiting_debate(town: Town, **rules: Any) -> str:
    """The id of a new open debate in which everything is read before it is published."""
    return town.debate(rules={"pre_moderation": True} | rules)


def send(caller: Caller, debate: str, said: str = "", **changes: Any) -> dict[str, Any]:
    """A contribution that was accepted and waits."""
    body = f"{CONTRIBUTION['body']} {said}".strip()
    answer = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION | {"body": body} | changes)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def publish(by: Caller, held: str) -> int:
    """The number under which it was published."""
    answer = by.post(f"{QUEUE}/{held}/publication")
    assert answer.status_code == 201, answer.text
    return int(answer.json()["number"])


def refuse(by: Caller, held: str) -> dict[str, Any]:
    """What answers a refusal with reasons."""
    answer = by.post(f"{QUEUE}/{held}/decisions", REFUSAL)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def published(town: Town, debate: str, author: Caller, said: str = "") -> int:
    """The number of a contribution that was sent and published."""
    return publish(town.moderator, send(author, debate, said)["id"])
