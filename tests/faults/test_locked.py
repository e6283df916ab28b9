"""Somebody else holds the lock: writers wait, are told to come back, and lose nothing; readers read on."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from consultation.bootstrap import Services, build
from consultation.persistence import engine
from consultation.settings import Settings
from tests.builders import CONTRIBUTION, StepClock, Town
from tests.races.recount import unsound

pytestmark = pytest.mark.race

PATIENCE_MILLISECONDS = 300

HOLD = {
    "sqlite": """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
""",
    "postgresql": """
import psycopg, sys
connection = psycopg.connect(sys.argv[1])
connection.execute("SELECT key FROM debates FOR UPDATE")
""",
}
UNTIL_TOLD = """
print("held", flush=True)
sys.stdin.read()
connection.rollback()
connection.close()
"""


@pytest.fixture
def services(
    settings: Settings, clock: StepClock, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """The service, but with less patience than in production."""
    monkeypatch.setattr(engine, "_BUSY_MILLISECONDS", PATIENCE_MILLISECONDS)
    services = build(settings, clock=clock)
    if engine_name == "postgresql":

        @event.listens_for(services.database.engine, "connect")
        def hurry(connection: Any, _: object) -> None:
            connection.execute(f"SET lock_timeout = '{PATIENCE_MILLISECONDS}ms'")
            connection.commit()

    yield services
    services.database.dispose()


@contextmanager
def held(services: Services, engine_name: str) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    url = services.database.engine.url
    database = url.database if engine_name == "sqlite" else url.set(drivername="postgresql")
    name = str(database) if engine_name == "sqlite" else url.set(drivername="postgresql").render_as_string()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD[engine_name] + UNTIL_TOLD, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.communicate()


def test_a_writer_is_told_to_come_back_and_a_reader_reads_on(
    town: Town, services: Services, engine_name: str
) -> None:
    debate, citizen = town.debate(), town.citizen()
    town.contribution(debate, citizen, body="Un banc sous chaque tilleul de la place.", title="Des bancs")
    path = f"/debates/{debate}/contributions"

    with held(services, engine_name):
        busy = citizen.post(path, CONTRIBUTION, Idempotency_Key="k")
        read = citizen.get(path)

    assert (busy.status_code, busy.json()["code"]) == (503, "busy")
    assert int(busy.headers["retry-after"]) > 0
    assert len(read.json()["items"]) == 1
    again = citizen.post(path, CONTRIBUTION, Idempotency_Key="k")
    assert (again.status_code, again.json()["number"]) == (201, 2)
    assert "idempotent-replayed" not in again.headers
    assert unsound(services.database, debate) == []


def test_a_queue_of_writers_is_answered_one_and_all(town: Town, services: Services, engine_name: str) -> None:
    """Those who wait behind one who waits are told as well, and none of them writes later on."""
    debate = town.debate()
    citizens = [town.citizen(f"citizen{index}") for index in range(8)]
    path = f"/debates/{debate}/contributions"

    with held(services, engine_name), ThreadPoolExecutor(len(citizens)) as pool:
        answers = list(pool.map(lambda citizen: citizen.post(path, CONTRIBUTION), citizens))

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "busy")}
    assert town.anonymous.get(path).json()["items"] == []
    assert citizens[0].post(path, CONTRIBUTION).json()["number"] == 1
    assert unsound(services.database, debate) == []
