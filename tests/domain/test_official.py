"""Official responses and outcomes: what can be answered, and how versions follow each other."""

from dataclasses import replace

import pytest

from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.official import OUTCOME_MAX, RESPONSE_MAX, OfficialText, conclude, respond
from consultation.domain.posts import PostHead, PostKind, PostState
from tests.domain.builders import MIDWAY
from tests.domain.builders import debate as a_debate

POST = PostHead(number=7, kind=PostKind.CONTRIBUTION)
FIRST = OfficialText("Oui.", "fr")


def test_a_first_text_is_version_1() -> None:
    assert respond(a_debate(), POST, None, "Oui.", "fr") == FIRST
    assert conclude(None, "Oui.", "fr") == FIRST


@pytest.mark.parametrize(("body", "language"), [("Non.", "fr"), ("Oui.", "nl")])
def test_another_text_or_language_is_the_next_version(body: str, language: str) -> None:
    assert respond(a_debate(), POST, FIRST, body, language) == OfficialText(body, language, 2)
    assert conclude(FIRST, body, language) == OfficialText(body, language, 2)


def test_the_same_text_is_no_new_version() -> None:
    third = replace(FIRST, version=3)
    assert respond(a_debate(), POST, third, "Oui.", "fr") is third
    assert conclude(third, "Oui.", "fr") is third


@pytest.mark.parametrize("kind", [PostKind.ARGUMENT, PostKind.SOURCE])
def test_only_contributions_are_answered(kind: PostKind) -> None:
    reply = replace(POST, kind=kind, contribution=1)
    refused = respond(a_debate(), reply, None, "Oui.", "fr")
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.NOT_A_CONTRIBUTION


@pytest.mark.parametrize("state", [PostState.WITHDRAWN, PostState.HIDDEN, PostState.ERASED])
def test_a_tombstone_is_not_answered(state: PostState) -> None:
    gone = replace(POST, state=state, state_reason="author", state_since=MIDWAY)
    refused = respond(a_debate(), gone, None, "Oui.", "fr")
    assert isinstance(refused, Refused)
    assert refused.code == f"post_{state}"


def test_nothing_cannot_be_said_and_neither_can_everything() -> None:
    debate = a_debate()
    for body, code in (
        ("", RefusalCode.TEXT_TOO_SHORT),
        ("x" * (RESPONSE_MAX + 1), RefusalCode.TEXT_TOO_LONG),
    ):
        refused = respond(debate, POST, None, body, "fr")
        assert isinstance(refused, Refused)
        assert (refused.code, refused.facts["field"]) == (code, "body")
    assert isinstance(respond(debate, POST, None, "x" * RESPONSE_MAX, "fr"), OfficialText)
    assert isinstance(conclude(None, "x" * OUTCOME_MAX, "fr"), OfficialText)
    assert isinstance(conclude(None, "x" * (OUTCOME_MAX + 1), "fr"), Refused)
