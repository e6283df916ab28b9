"""Dead letters on the command line, and the worker as a process."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from consultation.application.ports import JobKind, NewJob
from consultation.bootstrap import Services, build
from consultation.settings import Settings
from tests.api.sending import dead_letter
from tests.cli.conftest import Cli
from tests.cli.processes import command, plain_environment


def test_dead_letters_are_listed_and_tried_again(cli: Cli) -> None:
    empty = cli("jobs", "dead")
    assert (empty.code, empty.out) == (0, "")
    services = build(Settings())
    first, second, third = (dead_letter(services) for _ in range(3))
    services.database.dispose()
    lines = cli("jobs", "dead").out.splitlines()
    assert [line.split("\t")[0] for line in lines] == [third, second, first]
    assert lines[0].split("\t")[1::2] == ["retention", "1"]
    assert cli("jobs", "replay", first).out == "1 to be tried again\n"
    twice = cli("jobs", "replay", first)
    assert (twice.code, twice.out) == (1, "0 to be tried again\n")
    assert cli("jobs", "replay", "--all").out == "2 to be tried again\n"
    assert cli("jobs", "dead").out == ""


@pytest.mark.parametrize("arguments", [(), ("--all", "01900000-0000-7000-8000-000000000000")])
def test_replaying_needs_ids_or_all_and_not_both(cli: Cli, arguments: tuple[str, ...]) -> None:
    assert cli("jobs", "replay", *arguments).code == 2


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_works_as_a_process_and_ends_when_it_is_told(
    database_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    settings = plain_environment(
        CONSULTATION_DATABASE_URL=database_url, CONSULTATION_MAIL_URL=(tmp_path / "mail").as_uri()
    )
    with subprocess.Popen(
        command("worker"), cwd=tmp_path, env=settings, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "Working until SIGTERM\n"
            os.kill(process.pid, number)
            assert process.wait(30) == 0
        finally:
            process.kill()


@pytest.mark.usefixtures("logging_restored")
def test_a_worker_that_runs_once_carries_out_what_is_due_and_ends(cli: Cli, services: Services) -> None:
    job = NewJob(JobKind.RETENTION, {}, services.clock())
    services.work.perform(lambda tx: tx.jobs.add(tx.ids.uid(), job, tx.now()))
    assert cli("worker", "--once").code == 0
    left = services.work.perform(lambda tx: tx.jobs.claim(tx.now(), tx.now(), 10))
    assert left == []
