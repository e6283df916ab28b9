"""Which language answers which Accept-Language header (RFC 9110, 12.5.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.localisation.languages import Language, negotiate

FR, NL, DE, EN = Language.FR, Language.NL, Language.DE, Language.EN


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(None, FR, id="no header"),
        pytest.param("", FR, id="an empty header"),
        pytest.param("nl", NL, id="a language"),
        pytest.param("NL", NL, id="in capitals"),
        pytest.param("nl-BE", NL, id="a region of a language"),
        pytest.param("de-Latn-AT-1996", DE, id="a range of many parts"),
        pytest.param("pt, en", EN, id="the first one that we have"),
        pytest.param("en, nl", EN, id="the first named among equals"),
        pytest.param("en;q=0.8, nl;q=0.9", NL, id="the highest quality"),
        pytest.param("en;q=0.8, nl", NL, id="quality 1 unless said"),
        pytest.param("de;q=0.001, en;q=0.002", EN, id="three decimals"),
        pytest.param("en ; q=0.5 ,\tde\t;\tQ=0.7", DE, id="white space and a capital Q"),
        pytest.param("fr-CA;q=0.2, nl;q=0.5, fr;q=0.9", FR, id="the best of several ranges"),
        pytest.param("pt, sv;q=0.5", FR, id="none that we have"),
        pytest.param("*", FR, id="anything"),
        pytest.param("*, nl", NL, id="named before anything at equal quality"),
        pytest.param("nl;q=0.5, *;q=0.8", FR, id="anything else rather"),
        pytest.param("nl;q=0.8, *;q=0.5", NL, id="anything else as a last resort"),
        pytest.param("fr;q=0, en;q=0.1", EN, id="not the default"),
        pytest.param("fr;q=0, *", NL, id="anything but the default"),
        pytest.param("fr;q=0", NL, id="not the default, and nothing else said"),
        pytest.param("fr;q=0.000, nl;q=0", DE, id="two excluded"),
        pytest.param("fr;q=0, nl;q=0, de;q=0, en;q=0", FR, id="all excluded"),
        pytest.param("*;q=0", FR, id="nothing at all"),
        pytest.param("*;q=0, en", EN, id="one and nothing else"),
        pytest.param("fr-BE;q=0", FR, id="one region refused is not the language"),
        pytest.param("fr;q=0, fr-BE", NL, id="the language refused is also its regions"),
        pytest.param("en;q=1.5, de;q=0.1", DE, id="a quality above one is out of form"),
        pytest.param("en;q=0.1234, de;q=0.1", DE, id="a fourth decimal is out of form"),
        pytest.param("en;q=, de;q=0.1", DE, id="no quality is out of form"),
        pytest.param("en;q=-1, de;q=0.1", DE, id="a negative quality is out of form"),
        pytest.param("en;level=1, de;q=0.1", DE, id="another parameter is out of form"),
        pytest.param("en_GB, de;q=0.1", DE, id="an underscore is out of form"),
        pytest.param("english, de;q=0.1", DE, id="another tag with the same beginning"),
        pytest.param("en;q=\u0660.\u0665, de;q=0.1", DE, id="digits are ASCII"),
        pytest.param(",, ,en,,", EN, id="empty elements"),
    ],
)
def test_the_language_that_answers(header: str | None, expected: Language) -> None:
    assert negotiate(header, FR) is expected


@pytest.mark.parametrize("default", Language)
def test_the_default_answers_when_nothing_is_asked(default: Language) -> None:
    assert negotiate("pt-PT", default) is default


@pytest.mark.parametrize(
    "header",
    [
        "," * 20_000,
        "en" * 10_000,
        "en-" * 10_000,
        "en;" + " " * 20_000 + "q=0.5",
        " " * 20_000 + "en",
        "*;q=0." + "0" * 20_000,
        "x," * 10_000 + "en",
        "\x00\r\nen",
        "\ud800",
    ],
)
def test_a_hostile_header_gets_the_default(header: str) -> None:
    assert negotiate(header, DE) is DE


def test_what_stands_at_the_beginning_of_a_long_header_counts() -> None:
    assert negotiate("en;q=0.3,nl;q=0.4," + "x," * 10_000, FR) is NL


@given(st.text() | st.text(alphabet="frndeq*;=-,. 01"), st.sampled_from(Language))
def test_whatever_a_header_holds_there_is_an_answer(header: str, default: Language) -> None:
    assert negotiate(header, default) in set(Language)
