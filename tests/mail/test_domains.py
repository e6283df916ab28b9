"""Domains in ASCII and in Unicode: each of two spellings leads to the same mailbox, and to no other."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.mail.domains import in_ascii, in_unicode
from tests.cli.processes import plain_environment

JOINER, NON_JOINER = "\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        (f"क्{JOINER}ष.example", "xn--11b2ezcw70k.example"),
        (f"نامه{NON_JOINER}ای.example", "xn--mgba3gch31f060k.example"),
        ("post.faß.bücher.example", "post.xn--fa-hia.xn--bcher-kva.example"),
        ("☃.example", "xn--n3h.example"),
        ("☃.faß.example", "xn--n3h.xn--fa-hia.example"),
        ("mail.example", "mail.example"),
        ("localhost", "localhost"),
    ],
    ids=ascii,
)
def test_a_domain_is_spelt_in_two_ways_and_back(written: str, known: str) -> None:
    """Also as the newer IDNA alone does, and, with a symbol, as the older one alone does."""
    assert in_ascii(written) == known
    assert in_ascii(known) == known
    assert in_unicode(known) == written
    assert in_unicode(known.upper()) == written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("faß.example", "fass.example"),
        ("βόλος.example", "βόλοσ.example"),
        (f"क्{JOINER}ष.example", "क्ष.example"),
        (f"نامه{NON_JOINER}ای.example", "نامهای.example"),
    ],
    ids=ascii,
)
def test_what_were_one_domain_before_2008_are_two(one: str, other: str) -> None:
    """They may belong to two people: mail for one never goes to the other."""
    assert in_ascii(one) is not None
    assert in_ascii(other) is not None
    assert in_ascii(one) != in_ascii(other)


@pytest.mark.parametrize("domain", ["FAẞ.example", "Faß.Example"])
def test_capital_letters_are_the_same_domain(domain: str) -> None:
    assert in_ascii(domain) == "xn--fa-hia.example"


@pytest.mark.parametrize(
    "domain",
    [
        "",
        ".",
        "faß.",
        "faß..example",
        "-faß.example",
        "faß-.example",
        "fa ß.example",
        "fa_ß.example",
        "faß\r\n.example",
        "faß@bücher.example",
        f"a{JOINER}b.example",
        f"fa{NON_JOINER}ß.example",
        f"{JOINER}.example",
        "faß\N{IDEOGRAPHIC FULL STOP}example",
        "\N{FULLWIDTH LATIN SMALL LETTER M}ail.example",
        "fa\N{SOFT HYPHEN}ß.example",
        "fa\N{NO-BREAK SPACE}ß.example",
        "\N{COMBINING ACUTE ACCENT}ß.example",
        "\N{RIGHT-TO-LEFT OVERRIDE}ß.example",
        "אß.example",
        "faß\ud800.example",
        f"{'ß' * 64}.example",
        f"{'faß.' * 60}example",
        f"{'ß' * 1_000_000}.example",
    ],
    ids=lambda domain: ascii(domain[:20]),
)
def test_what_no_idna_spells_is_none(domain: str) -> None:
    assert in_ascii(domain) is None


@pytest.mark.parametrize(
    "domain", ["xn--a.example", "xn--zzzzzzzzzz99.example", "xn--.example", "xn--ab-.example"]
)
def test_what_says_nothing_in_unicode_stays_as_it_is(domain: str) -> None:
    assert in_unicode(domain) == domain


@given(st.text() | st.from_regex(r"[a-zßςé\u05d0\u200c\u200d☃-]{1,9}\.[a-z]{2}", fullmatch=True))
def test_whatever_is_typed_comes_back_to_the_same_ascii_or_is_none(domain: str) -> None:
    found = in_ascii(domain)
    if found is None:
        return
    assert found.isascii()
    assert in_ascii(in_unicode(found)) == found


def test_whose_domain_is_in_ascii_waits_for_no_tables() -> None:
    """A service starts without them."""
    code = (
        "import sys; from consultation.mail.letters import mailbox; mailbox('camille@mail.example');"
        "print('idna' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], env=plain_environment(), capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"
