"""Security events in the log: what happened where, and nothing of who."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from consultation.observability import JsonFormatter
from tests.api.mailbox import ask_for_code
from tests.api.scene import Scene


class Lines(logging.Handler):
    """Keeps what is logged, as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def log() -> Iterator[Lines]:
    """What the security log tells during a test."""
    logger, lines = logging.getLogger("consultation.security"), Lines()
    kept = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(lines)
    yield lines
    logger.removeHandler(lines)
    logger.setLevel(kept)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("sign_in", "code_incorrect"),
        ("get_me", "session_invalid"),
        ("close_debate", "not_permitted"),
        ("change_me", "cross_site_request"),
    ],
)
def test_a_refusal_that_an_attack_meets_is_told_with_route_and_request(
    scene: Scene, log: Lines, name: str, code: str
) -> None:
    attempt = scene.attempt(name, scene.town.anonymous)
    if code == "session_invalid":
        answer = attempt.send(Authorization="Bearer nonsense", X_Request_Id="mine")
    elif code == "cross_site_request":
        cookie = f"session={scene.participant.token}"
        answer = attempt.send(Cookie=cookie, Sec_Fetch_Site="cross-site", X_Request_Id="mine")
    elif code == "not_permitted":
        answer = attempt.by(scene.participant).send(X_Request_Id="mine")
    else:
        answer = attempt.send(X_Request_Id="mine")
    assert answer.json()["code"] == code
    (told,) = log.told
    assert (told["event"], told["refusal"], told["request_id"]) == ("refused", code, "mine")
    assert told["route"] == attempt.operation.template
    assert told.keys() == {"event", "level", "logger", "at", "refusal", "route", "request_id"}


def test_a_sign_in_is_told_with_its_way_and_without_its_person(scene: Scene, log: Lines) -> None:
    here = scene.world
    address = f"{here.name()}@citoyens.example"
    body = {"email": address, "code": ask_for_code(here, address)}
    token = here.process.anonymous.post("/auth/sessions", body).json()["token"]
    (told,) = log.told
    assert (told["event"], told["method"]) == ("signed in", "code")
    assert not any(word in log.lines[0] for word in (address, body["code"], token))


def test_readers_without_credentials_and_ordinary_refusals_are_no_events(scene: Scene, log: Lines) -> None:
    scene.town.anonymous.get("/me")
    scene.participant.get(f"/debates/{scene.open}/posts/999")
    scene.participant.post(f"/debates/{scene.closed}/contributions", {"title": "x"})
    assert log.told == []
