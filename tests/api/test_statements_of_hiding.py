"""How many statements reports that hide a post run, and the decision that follows, with an Idempotency-Key.

Hiding by itself, and the end of it where something else is done to the post, are acts of their own, with
entries of their own in the journal, in the transaction of the act that brings them about: two acts have
the statements of two.
"""

from typing import Final

import pytest

from tests.api.bodies import BODIES
from tests.api.cases import QUEUE
from tests.api.scene import Scene
from tests.api.test_statements import WRITE_LIMIT
from tests.builders import Caller

RULING: Final = BODIES["decide_case"]
REPORT: Final = {"reason": "spam", "text": "De la réclame."}


@pytest.fixture
def debate(scene: Scene) -> str:
    """One whose posts two reports hide."""
    return scene.town.debate(title=scene.world.name(), rules={"hide_after_reports": 2})


def counted(scene: Scene, caller: Caller, path: str, body: dict[str, object]) -> int:
    with scene.world.statements() as seen:
        answer = caller.post(path, body, Idempotency_Key=scene.world.name())
    assert answer.status_code == 201, answer.text
    return len(seen)


@pytest.mark.parametrize(
    ("measure", "statements"),
    [
        ({"measure": "keep"}, 8),
        ({"measure": "hide"}, 8),
        ({"measure": "mask", "passage": "arbre"}, 12),
        ({"measure": "move", "theme": "parcs"}, 12),
    ],
)
def test_the_statements_of_two_acts_are_counted(
    scene: Scene, debate: str, measure: dict[str, object], statements: int
) -> None:
    town = scene.town
    author = town.citizen(scene.world.name())
    number = town.contribution(debate, author, theme="rues")
    text = {"body": f"Un arbre, deux arbres. {scene.world.name()}"}
    assert author.patch(f"/debates/{debate}/posts/{number}", text).status_code == 200
    reports = f"/debates/{debate}/posts/{number}/reports"
    first, second = (
        counted(scene, town.citizen(scene.world.name()), reports, dict(REPORT)) for _ in range(2)
    )
    assert (first, second) == (8, 15)
    (case,) = town.moderator.get(f"{QUEUE}?debate={debate}").json()["items"]
    decisions = f"{QUEUE}/{case['id']}/decisions"
    assert counted(scene, town.moderator, decisions, RULING | measure) == statements
    assert first <= WRITE_LIMIT
    assert max(second, statements) <= 2 * WRITE_LIMIT
