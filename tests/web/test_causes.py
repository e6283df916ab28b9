"""Why something was not sent stands at the desk in every language; the interface keeps the words of logs."""

import ast
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

import httpcore2
import pytest

from consultation import outgoing
from consultation.application.ports import Attempted, Transaction
from consultation.application.webhooks import sending
from consultation.application.worker.running import DEADLY
from consultation.domain.webhooks import after_failure
from consultation.localisation.languages import Language
from consultation.localisation.words import text
from consultation.web.causes import CAUSES, cause_of
from tests.api.sending import ENDPOINTS, dead_letter, webhook
from tests.api.worlds import World
from tests.builders import SLUG, Town
from tests.web.reader import Reader, words

_CAUGHT: Final = (
    *(httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException),
    *(httpcore2.UnsupportedProtocol, ssl.SSLError),
)
"""What `outgoing` names by its class."""


def named() -> Iterator[str]:
    """The classes of what is caught, with those under them."""
    found = list(_CAUGHT)
    for one in found:  # which grows by the way on
        found += one.__subclasses__()
        yield one.__name__


def said() -> Iterator[str]:
    """The causes that the code writes down: what it raises, and what it notes of a delivery or a job."""
    yield DEADLY
    places = [Path(outgoing.__file__).with_name(name) for name in ("__init__.py", "transport.py")]
    for path in (*places, Path(sending.__file__)):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = getattr(called, "id", getattr(called, "attr", ""))
            if isinstance(node, ast.Call) and name in {"Unreachable", "_noted", "Never"}:
                yield from (
                    one.value
                    for one in node.args
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def test_every_cause_that_the_service_writes_down_has_a_sentence() -> None:
    known = [*said(), *named()]
    assert len(known) > 20
    assert [raw for raw in known if cause_of(raw) == "other"] == []
    assert {cause_of(raw) for raw in known} == set(CAUSES) - {"status", "other"}


@pytest.mark.parametrize("raw", ["status 99", "status 2000", "status 500 ", "Too slow", ""])
def test_what_only_looks_like_a_cause_is_another(raw: str) -> None:
    assert cause_of(raw) == "other"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("status", "raw", "cause"),
    [
        (None, "not a public address", "private"),
        (503, "status 503", "status"),
        (None, "<b>SomethingNew</b>", "other"),
    ],
)
def test_the_log_of_an_endpoint_tells_it_in_words(
    here: World, reader: Reader, town: Town, language: Language, status: int | None, raw: str, cause: str
) -> None:
    endpoint = webhook(town)
    uid = UUID(town.administrator.post(f"{ENDPOINTS}/{endpoint}/ping").json()["id"])

    def fail(tx: Transaction) -> None:
        dispatch = tx.webhooks.dispatch(uid, locked=True)
        assert dispatch is not None
        health = after_failure(dispatch.webhook.health, tx.now(), gone=False)
        tx.webhooks.note(dispatch, Attempted(tx.now(), "failed", status, raw), health)

    here.services.work.perform(fail)
    page = reader.as_(town.administrator).read(f"/{language.value}/desk/{SLUG}/webhooks/{endpoint}")
    sentence = text(f"desk.cause.{cause}", language=language, **({"status": "503"} if status else {}))
    assert sentence in page.one("tbody").text
    assert (raw in words(page)) == (cause == "other")
    (told,) = town.administrator.get(f"{ENDPOINTS}/{endpoint}/deliveries").json()["items"]
    assert (told["error"], told["status"]) == (raw, status)


@pytest.mark.parametrize("language", Language)
def test_administrators_read_in_words_that_workers_died_of_a_job(
    here: World, reader: Reader, language: Language
) -> None:
    platform, letter = here.platform_administrator(), dead_letter(here.services, DEADLY)
    page = reader.as_(platform).read(f"/{language.value}/dead-letters")
    assert text("desk.cause.deadly", language=language) in words(page)
    assert DEADLY not in words(page)
    assert platform.post(f"/dead-letters/{letter}/replay").status_code == 202
