"""Who may call what: every operation as everybody, against the one table of acts and roles."""

import pytest

from consultation.domain.actors import Role
from consultation.domain.permissions import STAFF_ACTS, Act
from tests.api.contract import Operation
from tests.api.operations import OPERATIONS, READING, WITHOUT_DEBATE
from tests.api.scene import NOBODY, Scene, without_id
from tests.builders import Caller

ANONYMOUS = "anonymous"
PARTICIPANT = "participant"
OWN = {role: f"own {role}" for role in Role}
FOREIGN = {role: f"foreign {role}" for role in Role}
ON_DRAFTS = {"publish_debate", "get_draft"}
"""Operations whose good call is on a draft, which strangers do not even find."""


def everybody(scene: Scene) -> dict[str, Caller]:
    _, foreign = scene.foreign
    return {
        ANONYMOUS: scene.town.anonymous,
        PARTICIPANT: scene.participant,
        **{OWN[role]: caller for role, caller in scene.staff.items()},
        **{FOREIGN[role]: caller for role, caller in foreign.items()},
    }


def expected(operation: Operation, who: str) -> int:
    """The status that the declarations and the table of permissions promise."""
    if operation.access in {"public", "anyone"}:
        return operation.success
    if who == ANONYMOUS or operation.access == "key":
        return 401
    if operation.access == "person":
        return operation.success
    assert operation.act is not None
    if who in {OWN[role] for role in STAFF_ACTS[Act(operation.act)]}:
        return operation.success
    is_stranger = who == PARTICIPANT or who in FOREIGN.values()
    return 404 if operation.operation_id in ON_DRAFTS and is_stranger else 403


@pytest.mark.parametrize("name", OPERATIONS)
def test_everybody_gets_what_the_table_of_permissions_says(scene: Scene, name: str) -> None:
    operation = scene.contract.operations[name]
    callers = everybody(scene)
    promised = {who: expected(operation, who) for who in callers}
    # Whoever gets through acts on something of its own; the others may all try the same.
    attempts = {
        who: scene.fresh(name, caller) if promised[who] < 400 else scene.attempt(name, caller)
        for who, caller in callers.items()
    }
    assert {who: attempt.send().status_code for who, attempt in attempts.items()} == promised


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in WITHOUT_DEBATE])
def test_a_draft_does_not_exist_for_strangers(scene: Scene, name: str) -> None:
    strangers = {who: caller for who, caller in everybody(scene).items() if who not in OWN.values()}
    if scene.contract.operations[name].access in {"person", "staff"}:
        del strangers[ANONYMOUS]  # who is asked to sign in, and learns nothing of the draft either
    attempt = scene.attempt(name).at(debate_id=scene.draft)
    codes = {who: attempt.by(caller).send().json()["code"] for who, caller in strangers.items()}
    assert codes == dict.fromkeys(strangers, "debate_not_found")


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in WITHOUT_DEBATE])
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
