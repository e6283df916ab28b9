"""HTML bodies keep their words, and the formatting that our Markdown has."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.exchange.importers.html_to_markdown import html_to_markdown
from tests.domain.profiles import examples
from tests.exchange.importers.rendering import RENDERERS, STRICT, letters_of_html, words


def markdown_of(html: str) -> str:
    """The Markdown of a body of which everything is kept."""
    converted = html_to_markdown(html)
    assert converted.notes == ()
    return converted.markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("", ""),
        ("<p>&nbsp;</p><hr>", ""),
        ("<p>a</p><hr><p>b</p>", "a\n\n___\n\nb"),
        ("<ul><li><hr>a</li><li>b</li></ul>", "- ___\n\n  a\n- b"),
        ("<pre>a<br>b</pre>", "```\na\nb\n```"),
        ("<p>a</p>\n\n<p>b\n c</p>", "a\n\nb c"),
        ("<div>a</div><div>&nbsp;</div><div>b</div>", "a\n\nb"),
        ("a<br />b", "a\\\nb"),
        ("<p>a<br>&nbsp;</p>", "a"),
        ("<p><br>a<br><br>b</p>", "a\n\nb"),
        ("<b>a</b> <br>b", "**a**\\\nb"),
        ("l&rsquo;&eacute;t&eacute; &laquo;&nbsp;x&nbsp;&raquo;", "l’été «\u00a0x\u00a0»"),
        ("<strong>a</strong> <em>b</em>", "**a** *b*"),
        ("<b>a </b>b<i> c</i>", "**a** b *c*"),
        ("<strong>a <em>b</em></strong>", "**a *b***"),
        ("<strong>a</strong><strong> b</strong>", "**a b**"),
        ("<strong><p>a</p><p>b</p></strong>", "**a**\n\n**b**"),
        ("<h2>a<br>b #</h2><p>c</p>", "## a b \\#\n\nc"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ('<ol start="3"><li>a</li></ol>', "3. a"),
        ("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>", "- a\n\n  - b\n\n- c\n\n  d"),
        ("<ol><li>a</li></ol><ol><li>b</li></ol>", "1. a\n\n1) b"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<blockquote>a</blockquote><blockquote>b</blockquote>", "> a\n\n> b"),
        ("<blockquote><ul><li>a<br>b</li></ul></blockquote>", "> - a\\\n>   b"),
        ("x <code>a*b</code>", "x `a*b`"),
        ("<pre>a\n\n  b</pre>", "```\na\n\n  b\n```"),
        ("<blockquote><pre>a\n\nb</pre></blockquote>", "> ```\n> a\n>\n> b\n> ```"),
        ('<a href="https://example.org/">a <b>b</b></a>', "[a **b**](https://example.org/)"),
        ('wow!<a href="https://example.org/"> a </a>b', "wow! [a](https://example.org/) b"),
        ("<h2>a #</h2><h3>#</h3>", "## a \\#\n\n### \\#"),
        ('voir<a href="http://a.bc">http://a.bc</a>', "voir[http\\://a.bc](http://a.bc)"),
        ("http://a.bc<b>d</b>", "[http://a.bc](http://a.bc)**d**"),
        ('wow!<a href="https://example.org/">a</a>', "wow\\![a](https://example.org/)"),
        ('<a href="mailto:a@example.org">a</a>', "[a](mailto:a@example.org)"),
        ("&lt;b&gt; &amp;amp; *x* # y", "\\<b> \\&amp; \\*x\\* # y"),
        ("<span>1</span>. a", "1\\. a"),
        ("<div># a<br>- b</div>", "\\# a\\\n\\- b"),
    ],
)
def test_html_becomes(html: str, markdown: str) -> None:
    assert markdown_of(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown", "note"),
    [
        ("a<script>b()</script>", "a", "<script> was dropped with its content"),
        ("a<style>b{}</style>", "a", "<style> was dropped with its content"),
        ("1<sup>er</sup> <u>a</u>", "1er a", "not kept, but their text is: <sup>, <u>"),
        ("a <your firm> b", "a b", "not kept, but their text is: <your>"),
        ('<a href="javascript:a()">b</a>', "b", "a link without an http, https or mailto address"),
        ('<a href="/a">b</a>', "b", "a link without an http, https or mailto address"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b", "a table became lines of text"),
        ("<b>a,</b>b <b>c</b>", "a,b **c**", "emphasis or links that Markdown cannot express"),
        ("a\u202eb", "a\ufffdb", "characters that no text may hold"),
        ("a&#8238;b", "a\ufffdb", "characters that no text may hold"),
        ('<pre><a href="http://a.bc">d</a></pre>', "```\nd\n```", "the address of a link inside code"),
    ],
)
def test_what_is_not_kept_is_noted(html: str, markdown: str, note: str) -> None:
    converted = html_to_markdown(html)
    assert converted.markdown == markdown
    assert [text for text in converted.notes if text.startswith(note)]


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ('<img src="http://example.org/a.png" alt="a [b]">', "[a \\[b\\]](http://example.org/a.png)"),
        ('<img src="http://example.org/a.png">', "[http://example.org/a.png](http://example.org/a.png)"),
        ('<a href="http://b.cd"><img src="http://example.org/a.png" alt="a"></a>', "[a](http://b.cd)"),
        ('x<img src="data:image/png;base64,AAAA" alt="a">', "xa"),
        ('x<img src="data:image/png;base64,AAAA">', "x"),
    ],
)
def test_images_are_linked_or_told_but_never_shown(html: str, markdown: str) -> None:
    converted = html_to_markdown(html)
    assert converted.markdown == markdown
    assert any("image" in note for note in converted.notes)
    assert "<img" not in STRICT(converted.markdown)


def test_many_lost_elements_make_one_short_note() -> None:
    (note,) = html_to_markdown("".join(f"<x{i}>" for i in range(1000)) + "a").notes
    assert note.endswith("and 990 more")
    assert len(note) < 200


def test_deep_nesting_keeps_the_words() -> None:
    converted = html_to_markdown("<ul><li>a" * 100)
    assert words(converted.markdown) == ["a"] * 100
    assert any("deeper than 6" in note for note in converted.notes)


# "a" to "z" as words, in markup of every kind that our Markdown has.
_INLINE = st.recursive(
    st.sampled_from(["a", "b ", " c", "*", "1.", "#", "&lt;x&gt;", "&amp;copy;", "!", "_", ", ", "<br>"]),
    lambda inner: st.tuples(
        st.sampled_from(["b", "em", "code", "span", 'a href="http://a.bc/(_d)"']),
        st.lists(inner, max_size=4).map("".join),
    ).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0].split()[0]}>"),
    max_leaves=8,
)
_BLOCKS = st.recursive(
    st.tuples(st.sampled_from(["p", "div", "h2", "pre"]), st.lists(_INLINE, max_size=5).map("".join)),
    lambda inner: st.tuples(
        st.sampled_from(["ul", "ol", "li", "blockquote"]),
        st.lists(inner.map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"), max_size=4).map("".join),
    ),
    max_leaves=8,
).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>")


@pytest.mark.parametrize("renderer", RENDERERS)
@examples(60)
@given(html=st.lists(_BLOCKS, max_size=3).map("".join))
def test_every_word_of_a_body_is_shown(renderer: str, html: str) -> None:
    shown = "".join(words(html_to_markdown(html).markdown, RENDERERS[renderer]))
    assert shown == letters_of_html(html)


@examples(100)
@given(
    pieces=st.lists(
        st.sampled_from(
            [
                *("<p>", "</p>", "<b>", "</i>", "<i>", "<a href='http://a.bc'>", "<li>", "<ul>", "</ul>"),
                *("<table>", "<td>", "<pre>", "x", "*", "`", "[", "]", "<!--", "-->", "&nbsp;", "&#0;"),
                *("\x0c", "<", "<br>", "<h1>", "</h1>", "<svg>", "<math>", "<select>", "<textarea>"),
                "<plaintext>",
            ]
        ),
        max_size=30,
    )
)
def test_broken_html_keeps_what_a_browser_shows(pieces: list[str]) -> None:
    html = "".join(pieces)
    shown = "".join(words(html_to_markdown(html).markdown))
    assert shown.replace("\ufffd", "") == letters_of_html(html).replace("\ufffd", "")


@examples(100)
@given(html=st.text())
def test_no_html_is_too_nasty(html: str) -> None:
    html_to_markdown(html)


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "<",
        "&",
        "<a ",
        '<a "',
        "<!--",
        "<b>",
        "<b>[",
        "<i><b></i>",
        "<div>",
        "<ul><li>",
        "<br>",
    ],
)
def test_long_bodies_take_no_time(piece: str) -> None:
    start = time.process_time()
    html_to_markdown(piece * (30_000 // len(piece)))
    assert time.process_time() - start < 5


def test_much_emphasis_that_cannot_be_kept_takes_little_time() -> None:
    start = time.process_time()
    assert html_to_markdown("<b>,</b>x" * 1000).markdown == ",x" * 1000
    assert time.process_time() - start < 5
