"""What a text may be made of, and how it is tidied before it is measured."""

import unicodedata

import pytest

from consultation.domain.decisions import ALLOWED, Facts, RefusalCode, Refused
from consultation.domain.texts import check_text, tidy, tidy_line

CONTROLS = [
    *range(0x09),
    0x0B,
    0x0C,
    *range(0x0E, 0x20),
    0x7F,
    *range(0x80, 0x85),
    *range(0x86, 0xA0),
]
SURROGATES = [0xD800, 0xDBFF, 0xDC00, 0xDFFF]
BIDI_CONTROLS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
NONCHARACTERS = [
    *range(0xFDD0, 0xFDF0),
    *(plane * 0x10000 + last for plane in range(17) for last in (0xFFFE, 0xFFFF)),
]

WELCOME = {
    "tab": "\t",
    "newline": "\n",
    "no-break space": "\u00a0",
    "first above C1": "\u00a0",
    "last before the embeddings": "\u2029",
    "first after the overrides": "\u202f",
    "last before the isolates": "\u2065",
    "first after the isolates": "\u206a",
    "left-to-right mark": "\u200e",
    "right-to-left mark": "\u200f",
    "zero width joiner": "\u200d",
    "last before the surrogates": "\ud7ff",
    "first after the surrogates": "\ue000",
    "last before the noncharacters": "\ufdcf",
    "first after the noncharacters": "\ufdf0",
    "replacement character": "\ufffd",
    "first of the supplementary planes": "\U00010000",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "flag of Brussels' country": "\U0001f1e7\U0001f1ea",
    "Hebrew": "\u05e9\u05dc\u05d5\u05dd",
    "Arabic": "\u0633\u0644\u0627\u0645",
    "markup": "<script>alert(1)</script>",
    "backslash and quotes": "\\\"'",
    "last character of all": "\U0010fffd",
}


@pytest.mark.parametrize("points", [CONTROLS, SURROGATES, BIDI_CONTROLS, NONCHARACTERS])
def test_a_character_that_no_text_needs_is_refused_by_name(points: list[int]) -> None:
    for point in points:
        facts: Facts = {"field": "body", "character": f"U+{point:04X}"}
        for text in (f"before {chr(point)} after", chr(point), chr(point) + "x" * 50):
            answer = check_text("body", text, 1, 40)
            assert answer == Refused(RefusalCode.TEXT_NOT_ALLOWED, facts)


@pytest.mark.parametrize("text", WELCOME.values(), ids=WELCOME.keys())
def test_a_character_that_people_write_is_kept(text: str) -> None:
    assert check_text("body", f"before {text} after", 1, 40) == ALLOWED


def test_exactly_the_forbidden_characters_are_refused() -> None:
    forbidden = set(CONTROLS + BIDI_CONTROLS + NONCHARACTERS) | set(range(0xD800, 0xE000))
    refused = {point for point in range(0x110000) if not check_text("body", chr(point), 0, 9).allowed}
    assert refused == forbidden


def test_every_forbidden_character_survives_tidying_inside_a_text_so_that_it_is_noticed() -> None:
    for point in CONTROLS + SURROGATES + BIDI_CONTROLS + NONCHARACTERS:
        assert not check_text("body", tidy(f"a{chr(point)}b"), 0, 9).allowed, hex(point)


@pytest.mark.parametrize(
    ("length", "code"),
    [
        (0, RefusalCode.TEXT_TOO_SHORT),
        (4, RefusalCode.TEXT_TOO_SHORT),
        (5, None),
        (6, None),
        (9, None),
        (10, None),
        (11, RefusalCode.TEXT_TOO_LONG),
        (5_000, RefusalCode.TEXT_TOO_LONG),
    ],
)
@pytest.mark.parametrize("letter", ["a", "\u00e9", "\U0001f333"])
def test_a_length_is_counted_in_code_points(letter: str, length: int, code: RefusalCode | None) -> None:
    answer = check_text("title", letter * length, 5, 10)
    if code is None:
        assert answer == ALLOWED
    else:
        limit = 5 if code is RefusalCode.TEXT_TOO_SHORT else 10
        assert answer == Refused(code, {"field": "title", "limit": limit, "length": length})


def test_a_forbidden_character_is_told_before_the_length() -> None:
    facts: Facts = {"field": "title", "character": "U+0000"}
    assert check_text("title", "\x00", 5, 10) == Refused(RefusalCode.TEXT_NOT_ALLOWED, facts)
    assert check_text("title", "\x00" * 11, 5, 10) == Refused(RefusalCode.TEXT_NOT_ALLOWED, facts)


def test_bounds_may_meet() -> None:
    assert check_text("note", "", 0, 0) == ALLOWED
    assert check_text("note", "abc", 3, 3) == ALLOWED


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", ""),
        ("plain", "plain"),
        ("one\r\ntwo", "one\ntwo"),
        ("one\rtwo", "one\ntwo"),
        ("one\x85two", "one\ntwo"),
        ("one\n\r\n\rtwo", "one\n\n\ntwo"),
        ("\r\n  one \t\r\n", "one"),
        ("one  two\tthree", "one  two\tthree"),
        ("\u2003one\u00a0", "one"),
        ("\ufeffone", "\ufeffone"),
        ("e\u0301", "\u00e9"),
        ("\u1100\u1161\u11a8", "\uac01"),
        ("\u212b", "\u00c5"),
        ("\ufb01", "\ufb01"),
        ("a\u0323\u0307", "\u1ea1\u0307"),
        ("a\u0307\u0323", "\u1ea1\u0307"),
        ("\x1f one \x1c", "one"),
    ],
)
def test_a_body_is_kept_in_nfc_with_newlines_and_no_space_around(written: str, kept: str) -> None:
    assert tidy(written) == kept
    assert unicodedata.is_normalized("NFC", tidy(written))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("one\ntwo", "one two"),
        ("one\r\n\r\n two", "one two"),
        ("one \t\u00a0\u2003 two", "one two"),
        ("one\u2028two\u2029three", "one two three"),
        ("one\x0btwo\x0cthree\x1ffour", "one two three four"),
        ("  E\u0301te\u0301  ", "\u00c9t\u00e9"),
        ("one\u200btwo", "one\u200btwo"),
        ("\n", ""),
    ],
)
def test_a_title_is_kept_on_one_line(written: str, kept: str) -> None:
    assert tidy_line(written) == kept


def test_a_tidied_text_is_measured_as_it_is_kept() -> None:
    decomposed = "  " + "e\u0301" * 5 + "\r\n"
    assert check_text("title", tidy(decomposed), 5, 5) == ALLOWED
    padded = tidy("   ab   ")
    facts: Facts = {"field": "title", "limit": 5, "length": 2}
    assert check_text("title", padded, 5, 10) == Refused(RefusalCode.TEXT_TOO_SHORT, facts)


@pytest.mark.parametrize("invisible", ["\u200b", "\u3164", "\ufeff", "\u2060", "\u2800", "\U000e0020"])
def test_what_cannot_be_seen_does_not_make_a_text(invisible: str) -> None:
    refused = check_text("title", invisible * 9 + "abcd", 5, 200)
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.TEXT_TOO_SHORT
    assert refused.facts["length"] == 4


def test_what_joins_emoji_may_stand_in_a_text() -> None:
    assert check_text("title", "\U0001f468\u200d\U0001f33e plante", 5, 200).allowed
