"""The published JSON Schema: made from the reader's own classes, and true of what is written."""

from collections.abc import Callable
from importlib.resources import files

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from consultation.application.imports.words import SearchWords
from consultation.application.search import search_terms
from consultation.domain.texts import check_text
from consultation.exchange.debate_jsonl.schema import schema_text
from consultation.exchange.debate_jsonl.values import Text
from tests.exchange.jsonl.archives import Lines, changed
from tests.exchange.jsonl.makers import Instance, lively_debate
from tests.exchange.jsonl.test_refusals import FIELDS, good

PUBLISHED = "debate-jsonl-1.schema.json"
ACROSS_LINES = (
    *(
        "time zone that",
        "period that",
        "limits out",
        "theme twice",
        "last number",
        "header twice",
        "no header",
    ),
    *("participant twice", "participants out", "participant after", "author who", "voter who", "source"),
    *("post twice", "posts out", "gap", "argument on", "contribution", "argument with", "theme that"),
    *("visible and", "tombstone without", "sequence that", "vote twice", "votes out", "vote on"),
    *("support for", "agreement", "revision that", "entry left", "entry twice", "entries out"),
    *("entry with", "entry about", "entry dated", "entry yet", "one reference", "day that"),
    *("argument without", "link with", "title over", "body", "name with", "number as a fraction"),
)
"""What a schema of single lines cannot see: other lines, the calendar, characters, and 1.0."""


def validator() -> Draft202012Validator:
    text = files("consultation.exchange.debate_jsonl").joinpath(PUBLISHED).read_bytes()
    schema = orjson.loads(text)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_published_schema_is_that_of_the_reader() -> None:
    published = files("consultation.exchange.debate_jsonl").joinpath(PUBLISHED).read_text("utf-8")
    assert published == schema_text()


def test_every_line_that_is_written_fits_the_schema(instance: Instance) -> None:
    valid = validator()
    octets = instance.export(lively_debate(instance))
    for line in octets.split(b"\n")[:-1]:
        valid.validate(orjson.loads(line))


@pytest.mark.parametrize(("change", "line"), [case[1:3] for case in FIELDS], ids=[case[0] for case in FIELDS])
def test_what_the_reader_refuses_in_one_line_the_schema_refuses_too(
    change: Callable[[Lines], object], line: int, request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    octets = changed(good(), change).split(b"\n")[line - 1]
    assert validator().is_valid(orjson.loads(octets)) == name.startswith(ACROSS_LINES)


@given(st.text())
def test_the_fast_look_at_a_text_forbids_what_the_domain_forbids(text: str) -> None:
    try:
        TypeAdapter(Text).validate_python(text)
        allowed = True
    except ValidationError:
        allowed = False
    assert allowed == check_text("", text, 0, len(text)).allowed


@given(st.text(), st.text())
def test_remembered_words_are_the_same_words(title: str, body: str) -> None:
    assert SearchWords("fr").of(title, body) == search_terms("fr", title, body)


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consultation.application.imports.words._REMEMBERED", 2)
    words = SearchWords("fr")
    assert words.of(None, "vélo vélos travaux travail place") == search_terms(
        "fr", "vélo vélos travaux travail place"
    )
    assert len(words) <= 2
