"""One catalogue of problem codes: rules, statuses, sentences, document and guide name the same."""

import json
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path

import pytest

from consultation.api.app import openapi_bytes
from consultation.api.problems import STATUS, TransportCode
from consultation.domain.decisions import RefusalCode
from consultation.localisation.languages import Language
from consultation.localisation.problems import PROBLEM_CODES, explanation, problem_text
from tests.api.contract import Contract
from tests.api.refusals import ELSEWHERE, RECIPES

CODES = {*(code.value for code in RefusalCode), *(code.value for code in TransportCode)}
GUIDE = Path(__file__).parents[2] / "docs" / "problems.md"


@cache
def contract() -> Contract:
    return Contract(json.loads(openapi_bytes()))


def test_a_rule_and_the_transport_never_share_a_code() -> None:
    assert not {code.value for code in RefusalCode} & {code.value for code in TransportCode}


def test_every_code_has_a_status() -> None:
    assert {str(code) for code in STATUS} == CODES


def test_every_status_is_an_error() -> None:
    assert all(HTTPStatus(status) >= HTTPStatus.BAD_REQUEST for status in STATUS.values())


def test_every_code_has_its_sentences_and_no_sentence_is_left_over() -> None:
    assert set(PROBLEM_CODES) == CODES


def test_the_document_declares_every_code_that_an_operation_answers() -> None:
    declared = {code for operation in contract().operations.values() for code in operation.codes}
    assert declared == CODES - {str(code) for code in ELSEWHERE}


def test_the_document_declares_each_code_under_its_status() -> None:
    for operation in contract().operations.values():
        for status, answer in operation.declared["responses"].items():
            for content in answer.get("content", {}).values():
                codes = content["schema"].get("properties", {}).get("code", {}).get("enum", ())
                assert {STATUS[code] for code in codes} <= {int(status)}, operation.operation_id


def test_every_code_is_produced_by_a_test_or_says_where() -> None:
    assert {str(code) for code in (*RECIPES, *ELSEWHERE)} == CODES


def test_the_guide_has_a_paragraph_for_every_code() -> None:
    headings = set(re.findall(r"^#+ `?([a-z_]+)`?", GUIDE.read_text("utf-8"), re.MULTILINE))
    anchors = set(re.findall(r"`([a-z_]+)`", GUIDE.read_text("utf-8")))
    assert (headings | anchors) >= CODES


@pytest.mark.parametrize("language", Language)
def test_every_code_is_said_and_explained_in_every_language(language: Language) -> None:
    titles = {code: problem_text(code, {}, language).title for code in CODES}
    assert all(titles.values())
    assert all(problem_text(code, {}, language).detail for code in CODES)
    assert all(explanation(code, language) for code in CODES)
