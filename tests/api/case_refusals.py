"""How the refusals of moderation come about."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from httpx2 import Response
from sqlalchemy import update

from consultation.domain.decisions import RefusalCode
from consultation.domain.permissions import Stage
from consultation.persistence.tables import cases, debates, posts
from tests.api.attempts import Attempt
from tests.api.bodies import BODIES, DAY, NOBODY
from tests.api.cases import CASES, QUEUE, case_of, new_case
from tests.api.held_refusals import HELD_RECIPES, PUBLISHING, under_tombstone, withdrawn
from tests.api.links import APPEALING, appeal_token, or_by_link
from tests.api.scene import Scene
from tests.builders import NOW, rfc3339

Recipe = Callable[[Scene, Attempt], Response]

CASE_TEXTS: Final = {
    "report_post": ("text", 2_000),
    "send_notice": ("text", 2_000),
    "decide_case": ("explanation", 5_000),
    "decide_appeal": ("explanation", 5_000),
    "lodge_appeal": ("text", 5_000),
    "lodge_participant_appeal": ("text", 5_000),
    "lodge_appeal_by_link": ("text", 5_000),
}
"""A text of each operation of moderation and its longest."""


def _ruling(**members: Any) -> Recipe:
    return lambda _, attempt: attempt.saying(**members).send()


def _own_post(scene: Scene, attempt: Attempt) -> Response:
    name = attempt.operation.operation_id
    if name == "report_post":
        return attempt.by(scene.author).send()
    case = new_case(scene, attempt.caller, CASES[name])
    return attempt.at(case_id=case).send()


def _same_moderator(scene: Scene, attempt: Attempt) -> Response:
    case = new_case(scene, scene.neighbour)
    attempt.caller.post(f"{QUEUE}/{case}/decisions", BODIES["decide_case"])
    scene.neighbour.post(f"/appeals/{case}", BODIES["lodge_appeal"])
    return attempt.at(case_id=case).send()


def _other_stage(scene: Scene, attempt: Attempt) -> Response:
    if attempt.operation.operation_id == PUBLISHING:
        return withdrawn(scene, attempt)
    name = attempt.operation.operation_id
    state = "open" if CASES[name] != "open" else "decided"
    return attempt.at(case_id=scene.cases_for(name)[state]).send()


def _twice(scene: Scene, attempt: Attempt) -> Response:
    attempt = attempt.at(number=scene.town.contribution(scene.open, scene.neighbour))
    assert attempt.send().status_code == 201
    return attempt.send()


def _appealed_before(scene: Scene, attempt: Attempt) -> Response:
    return attempt.at(case_id=scene.cases_for(attempt.operation.operation_id)["appealed"]).send()


def _too_late(scene: Scene, attempt: Attempt) -> Response:
    by_link = attempt.operation.operation_id in APPEALING
    case = new_case(scene, scene.neighbour if by_link else attempt.caller, "decided")
    scene.world.execute(update(cases).where(cases.c.uid == UUID(case)).values(appeal_until=NOW - DAY))
    # The link lasts as long as was said when it was sent.
    return attempt.at(**({"token": appeal_token(scene, case)} if by_link else {"case_id": case})).send()


def _on_case_of_tombstone(state: str) -> Recipe:
    """On a case whose post is gone by now."""

    def spoil(scene: Scene, attempt: Attempt) -> Response:
        if attempt.operation.operation_id == PUBLISHING:
            return under_tombstone(scene, attempt, state)
        number = scene.town.contribution(scene.open, scene.neighbour)
        case = case_of(scene, number, scene.neighbour, CASES[attempt.operation.operation_id], attempt.caller)
        here = debates.c.uid == UUID(scene.open)
        scene.world.execute(
            update(posts)
            .where(posts.c.debate_key == debates.c.key, here, posts.c.number == number)
            .values(state=state, state_reason="charter", state_since=NOW)
        )
        return attempt.at(case_id=case).saying(measure="hide").send()

    return spoil


def on_tombstone(number: int, state: str) -> Recipe:
    """On a tombstone of the scene, or on a case whose post is gone by now."""
    return or_on_case(
        lambda scene, attempt: attempt.at(debate_id=scene.tombstones, number=number).send(),
        _on_case_of_tombstone(state),
    )


def or_on_case(recipe: Recipe, on_case: Recipe) -> Recipe:
    """One way for operations on cases, another for the others."""

    def spoil(scene: Scene, attempt: Attempt) -> Response:
        chosen = on_case if attempt.operation.operation_id in CASES else recipe
        return chosen(scene, attempt)

    return spoil


def _not_a_contribution(scene: Scene, attempt: Attempt) -> Response:
    """Moving an argument to a theme."""
    number = scene.town.argument(scene.open, 1, "pro", scene.neighbour)
    state = CASES[attempt.operation.operation_id]
    case = case_of(scene, number, scene.neighbour, state, attempt.caller)
    if state == "appealed":  # it was hidden in the first instance
        scene.world.execute(
            update(posts)
            .where(posts.c.debate_key == debates.c.key, debates.c.uid == UUID(scene.open))
            .where(posts.c.number == number)
            .values(state="visible", state_reason=None, state_since=None)
        )
    return attempt.at(case_id=case).saying(measure="move", theme="parcs").send()


def argument_moved(otherwise: Recipe) -> Recipe:
    """Moving an argument to a theme, or what else takes contributions only."""
    return or_on_case(otherwise, _not_a_contribution)


def _standing(recipe: Recipe) -> Recipe:
    """On a case whose post stands, also on appeal: the first decision moved it."""

    def spoil(scene: Scene, attempt: Attempt) -> Response:
        if CASES[attempt.operation.operation_id] == "open":
            return recipe(scene, attempt)
        case = new_case(scene, scene.neighbour)
        masking = BODIES["decide_case"] | {"measure": "mask", "passage": "arbre"}
        assert scene.town.moderator.post(f"{QUEUE}/{case}/decisions", masking).status_code == 201
        assert scene.neighbour.post(f"/appeals/{case}", BODIES["lodge_appeal"]).status_code == 201
        return recipe(scene, attempt.at(case_id=case))

    return spoil


def in_a_draft(scene: Scene, attempt: Attempt) -> Response:
    """On a case in a draft, as an archive can bring one in."""
    return scene.on_case_in(attempt.operation.operation_id, Stage.DRAFT).by(attempt.caller).send()


def _nothing_hidden(scene: Scene, attempt: Attempt) -> Response:
    """Restoring what is shown; on appeal, what was masked and edited since."""
    attempt = attempt.saying(measure="restore")
    if CASES[attempt.operation.operation_id] == "open":
        return attempt.send()
    number = scene.town.contribution(scene.open, scene.neighbour)
    case = case_of(scene, number, scene.neighbour)
    masking = BODIES["decide_case"] | {"measure": "mask", "passage": "arbre"}
    assert scene.town.moderator.post(f"{QUEUE}/{case}/decisions", masking).status_code == 201
    edited = {"body": f"Un buisson dans chaque rue, et de l'ombre ({scene.world.name()})."}
    assert scene.neighbour.patch(f"/debates/{scene.open}/posts/{number}", edited).status_code == 200
    assert scene.neighbour.post(f"/appeals/{case}", BODIES["lodge_appeal"]).status_code == 201
    return attempt.at(case_id=case).send()


theme_unknown: Final = _standing(_ruling(measure="move", theme="lacs"))

CASE_RECIPES: Final[Mapping[str, Recipe]] = {
    **HELD_RECIPES,
    RefusalCode.OWN_POST: _own_post,
    RefusalCode.SAME_MODERATOR: _same_moderator,
    RefusalCode.CASE_NOT_FOUND: or_by_link(lambda _, attempt: attempt.at(case_id=NOBODY).send(), "none"),
    RefusalCode.CASE_STATE: or_by_link(_other_stage, "open"),
    RefusalCode.ALREADY_REPORTED: _twice,
    RefusalCode.POST_NOT_HIDDEN: _nothing_hidden,
    RefusalCode.PASSAGE_NOT_FOUND: _standing(_ruling(measure="mask", passage="nulle part")),
    RefusalCode.THEME_UNCHANGED: _standing(_ruling(measure="move", theme="rues")),
    RefusalCode.RESTRICTION_OVER: _ruling(measure="hide", until=rfc3339(NOW - DAY)),
    RefusalCode.APPEAL_LODGED: or_by_link(_appealed_before, "appealed"),
    RefusalCode.APPEAL_TOO_LATE: _too_late,
}
"""Every code that only moderation answers, and how."""
