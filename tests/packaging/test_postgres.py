"""The tests' own PostgreSQL server: it starts, it holds nothing back, and it goes when its parent goes."""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.postgres import create_database, drop_database, postgres

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]

HOLDS_A_SERVER = """
from tests.postgres import postgres
with postgres() as url:
    print(url, flush=True)
    input()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


def value(url: str, query: str) -> object:
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_the_server_is_recent_enough_and_speaks_unicode(server: str) -> None:
    assert int(str(value(server, "SHOW server_version_num"))) >= 15_00_00
    assert value(server, "SHOW server_encoding") == "UTF8"
    assert value(server, "SELECT lower('ÉTÉ')") == "été"


def test_a_database_can_be_copied_from_a_template_and_dropped(server: str) -> None:
    create_database(server, "template_of_tests")
    copy = create_database(server, "copy_of_template", template="template_of_tests")
    assert value(copy, "SELECT current_database()") == "copy_of_template"
    for name in ("copy_of_template", "template_of_tests"):
        drop_database(server, name)
    assert value(server, r"SELECT count(*) FROM pg_database WHERE datname LIKE '%template\_%'") == 0


@pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="the server is somebody else's")
def test_only_a_durable_server_waits_for_the_disk(server: str) -> None:
    assert value(server, "SHOW fsync") == "off"
    with postgres(durable=True) as durable:
        assert value(durable, "SHOW fsync") == "on"
        assert value(durable, "SHOW synchronous_commit") == "on"


@pytest.mark.skipif("PG_BINDIR" in os.environ, reason="the server is not the one that pip installed")
def test_the_server_starts_from_an_environment_that_its_user_cannot_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr("tests.postgres._open_to_all", lambda _: False)
    with postgres() as url:
        assert value(url, "SELECT 1") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's notice of a parent's death is Linux's")
def test_the_server_stops_when_its_parent_is_killed() -> None:
    environment = {name: text for name, text in os.environ.items() if name != "TEST_DATABASE_URL"}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_SERVER],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        folder = Path(str(make_url(parent.stdout.readline().strip()).query["host"]))
        postmaster = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        watch = os.pidfd_open(postmaster)
        parent.send_signal(signal.SIGKILL)
    try:
        stopped, _, _ = select.select([watch], [], [], 20)
    finally:
        os.close(watch)
        shutil.rmtree(folder.parent)
    assert stopped, "the server outlived its parent"
