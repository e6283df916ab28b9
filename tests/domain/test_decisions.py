"""Decisions are values, and the first refusal is the one that is told."""

import pytest

from consultation.domain.decisions import ALLOWED, Allowed, Decision, RefusalCode, Refused, first_refusal

CLOSED = Refused(RefusalCode.PERIOD_CLOSED, {"time_zone": "UTC"})
SIGN_IN = Refused(RefusalCode.SIGN_IN_REQUIRED)


@pytest.mark.parametrize(
    ("decisions", "first"),
    [
        ((), ALLOWED),
        ((ALLOWED,), ALLOWED),
        ((ALLOWED, ALLOWED), ALLOWED),
        ((CLOSED,), CLOSED),
        ((CLOSED, SIGN_IN), CLOSED),
        ((SIGN_IN, CLOSED), SIGN_IN),
        ((ALLOWED, SIGN_IN, ALLOWED, CLOSED), SIGN_IN),
    ],
)
def test_the_first_refusal_in_order_decides(decisions: tuple[Decision, ...], first: Decision) -> None:
    assert first_refusal(*decisions) is first


def test_decisions_are_compared_by_what_they_say() -> None:
    assert Allowed() == ALLOWED
    assert Refused(RefusalCode.PERIOD_CLOSED, {"time_zone": "UTC"}) == CLOSED
    assert Refused(RefusalCode.PERIOD_CLOSED) != CLOSED
    assert ALLOWED.allowed
    assert not CLOSED.allowed


def test_codes_are_words_that_problem_documents_can_carry() -> None:
    for code in RefusalCode:
        assert code.value == code.name.lower()
        assert code.value.replace("_", "").isalpha()
