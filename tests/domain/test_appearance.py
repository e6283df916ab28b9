"""Which colours everybody can read, and what becomes of one on a dark page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.domain.appearance import (
    DARK_GROUND,
    LEAST_CONTRAST,
    LIGHT_GROUND,
    check_accent,
    contrast,
    on_dark,
)
from consultation.domain.decisions import ALLOWED, Refused

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.478)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(expected, abs=0.001)


@given(COLOURS)
def test_a_colour_is_taken_exactly_when_it_can_be_read_and_else_another_is_offered(colour: str) -> None:
    decision = check_accent(colour)
    if contrast(colour, LIGHT_GROUND) >= LEAST_CONTRAST:
        assert decision == ALLOWED
        return
    assert isinstance(decision, Refused)
    suggestion = decision.facts["suggestion"]
    assert isinstance(suggestion, str)
    assert check_accent(suggestion) == ALLOWED


@given(COLOURS)
def test_on_a_dark_page_every_colour_can_be_read(colour: str) -> None:
    assert contrast(on_dark(colour), DARK_GROUND) >= LEAST_CONTRAST


def test_what_can_be_read_on_a_dark_page_stays_as_it_is() -> None:
    assert on_dark("#a3cdea") == "#a3cdea"
