"""What a form sends is read strictly, and what was refused is shown again as it was typed."""

import asyncio
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import Request

from consultation.api.problems import Problem
from consultation.domain.decisions import RefusalCode
from consultation.localisation.languages import Language
from consultation.web.forms import KEY, MEDIA_TYPE, MOST_FIELDS, Form, Sent, fault_of, form_of, read_form


def sent_as(body: bytes, media_type: str = MEDIA_TYPE) -> Sent:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", media_type.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    return asyncio.run(read_form(Request(scope, receive)))


def test_fields_come_as_they_were_typed() -> None:
    typed = {"title": "Été & hiver", "body": "un\r\n\r\ndeux + trois", "note": ""}
    assert sent_as(urlencode(typed).encode()).values == typed


def test_a_charset_beside_the_media_type_is_taken() -> None:
    assert sent_as(b"a=1", f"{MEDIA_TYPE}; charset=UTF-8").text("a") == "1"


@pytest.mark.parametrize(
    "media_type", ["multipart/form-data; boundary=x", "text/plain", "application/json", ""]
)
def test_another_kind_of_body_is_refused(media_type: str) -> None:
    with pytest.raises(Problem) as refused:
        sent_as(b"a=1", media_type)
    assert refused.value.code == "media_type_unsupported"


@pytest.mark.parametrize(
    "body",
    [
        b"a=%ff",
        b"a=%ed%a0%80",
        "a=é".encode(),
        b"a=1&a=2",
        "&".join(f"f{number}=" for number in range(MOST_FIELDS + 1)).encode(),
    ],
    ids=["not UTF-8", "lone surrogate", "not encoded", "twice", "too many"],
)
def test_what_no_browser_sends_from_a_form_of_ours_is_malformed(body: bytes) -> None:
    with pytest.raises(Problem) as refused:
        sent_as(body)
    assert refused.value.code == "malformed"


def test_a_nul_reaches_the_rule_that_refuses_it() -> None:
    assert sent_as(b"body=a%00b").text("body") == "a\x00b"


def test_white_space_alone_is_not_given() -> None:
    sent = Sent({"note": " \r\n", "theme": "rues"})
    assert (sent.given("note"), sent.given("theme"), sent.given("title")) == (None, "rues", None)


def test_a_refused_form_keeps_its_key_and_everything_that_was_typed() -> None:
    sent = Sent({KEY: "k1", "intent": "preview", "kept": "sealed", "title": " Un titre ", "body": "x"})
    form = form_of("/ville/debat/contribute", sent, "fresh")
    assert (form.key, dict(form.values)) == ("k1", {"title": " Un titre ", "body": "x"})


def test_a_form_without_a_key_gets_a_fresh_one() -> None:
    assert form_of("/", Sent({"title": "x"}), "fresh").key == "fresh"


def test_a_fault_leads_to_the_field_that_it_is_about() -> None:
    problem = Problem(RefusalCode.TEXT_TOO_SHORT, {"field": "title", "limit": 5, "length": 2})
    fault = fault_of(problem, {"title", "body"})
    form = Form("/", "k").refused(fault)
    assert fault.field == "title"
    assert form.fault("title") == fault
    assert "5" in fault.said(Language.FR)
    assert form.fault("body") is None


def test_a_fault_of_no_field_of_the_form_is_one_of_the_whole() -> None:
    problem = Problem(RefusalCode.TEXT_TOO_SHORT, {"field": "facts", "limit": 5, "length": 2})
    assert fault_of(problem, {"title"}).field is None


def test_a_page_can_say_more_than_the_interface() -> None:
    fault = fault_of(Problem("idempotency_key_reused"), (), "form.again")
    assert fault.said(Language.EN).startswith("This form has already been sent")


def test_a_length_counts_as_the_rules_count() -> None:
    form = Form("/", "k", {"body": "  e\u0301te\u0301\r\n👩‍🌾  "})
    assert form.length("body") == len("été\n👩‍🌾")
