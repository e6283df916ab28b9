"""How many statements a decision runs, with an Idempotency-Key: the dearest way to call.

A text that changes is kept by the database itself, and the one before comes with the lock.
"""

from typing import Final

import pytest

from tests.api.bodies import BODIES
from tests.api.cases import case_of
from tests.api.scene import Scene
from tests.api.test_statements import WRITE_LIMIT
from tests.api.waiting import APPEAL, QUEUE
from tests.builders import Caller

RULING: Final = BODIES["decide_case"]
MEASURES: Final = {
    "keep": {"measure": "keep"},
    "hide": {"measure": "hide"},
    "mask": {"measure": "mask", "passage": "arbre"},
    "move": {"measure": "move", "theme": "parcs"},
}


@pytest.fixture
def author(scene: Scene) -> Caller:
    return scene.town.citizen(scene.world.name())


def posted(scene: Scene, author: Caller, kind: str) -> int:
    """A new contribution, or a reply to one; edited, so that it has an earlier revision."""
    number = scene.town.contribution(scene.open, author, theme="rues")
    if kind == "argument":
        number = scene.town.argument(scene.open, number, caller=author)
    if kind == "source":
        body = {
            "title": f"Une source {scene.world.name()}",
            "link": f"https://example.org/{scene.world.name()}",
        }
        answer = author.post(f"/debates/{scene.open}/contributions/{number}/sources", body)
        number = answer.json()["number"]
    changes = {"note" if kind == "source" else "body": f"Un arbre, deux arbres. {scene.world.name()}"}
    assert author.patch(f"/debates/{scene.open}/posts/{number}", changes).status_code == 200
    return int(number)


def count(scene: Scene, caller: Caller, case: str, path: str, measure: dict[str, str]) -> int:
    with scene.world.statements() as seen:
        answer = caller.post(f"{QUEUE}/{case}/{path}", RULING | measure, Idempotency_Key=scene.world.name())
    assert answer.status_code == 201, answer.text
    return len(seen)


@pytest.mark.parametrize(
    ("kind", "measure", "statements", "undoing"),
    [
        ("contribution", "keep", 7, None),
        ("contribution", "hide", 8, 8),
        ("argument", "hide", 8, 8),
        ("source", "hide", 8, 8),
        ("contribution", "mask", 8, 8),
        ("argument", "mask", 8, 8),
        ("source", "mask", 8, 8),
        ("contribution", "move", 8, None),
    ],
)
def test_the_statements_of_a_decision_are_counted(
    scene: Scene, author: Caller, kind: str, measure: str, statements: int, undoing: int | None
) -> None:
    case = case_of(scene, posted(scene, author, kind), author)
    assert count(scene, scene.town.moderator, case, "decisions", MEASURES[measure]) == statements
    assert statements <= WRITE_LIMIT
    if undoing is not None:
        assert undoing <= WRITE_LIMIT
        assert author.post(f"/appeals/{case}", APPEAL).status_code == 201
        restore = {"measure": "restore"}
        assert count(scene, scene.town.organiser, case, "appeal-decisions", restore) == undoing


def test_to_undo_a_move_behind_a_tombstone_costs_no_more(scene: Scene, author: Caller) -> None:
    number = posted(scene, author, "contribution")
    moved = case_of(scene, number, author)
    count(scene, scene.town.moderator, moved, "decisions", MEASURES["move"])
    count(scene, scene.town.moderator, case_of(scene, number, author), "decisions", MEASURES["hide"])
    assert author.post(f"/appeals/{moved}", APPEAL).status_code == 201
    restore = {"measure": "restore"}
    assert count(scene, scene.town.organiser, moved, "appeal-decisions", restore) == WRITE_LIMIT
