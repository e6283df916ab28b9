"""Logs: one JSON object a line, and nothing in it that names somebody or opens a door."""

import asyncio
import json
import logging
import logging.config
import sys
from collections.abc import MutableMapping
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from consultation.observability import (
    REMOVED,
    AccessLog,
    JsonFormatter,
    configure,
    log_access,
    log_config,
    route_template,
    scrub,
)

TOKEN = "u5S0G9r8mVt1xQ2bW3nE4kL7aZ6cY8dF_hJ-pR0sTgM"


def line(record: logging.LogRecord) -> dict[str, Any]:
    """The line of a record, as data."""
    text = JsonFormatter().format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("consultation.test", logging.WARNING, "x.py", 1, message, arguments, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to camille.d+x@example.org now", f"to {REMOVED} now"),
        ("mail to <a@b.example>, again", f"mail to <{REMOVED}>, again"),
        ("GET /me?email=a%40b.example&x=1", f"GET /me?email={REMOVED}&x=1"),
        ("postgresql://user:hush@db.internal/name", f"postgresql://user:{REMOVED}"),
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {REMOVED}"),
        (f"session {TOKEN} ended", f"session {REMOVED} ended"),
        ("from 203.0.113.9:443", f"from {REMOVED}:443"),
        ("from 2001:db8::7 and ::1", f"from {REMOVED} and {REMOVED}"),
        ("at 22:03:11 and 10:15", "at 22:03:11 and 10:15"),
        ("version 1.2.3", "version 1.2.3"),
        (
            "ck_debates_published_at_not_before_created_at_x",
            "ck_debates_published_at_not_before_created_at_x",
        ),
        ("0197d3e2-0000-7000-8000-1234567890ab", "0197d3e2-0000-7000-8000-1234567890ab"),
        ("#2150: 6 votes, 80 %", "#2150: 6 votes, 80 %"),
    ],
)
def test_what_names_somebody_or_opens_a_door_is_removed(text: str, expected: str) -> None:
    assert scrub(text) == expected


def test_a_line_is_an_object_with_the_usual_fields() -> None:
    told = line(record("transaction is run again: %s", "DeadlockDetected", debate="x", tries=2))
    assert told["event"] == "transaction is run again: DeadlockDetected"
    assert (told["level"], told["logger"]) == ("warning", "consultation.test")
    assert told["at"].endswith("Z")
    assert (told["debate"], told["tries"]) == ("x", 2)


def test_fields_are_cleaned_by_name_and_by_look() -> None:
    told = line(
        record(
            "sent %s",
            "a@b.example",
            token="short",
            Email="x",
            seen=["a@b.example", 3],
            more={"ip": "1"},
            at_=None,
        )
    )
    assert told["event"] == f"sent {REMOVED}"
    assert (told["token"], told["Email"]) == (REMOVED, REMOVED)
    assert told["seen"] == [REMOVED, 3]
    assert told["more"] == {"ip": REMOVED}
    assert told["at_"] is None


def test_an_exception_is_type_first_line_and_places() -> None:
    def fail() -> None:
        error = ValueError("duplicate\n[parameters: ('Un texte', 'a@b.example')]")
        raise error from KeyError("a@b.example")

    made = record("failed")
    try:
        fail()
    except ValueError:
        made.exc_info = sys.exc_info()
    told = line(made)
    exception = told["exception"]
    assert (exception["type"], exception["message"]) == ("builtins.ValueError", "duplicate")
    assert exception["frames"][-1].endswith(" fail")
    assert exception["cause"]["type"] == "builtins.KeyError"
    assert "b.example" not in json.dumps(told)
    assert "Un texte" not in json.dumps(told)


@pytest.mark.usefixtures("logging_restored")
def test_everybody_s_lines_end_in_one_place(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")
    logging.getLogger("consultation.one").info("a")
    logging.getLogger("uvicorn.error").info("b", extra={"color_message": "\x1b[1mb"})
    logging.getLogger("uvicorn.access").info("never")
    logging.getLogger("sqlalchemy.engine").info("never")
    logging.getLogger("consultation.one").debug("never")
    structlog.get_logger("consultation.two").info("c", number=3)
    lines = [json.loads(text) for text in capsys.readouterr().err.splitlines()]
    assert [(told["event"], told["logger"]) for told in lines] == [
        ("a", "consultation.one"),
        ("b", "uvicorn.error"),
        ("c", "consultation.two"),
    ]
    assert lines[2]["number"] == 3
    assert all("color_message" not in told for told in lines)


@pytest.mark.usefixtures("logging_restored")
def test_the_level_holds_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    configure("WARNING")
    logging.getLogger("uvicorn.error").info("never")
    log_access("GET", "/x", 200, 1.0, "id")
    assert capsys.readouterr().err == ""


def answer(app: Any, scope: MutableMapping[str, Any]) -> None:
    async def receive() -> MutableMapping[str, Any]:
        return {}

    async def send(_: MutableMapping[str, Any]) -> None:
        return None

    asyncio.run(AccessLog(app, ticks=iter([1.0, 1.0123]).__next__)(scope, receive, send))


@pytest.mark.usefixtures("logging_restored")
def test_an_access_line_has_five_facts_and_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")

    async def app(scope: MutableMapping[str, Any], _receive: Any, send: Any) -> None:
        scope["route"] = SimpleNamespace(path="/debates/{debate}")
        await send({"type": "http.response.start", "status": 404, "headers": [(b"x-request-id", b"01a2")]})
        await send({"type": "http.response.body", "body": b""})

    answer(
        app, {"type": "http", "method": "GET", "path": "/debates/camille@example.org", "client": ("::1", 1)}
    )
    (told,) = [json.loads(text) for text in capsys.readouterr().err.splitlines()]
    assert told.pop("at").endswith("Z")
    assert told == {
        "event": "request",
        "method": "GET",
        "route": "/debates/{debate}",
        "status": 404,
        "milliseconds": 12.3,
        "request_id": "01a2",
        "level": "info",
        "logger": "consultation.access",
    }


@pytest.mark.usefixtures("logging_restored")
def test_an_answer_that_fails_has_its_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO")

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        raise LookupError("x")

    with pytest.raises(LookupError):
        answer(app, {"type": "http", "method": "GET"})
    (told,) = [json.loads(text) for text in capsys.readouterr().err.splitlines()]
    assert (told["status"], told["route"], told["request_id"]) == (500, "unmatched", REMOVED)


def test_only_requests_are_logged(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["type"])

    answer(app, {"type": "lifespan"})
    assert seen == ["lifespan"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, "unmatched"),
        ({"route": SimpleNamespace(path="/healthz")}, "/healthz"),
        (
            {
                "route": SimpleNamespace(path="/{debate}"),
                "fastapi": {"effective_route_context": SimpleNamespace(path="/api/v1/{debate}")},
            },
            "/api/v1/{debate}",
        ),
        ({"state": {"route_template": "/api/v1/x"}}, "/api/v1/x"),
    ],
)
def test_the_route_is_told_by_its_template(scope: dict[str, Any], expected: str) -> None:
    assert route_template(scope) == expected


def test_the_configuration_can_be_handed_to_another_process() -> None:
    assert json.loads(json.dumps(log_config("INFO"))) == log_config("INFO")
