"""Who may call what, and when: every operation as everybody, against the table of permissions.

The operations come from the OpenAPI document and the answers from the table, so that a new
operation is walked without being named here. What it needs besides (a body, an object of its own)
it gets from `tests/api/scene.py`, or the walk fails.
"""

from collections.abc import Mapping
from typing import Final

import pytest

from consultation.domain.actors import Capacity, Role
from consultation.domain.permissions import PERMISSIONS, PLATFORM_ACTS, Act, Stage
from tests.api.bodies import NOBODY
from tests.api.contract import Operation
from tests.api.operations import DECIDING, READING
from tests.api.scene import Scene, stage_of, without_id
from tests.api.worlds import contract
from tests.builders import Caller

ANONYMOUS: Final = "anonymous"
PARTICIPANT: Final = "participant"
PLATFORM: Final = "platform administrator"
OWN: Final = {role: f"own {role}" for role in Role}
FOREIGN: Final = {role: f"foreign {role}" for role in Role}
EVERYBODY: Final = (ANONYMOUS, PARTICIPANT, PLATFORM, *OWN.values(), *FOREIGN.values())
STRANGERS: Final = frozenset(EVERYBODY) - frozenset(OWN.values())
"""Whoever has no role in the organisation that is acted upon, whatever they are elsewhere."""

CAPACITIES: Final[Mapping[str, Capacity]] = {
    PLATFORM: Capacity.PLATFORM_ADMINISTRATOR,
    **{OWN[role]: Capacity(role.value) for role in Role},
}
"""What people are besides participants, where the walk takes place."""

OPERATIONS: Final[Mapping[str, Operation]] = contract().operations
OF_DEBATES: Final = [name for name, one in OPERATIONS.items() if "{debate_id}" in one.template]
IN_STAGES: Final = [
    name
    for name, one in OPERATIONS.items()
    if one.act and PERMISSIONS[Act(one.act)].stages is not None and (name in OF_DEBATES or name in DECIDING)
]

PARTICULAR: Final[Mapping[str, Mapping[str, int]]] = {
    # Open to whoever is signed in, and of use to who belongs to the organisation.
    "leave_organisation": dict.fromkeys(STRANGERS - {ANONYMOUS}, 404),
}
"""What no declaration says: statuses of operations, by who asks."""


def everybody(scene: Scene) -> dict[str, Caller]:
    _, foreign = scene.foreign
    return {
        ANONYMOUS: scene.town.anonymous,
        PARTICIPANT: scene.participant,
        PLATFORM: scene.platform,
        **{OWN[role]: caller for role, caller in scene.staff.items()},
        **{FOREIGN[role]: caller for role, caller in foreign.items()},
    }


def act_of(operation: Operation) -> Act:
    assert operation.act is not None, "what staff do is declared as an act"
    return Act(operation.act)


def may(act: Act, who: str) -> bool:
    """Does the table open the act to them, in the town's organisation?"""
    held = {CAPACITIES[who]} if who in CAPACITIES else set()
    return bool(PERMISSIONS[act].to & (held | {Capacity.PARTICIPANT}))


def expected(operation: Operation, who: str) -> int:
    """The status that the declarations and the table of permissions promise."""
    if operation.access in {"public", "anyone", "browser"}:
        return operation.success
    if who == ANONYMOUS or operation.access == "key":
        return 401
    if operation.access == "staff" and not may(act_of(operation), who):
        # Whether a draft exists is the organisation's own business.
        on_a_draft = "{debate_id}" in operation.template and stage_of(operation) is Stage.DRAFT
        return 404 if on_a_draft and who in STRANGERS else 403
    return PARTICULAR.get(operation.operation_id, {}).get(who, operation.success)


@pytest.mark.parametrize("name", OPERATIONS)
def test_everybody_gets_what_the_table_of_permissions_says(scene: Scene, name: str) -> None:
    operation = OPERATIONS[name]
    callers = everybody(scene)
    assert set(callers) == set(EVERYBODY)
    promised = {who: expected(operation, who) for who in callers}
    # Whoever gets through acts on something of its own; the others may all try the same.
    attempts = {
        who: scene.fresh(name, caller) if promised[who] < 400 else scene.attempt(name, caller)
        for who, caller in callers.items()
    }
    assert {who: attempt.send().status_code for who, attempt in attempts.items()} == promised


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("name", IN_STAGES)
def test_an_act_gets_through_in_the_stages_of_the_table_and_in_no_other(
    scene: Scene, name: str, stage: Stage
) -> None:
    operation = OPERATIONS[name]
    takes_part = operation.access == "person"
    allowed = stage in (PERMISSIONS[act_of(operation)].stages or ())
    if name in DECIDING:
        attempt = scene.on_case_in(name, stage)
    else:
        attempt = scene.fresh(name, scene.town.administrator)
    if name not in DECIDING and not (takes_part and allowed):
        attempt = attempt.at(debate_id=scene.in_stage(stage))
    # Who takes part does so as anybody, and to anybody a draft does not exist.
    refused = 404 if takes_part and stage is Stage.DRAFT else 409
    assert attempt.send().status_code == (operation.success if allowed else refused)


def test_there_is_an_operation_for_every_act_of_the_table() -> None:
    assert {one.act for one in OPERATIONS.values() if one.act} == set(Act)


@pytest.mark.parametrize("role", Role)
def test_the_back_office_of_another_organisation_stays_closed(scene: Scene, role: Role) -> None:
    """Two towns on one instance: the staff of one, asking about the other by its slug, learn nothing."""
    slug, foreign = scene.foreign
    behind = [one for one in OPERATIONS.values() if one.access == "staff" and "{slug}" in one.template]
    assert len(behind) > 8
    for operation in behind:
        attempt = scene.attempt(operation.operation_id, scene.staff[role])
        answer = attempt.at(slug=slug).send()
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
        assert foreign[role].get("/me").json()["email"] not in answer.text


@pytest.mark.parametrize("name", DECIDING)
def test_a_stranger_decides_nothing_and_learns_of_no_case(scene: Scene, name: str) -> None:
    """Neither who reported nor the author, nor the staff of another town by its own address or by ours."""
    good = scene.fresh(name)
    slug, foreign = scene.foreign
    for stranger in (scene.participant, scene.neighbour, scene.platform, *foreign.values()):
        refused = good.by(stranger).send()
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
        assert good.by(stranger).at(case_id=NOBODY).send().json() | {"instance": None} == refused.json() | {
            "instance": None
        }, "a case that is there looks like one that is not"
    for colleague in foreign.values():
        answer = good.by(colleague).at(slug=slug).send()
        assert (answer.status_code, answer.json()["code"]) == (404, "case_not_found")
    assert good.by(scene.town.anonymous).send().status_code == 401
    assert good.send().status_code == good.operation.success, "nothing of this has decided it"


def test_an_administrator_of_the_platform_sees_no_draft_and_runs_no_debate(scene: Scene) -> None:
    platform = scene.platform
    assert platform.get(f"/debates/{scene.draft}/draft").json()["code"] == "debate_not_found"
    assert platform.get("/organisations/ville-exemple/drafts").json()["code"] == "not_permitted"
    told = platform.get(f"/debates/{scene.open}/me").json()["capabilities"]
    assert told.keys() & {act.value for act in PLATFORM_ACTS} == set()
    assert told == scene.participant.get(f"/debates/{scene.open}/me").json()["capabilities"]


@pytest.mark.parametrize("name", OF_DEBATES)
def test_a_draft_does_not_exist_for_strangers(scene: Scene, name: str) -> None:
    strangers = {who: caller for who, caller in everybody(scene).items() if who in STRANGERS}
    if OPERATIONS[name].access in {"person", "staff"}:
        del strangers[ANONYMOUS]  # who is asked to sign in, and learns nothing of the draft either
    attempt = scene.attempt(name).at(debate_id=scene.draft)
    codes = {who: attempt.by(caller).send().json()["code"] for who, caller in strangers.items()}
    assert codes == dict.fromkeys(strangers, "debate_not_found")


@pytest.mark.parametrize("name", OF_DEBATES)
def test_a_draft_looks_like_no_debate_at_all(scene: Scene, name: str) -> None:
    attempt = scene.attempt(name, scene.participant)
    nothing = attempt.at(debate_id=NOBODY).send()
    assert attempt.at(debate_id=scene.draft).send().json() == nothing.json()


@pytest.mark.parametrize("name", READING)
def test_public_documents_never_differ_by_who_asks(scene: Scene, name: str) -> None:
    attempt = scene.attempt(name)
    first = attempt.send()
    others = [attempt.by(caller).send() for caller in (scene.author, scene.town.administrator)]
    others += [attempt.send(Authorization="Bearer nonsense"), attempt.send(Cookie="session=nonsense")]
    for other in others:
        assert other.content == first.content
        assert without_id(other) == without_id(first)


@pytest.mark.parametrize("name", READING)
def test_public_documents_set_no_cookie(scene: Scene, name: str) -> None:
    assert "set-cookie" not in scene.attempt(name).send().headers


def test_a_member_of_one_organisation_runs_no_debate_of_another(scene: Scene) -> None:
    _, foreign = scene.foreign
    administrator = foreign[Role.ADMINISTRATOR]
    answer = administrator.post(f"/debates/{scene.open}/closure", {"reason": "Assez."})
    assert answer.json()["code"] == "not_permitted"
    assert answer.json()["roles"] == ["administrator", "moderator", "organiser"]
    assert scene.town.anonymous.get(f"/debates/{scene.open}").json()["phase"] == "open"
