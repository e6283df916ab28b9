"""Plain text is shown exactly as it was written."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.exchange.importers.markdown_text import code_block, code_span, link, plain_text
from tests.domain.profiles import examples
from tests.exchange.importers.rendering import GENEROUS, RENDERERS, STRICT, words

NASTY = st.lists(
    st.one_of(
        st.sampled_from(list("ab1 \t\n*_`~[]()<>!&;#+-=|:.\\\"'/@{}^$")),
        st.sampled_from(["&amp;", "&#39;", "http://a.bc/_d_", "<br>", "<b>", "1. ", "---", "\n\n", "    "]),
        st.sampled_from(["é", "\u00a0", "\u0338", "\u200b", "\u2028", "\r\n", "![", "](", "www.a.bc"]),
    ),
    max_size=40,
).map("".join)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("one line", "one line"),
        ("two\nlines", "two\\\nlines"),
        ("two\r\nlines", "two\\\nlines"),
        ("a\n\nb", "a\n\nb"),
        ("a\n \t\n\n  b", "a\n\nb"),
        ("  edges \n", "edges"),
        ("a  \n  b", "a\\\nb"),
        ("a\n\u00a0\n\nb", "a\n\nb"),
        ("a * b", "a \\* b"),
        ("snake_case and _this_", "snake_case and \\_this\\_"),
        ("[x](y)", "\\[x\\](y)"),
        ("- no list", "\\- no list"),
        ("12. no list", "12\\. no list"),
        ("12.5 is a number", "12.5 is a number"),
        ("# no heading", "\\# no heading"),
        ("number #1", "number #1"),
        ("x\n===", "x\\\n\\==="),
        ("x\n> y", "x\\\n\\> y"),
        ("R&D; &copy; & co", "R\\&D; \\&copy; & co"),
        ("~~~\n~/home", "\\~\\~\\~\\\n~/home"),
        ("a | b\n:-: | :-:", "a \\| b\\\n\\:-: \\| :-:"),
        ("back\\slash\\", "back\\\\slash\\\\"),
        ("line<br>still the same", "line\\<br>still the same"),
        ("anti-<put a firm here>.", "anti-\\<put a firm here>."),
    ],
)
def test_plain_text_becomes(text: str, markdown: str) -> None:
    assert plain_text(text) == markdown


def test_what_looks_like_a_tag_is_shown_as_it_was_typed() -> None:
    assert words(plain_text("anti-<put a firm>, <br>")) == ["anti-<put", "a", "firm>,", "<br>"]


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("see https://example.org/a_b?c=1&d=2.", "see https://example.org/a_b?c=1&d=2."),
        ("https://example.org/_a/b_", "[https://example.org/\\_a/b](https://example.org/_a/b)\\_"),
        ("wow!http://example.org/*", "wow\\![http://example.org/](http://example.org/)\\*"),
        ("see http://example.org/\nthere", "see [http://example.org/](http://example.org/)\\\nthere"),
        ("ftp://example.org/_a", "ftp\\://example.org/\\_a"),
        ("abcdhttp://example.org/_a", "abcd[http\\://example.org/\\_a](http://example.org/_a)"),
        ("wow!http://example.org/*x", "wow\\![http://example.org/\\*x](http://example.org/*x)"),
    ],
)
def test_an_address_stays_one_link(text: str, markdown: str) -> None:
    assert plain_text(text) == markdown


def test_a_link_survives_a_renderer_that_finds_links() -> None:
    address = "https://example.org/_layouts/_page"
    assert f'href="{address}"' in GENEROUS(plain_text(f"see {address} there"))


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("http://a.bc/d e", "(http://a.bc/d%20e)"),
        ("http://a.bc/(d", "(<http://a.bc/(d>)"),
        ("http://a.bc/<`\\>", "(http://a.bc/%3C%60%5C%3E)"),
        ("http://a.bc/?x=1&copy;=2", "(http://a.bc/?x=1\\&copy;=2)"),
    ],
)
def test_an_address_cannot_leave_its_parentheses(address: str, target: str) -> None:
    markdown = link("text", address)
    assert markdown == f"[text]{target}"
    assert words(markdown) == ["text"]


@pytest.mark.parametrize("text", ["a", "`", "``a`", " a", "a\nb", "&amp; <b> \\*"])
def test_code_is_shown_as_it_is(text: str) -> None:
    assert words(f"x {code_span(text)} y") == ["x", *text.split(), "y"]
    assert words(code_block(text)) == text.split()


@pytest.mark.parametrize("renderer", RENDERERS)
@examples(100)
@given(text=NASTY)
def test_every_word_is_shown(renderer: str, text: str) -> None:
    expected = unicodedata.normalize("NFC", text).split()
    assert words(plain_text(text), RENDERERS[renderer]) == expected


@examples(100)
@given(text=NASTY)
def test_nothing_typed_becomes_markup(text: str) -> None:
    shown = STRICT(plain_text(text)).replace("<br />", "")
    tags = {piece.split(">")[0].split(" ")[0] for piece in shown.split("<")[1:]}
    assert tags <= {"p", "/p", "a", "/a"}


@examples(100)
@given(text=NASTY.filter(lambda text: "http" not in text))
def test_line_breaks_are_kept(text: str) -> None:
    written = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    shown = STRICT(plain_text(text)).replace("</p>", "<br />").split("<br />")
    assert len([line for line in shown if line.strip() not in {"", "<p>"}]) == len(written)


@examples(100)
@given(text=st.text())
def test_no_text_is_too_nasty(text: str) -> None:
    plain_text(text)


@pytest.mark.parametrize("piece", ["[", "<", "&", "*", "_", "\\", "http://", "http://.", "\n ", "1. ", "~"])
def test_long_texts_take_no_time(piece: str) -> None:
    start = time.process_time()
    plain_text(piece * (30_000 // len(piece)))
    assert time.process_time() - start < 5
