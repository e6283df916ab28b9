"""Participation codes: what they carry, what typing errors do to them, when they can be redeemed."""

import math
from datetime import datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.domain.decisions import ALLOWED, RefusalCode
from consultation.domain.participation import Participation
from consultation.domain.participation_codes import (
    ALPHABET,
    CODE_SPACE,
    CodeState,
    check_code,
    check_codes_wanted,
    check_redeeming,
    code_of,
    printed,
    typed,
)
from tests.domain.builders import CLOSES_AT, CREATED_AT, MIDWAY, OPENS_AT, US, debate, draft
from tests.domain.builders import code_of as refused_with

ASKING: Final = {"participation": Participation(code=True)}
numbers = st.integers(0, CODE_SPACE - 1)


def test_a_code_carries_sixty_bits_and_more() -> None:
    assert math.log2(CODE_SPACE) > 60
    assert len({code_of(number) for number in (0, 1, 30, 31, CODE_SPACE - 1)}) == 5


def test_nothing_in_the_alphabet_looks_like_something_else() -> None:
    assert not set("0O1IL") & set(ALPHABET)
    assert len(set(ALPHABET)) == 31


@given(number=numbers)
def test_a_code_is_printed_in_groups_and_typed_in_any_way(number: int) -> None:
    code = code_of(number)
    assert [len(group) for group in printed(code).split("-")] == [5, 5, 5]
    for way in (printed(code), code, code.lower(), f" {printed(code).replace('-', ' ')} "):
        assert typed(way) == code


@given(number=numbers, place=st.integers(0, 14), other=st.sampled_from(ALPHABET))
def test_every_wrong_symbol_shows(number: int, place: int, other: str) -> None:
    code = code_of(number)
    wrong = code[:place] + other + code[place + 1 :]
    assert typed(wrong) == (code if wrong == code else None)


@given(number=numbers, first=st.integers(0, 14), second=st.integers(0, 14))
def test_every_two_symbols_that_changed_places_show(number: int, first: int, second: int) -> None:
    symbols = list(code_of(number))
    symbols[first], symbols[second] = symbols[second], symbols[first]
    swapped = "".join(symbols)
    assert typed(swapped) == (swapped if swapped == code_of(number) else None)


@pytest.mark.parametrize(
    "text", ["", "K7M4P", "x" * 100, "K7M4P-9RWXT-3HDQO", "é" * 15, "K7M4P\x009RWXT3HDQZ"]
)
def test_what_can_be_no_code_is_none(text: str) -> None:
    assert typed(text) is None


@pytest.mark.parametrize(
    ("instant", "code"),
    [
        (OPENS_AT - US, None),
        (OPENS_AT, None),
        (CLOSES_AT - US, None),
        (CLOSES_AT, RefusalCode.PERIOD_CLOSED),
    ],
)
def test_codes_are_made_and_redeemed_until_the_close(instant: datetime, code: RefusalCode | None) -> None:
    assert refused_with(check_redeeming(debate(**ASKING), instant)) == code
    assert refused_with(check_codes_wanted(debate(**ASKING), instant)) == code


def test_codes_are_made_for_a_draft_which_nobody_can_redeem_one_in() -> None:
    assert check_codes_wanted(draft(**ASKING), CREATED_AT) == ALLOWED
    assert refused_with(check_redeeming(draft(**ASKING), CREATED_AT)) == RefusalCode.DEBATE_NOT_FOUND


def test_where_no_codes_are_asked_for_none_are_made_or_redeemed() -> None:
    for rule in (check_codes_wanted, check_redeeming):
        assert refused_with(rule(debate(), MIDWAY)) == RefusalCode.PARTICIPATION_CODES_NOT_ASKED


def test_a_code_serves_once() -> None:
    assert check_code(CodeState.FREE, 9) == ALLOWED
    assert refused_with(check_code(None, 9)) == RefusalCode.PARTICIPATION_CODE_UNKNOWN
    for state in set(CodeState) - {CodeState.FREE}:
        assert refused_with(check_code(state, 9)) == RefusalCode.PARTICIPATION_CODE_SPENT
