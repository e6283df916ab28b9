"""A worker that dies between handing a message over and noting it: it comes again, under the same id."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import Town
from tests.cli.processes import ROOT, plain_environment
from tests.notices.acts import decide, report
from tests.postbox import Postbox, plain

pytestmark = pytest.mark.slow


def ran(environment: dict[str, str], *arguments: str) -> int:
    command = [sys.executable, "-m", "tests.faults.mortal_postman", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def test_a_message_whose_sender_died_comes_once_more_with_the_same_id(
    town: Town, postbox: Postbox, database_url: str, tmp_path: Path
) -> None:
    debate = town.debate()
    decide(town.moderator, report(town, debate, town.contribution(debate, town.citizen("autrice")), "anne"))
    environment = plain_environment(
        CONSULTATION_DATABASE_URL=database_url, CONSULTATION_MAIL_URL=postbox.url, HOME=str(tmp_path)
    )
    assert ran(environment, "0") == -signal.SIGKILL
    assert len(postbox.taken) == 1
    assert ran(environment, "1", "lives") == 0
    assert ran(environment, "2", "lives") == 0
    for name in ("autrice", "anne"):
        letters = postbox.of(f"{name}@citoyens.example")
        assert len({letter["Message-ID"] for letter in letters}) == 1
        assert len({letter["Subject"] for letter in letters}) == 1
        assert plain(letters[0])
    assert len(postbox.taken) == 3, "one of the two came twice, the other once"
