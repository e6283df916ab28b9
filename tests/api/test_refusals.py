"""Every refusal that an operation declares comes about, with its status and its code."""

import pytest

from consultation.api.problems import STATUS, TransportCode
from consultation.domain.decisions import RefusalCode
from tests.api.contract import Contract
from tests.api.operations import OPERATIONS
from tests.api.refusals import ELSEWHERE, NEVER, RECIPES
from tests.api.scene import Scene


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_declared_refusal_comes_about(scene: Scene, name: str) -> None:
    codes = sorted(code for code in scene.contract.operations[name].codes if (name, code) not in NEVER)
    got = {}
    for code in codes:
        answer = RECIPES[code](scene, scene.attempt(name))
        got[code] = (answer.status_code, answer.json().get("code"))
    assert got == {code: (STATUS[code], code) for code in codes}


def test_every_code_comes_about_or_says_where() -> None:
    assert RECIPES.keys() | ELSEWHERE.keys() == {*RefusalCode, *TransportCode}
    assert not RECIPES.keys() & ELSEWHERE.keys()


def test_every_recipe_is_used(contract: Contract) -> None:
    declared = {code for operation in contract.operations.values() for code in operation.codes}
    assert declared == RECIPES.keys()


def test_what_never_comes_about_is_declared_at_all(contract: Contract) -> None:
    assert {(name, code) for name, code in NEVER if code not in contract.operations[name].codes} == set()


def test_the_tests_know_every_operation(contract: Contract) -> None:
    assert sorted(OPERATIONS) == sorted(contract.operations)
