"""The short way to an endpoint and the framework's way answer alike, whatever is sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from fastapi.routing import APIRoute
from httpx2 import Response

from consultation.api.app import interface
from consultation.api.short_way import ShortWay
from tests.api.attempts import Attempt
from tests.api.operations import OPERATIONS
from tests.api.scene import Scene, without_id

SHORT: Final = {
    route.operation_id
    for route in interface().routes
    if isinstance(route, APIRoute) and ShortWay.to(route) is not None
}
WITH_BODY: Final = (
    "post_contribution",
    "post_argument",
    "post_source",
    "edit_post",
    "cast_vote",
    "change_me",
)
BODIES: Final = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"{",
    b'"words"',
    b'{"unknown": 1}',
    b'{"value": "agree", "unknown": 1}',
    b'{"value": 7}',
    b'{"side": "pro", "body": null}',
    b'{"body": "\\ud800"}',
    b'{"body": "\xff"}',
    b'{"body": NaN}',
]


@contextmanager
def the_long_way(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything through the framework inside the block."""

    async def nowhere(_way: ShortWay, _request: object) -> None:
        return None

    with monkeypatch.context() as patch:
        patch.setattr(ShortWay, "answer", nowhere)
        yield


QUERIES: Final = [
    "limit=0",
    "limit=101",
    "limit=two",
    "limit=",
    "limit=1&limit=2",
    "limit=2&limit=many",
    "cursor=nonsense",
    "state=asleep",
    "state=open&state=final",
    "mine=yes&late=off",
    "mine=perhaps",
    "debate=none",
    "reason=spam&unknown=1",
    "reason=%FF",
    "limit=5;cursor=x",
    "&&limit=%31&",
    "&&limit=3&",
    "=1&limit=3",
    "limit",
    "limit=3&mine",
    "limit=3&state==open",
    "reason=spam+",
    "reason=é",
]


def test_the_frequent_writes_take_the_short_way() -> None:
    assert {"post_contribution", "post_argument", "post_source", "cast_vote", "take_back_vote"} <= SHORT


def test_the_reads_of_who_is_signed_in_take_the_short_way() -> None:
    assert {"get_me", "get_my_debate", "list_my_notifications", "list_my_follows", "list_cases"} <= SHORT


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_string_is_read_alike(scene: Scene, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = scene.attempt("list_cases", scene.town.moderator).asking(query)
    alike(monkeypatch, attempt, lambda one: one.send())


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name in SHORT])
def test_a_good_call_is_answered_alike(scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    short = scene.fresh(name).send()
    with the_long_way(monkeypatch):
        long = scene.fresh(name).send()
    assert short.status_code == long.status_code == scene.contract.operations[name].success
    assert sorted(short.headers) == sorted(long.headers)
    if short.headers.get("content-type", "").endswith("json"):
        assert sorted(short.json()) == sorted(long.json())


def alike(monkeypatch: pytest.MonkeyPatch, attempt: Attempt, send: Callable[[Attempt], Response]) -> None:
    short = send(attempt)
    with the_long_way(monkeypatch):
        long = send(attempt)
    assert short.content == long.content
    assert without_id(short) == without_id(long)


@pytest.mark.parametrize("name", WITH_BODY)
@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_does_not_fit_is_refused_alike(
    scene: Scene, name: str, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = scene.attempt(name, scene.participant)
    alike(monkeypatch, attempt, lambda one: one.send(content=body, Content_Type="application/json"))


@pytest.mark.parametrize("name", WITH_BODY)
@pytest.mark.parametrize("media_type", ["text/plain", "application/problem+json", "application/json; x=1"])
def test_a_media_type_is_taken_or_refused_alike(
    scene: Scene, name: str, media_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = scene.attempt(name, scene.participant)
    alike(monkeypatch, attempt, lambda one: one.send(content=b"{}", Content_Type=media_type))


@pytest.mark.parametrize("name", ["post_argument", "cast_vote", "withdraw_post"])
@pytest.mark.parametrize(
    "places",
    [{"number": "none"}, {"number": "0"}, {"number": "999"}, {"debate_id": "none"}, {"number": "01"}],
)
def test_an_address_that_does_not_fit_is_refused_alike(
    scene: Scene, name: str, places: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = scene.attempt(name, scene.participant).at(**places)
    alike(monkeypatch, attempt, lambda one: one.send())


def test_an_anonymous_call_is_refused_alike(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = scene.attempt("cast_vote", scene.town.anonymous)
    alike(monkeypatch, attempt, lambda one: one.send())
