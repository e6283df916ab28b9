"""Several worker processes on one database."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from consultation.bootstrap import Services
from consultation.settings import Settings
from tests.builders import SLUG, StepClock, Town
from tests.cli.processes import command, plain_environment
from tests.receiver import Receiver, calling

pytestmark = [pytest.mark.race, pytest.mark.slow]


@pytest.fixture
def services(settings: Settings, clock: StepClock, receiver: Receiver) -> Iterator[Services]:
    """Those of a town that may name the receiver."""
    with calling(settings, clock, receiver) as services:
        yield services


def test_two_worker_processes_share_the_work_and_send_nothing_twice(
    database_url: str, settings: Settings, receiver: Receiver, town: Town, tmp_path: Path
) -> None:
    entries, secret = 30, settings.secret_key
    assert secret is not None
    with ExitStack() as stack:
        environment = plain_environment(
            CONSULTATION_DATABASE_URL=database_url,
            CONSULTATION_MAIL_URL=(tmp_path / "mail").as_uri(),
            CONSULTATION_SECRET_KEY=secret.get_secret_value(),
            CONSULTATION_PRIVATE_HOSTS=json.dumps([receiver.host]),
        )
        for _ in range(2):
            process = stack.enter_context(
                subprocess.Popen(
                    command("worker"), cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
                )
            )
            stack.callback(process.terminate)
            assert process.stdout is not None
            assert process.stdout.readline() == "Working until SIGTERM\n"
        endpoint = {"url": receiver.url, "events": ["contribution_posted"]}
        made = town.administrator.post(f"/organisations/{SLUG}/webhooks", endpoint)
        assert made.status_code == 201, made.text
        debates = [town.debate() for _ in range(3)]
        for number in range(entries):
            town.contribution(debates[number % 3])
        assert receiver.arrived(entries, 120)
    ids = [got.headers["webhook-id"] for got in receiver.got]
    assert len(set(ids)) == len(ids) == entries
