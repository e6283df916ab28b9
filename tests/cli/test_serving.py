"""The service as a process: it starts, answers, writes its log, and stops."""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from consultation.cli.failures import ExitCode
from consultation.cli.serving import address_of, listen
from tests.cli.conftest import Cli
from tests.cli.processes import command, is_refused, plain_environment, serving

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a process on a fresh database: once on each engine."""
    return plain_environment(
        CONSULTATION_DATABASE_URL=database_url, CONSULTATION_MAIL_URL=(tmp_path / "mail").as_uri()
    )


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> dict[str, str]:
    """The environment of a process in development on a database that is not there yet."""
    return plain_environment(
        CONSULTATION_DATABASE_URL=f"sqlite:///{tmp_path}/new.sqlite3",
        CONSULTATION_MAIL_URL=(tmp_path / "mail").as_uri(),
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_the_service_answers_under_the_address_that_it_printed(
    settings: dict[str, str], tmp_path: Path, workers: int
) -> None:
    subprocess.run(
        command("organisation", "create", "valbruyere", "Ville de Valbruyère"),
        env=settings,
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    with serving(tmp_path, settings, "serve", "--port", "0", "--workers", str(workers)) as service:
        assert service.get("/healthz") == {"status": "alive"}
        assert service.get("/readyz")["status"] == "ready"
        (town,) = service.get("/api/v1/organisations")["items"]
        # Nobody said what the public address is: it is where the service listens.
        assert town["url"] == f"{service.address}/valbruyere"
        code = service.stop()
        assert is_refused(service.address)
    assert code in {0, -signal.SIGTERM}


def test_in_development_the_database_is_made_at_the_start(
    sqlite_settings: dict[str, str], tmp_path: Path
) -> None:
    with serving(tmp_path, sqlite_settings, "serve", "--port", "0") as service:
        assert service.get("/readyz")["status"] == "ready"
        assert "Migrated the database from nothing" in service.log.read_text("utf-8")


def test_ctrl_c_ends_it_quietly(sqlite_settings: dict[str, str], tmp_path: Path) -> None:
    sqlite_settings["CONSULTATION_LOG_LEVEL"] = "WARNING"
    with serving(tmp_path, sqlite_settings, "serve", "--port", "0") as service:
        service.get("/healthz")
        before = service.log.read_text("utf-8")
        assert service.stop(signal.SIGINT) == 0
        assert service.log.read_text("utf-8") == before


def test_the_answer_tells_its_hour_but_not_who_made_it(
    sqlite_settings: dict[str, str], tmp_path: Path
) -> None:
    with (
        serving(tmp_path, sqlite_settings, "serve", "--port", "0") as service,
        urllib.request.urlopen(f"{service.address}/healthz", timeout=30) as answer,  # noqa: S310 - our own server
    ):
        names = {name.lower() for name in answer.headers}
    assert "date" in names
    assert "server" not in names


def test_the_log_is_json_about_nobody(sqlite_settings: dict[str, str], tmp_path: Path) -> None:
    sqlite_settings["CONSULTATION_ACCESS_LOG"] = "true"
    with serving(tmp_path, sqlite_settings, "serve", "--port", "0") as service:
        service.call("/api/v1/auth/codes", {"email": "camille@example.org"})
        service.stop()
        lines = service.log.read_text("utf-8").splitlines()
    assert lines[0].startswith("Migrated")
    events = [json.loads(line) for line in lines[1:]]
    assert all({"event", "level", "logger", "at"} <= event.keys() for event in events)
    (request,) = [event for event in events if event["event"] == "request"]
    facts = ("method", "route", "status", "logger")
    assert [request[name] for name in facts] == ["POST", "/api/v1/auth/codes", 202, "consultation.access"]
    assert request["milliseconds"] > 0
    assert len(request["request_id"]) == 32
    text = "\n".join(lines)
    assert "camille" not in text
    assert "127.0.0.1" not in text


def test_a_killed_parent_takes_its_workers_along(sqlite_settings: dict[str, str], tmp_path: Path) -> None:
    with serving(tmp_path, sqlite_settings, "serve", "--port", "0", "--workers", "2") as service:
        service.get("/readyz")
        port = service.address.rpartition(":")[2]
        service.stop(signal.SIGKILL)
        # The port is free again as soon as the last worker is gone; `listen` says when.
        while not is_refused(service.address):
            pass
        with serving(tmp_path, sqlite_settings, "serve", "--port", port) as again:
            assert again.get("/readyz")["status"] == "ready"


def test_a_killed_worker_is_replaced(sqlite_settings: dict[str, str], tmp_path: Path) -> None:
    with serving(tmp_path, sqlite_settings, "serve", "--port", "0", "--workers", "2") as service:
        service.get("/readyz")
        # The one that answers may be there before the other.
        while len(before := workers_of(service.process.pid)) < 2:
            service.get("/healthz")
        os.kill(min(before), signal.SIGKILL)
        while len(workers_of(service.process.pid) - {min(before)}) < len(before):
            # A call that the killed one had just taken gets no answer.
            with suppress(OSError):
                service.get("/healthz")
        assert service.get("/readyz")["status"] == "ready"


def workers_of(parent: int) -> set[int]:
    """The processes that answer requests: children that are no trackers of resources."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
    return {int(child) for child in children if b"spawn_main" in command_of(child)}


def command_of(process: str) -> bytes:
    """The command line of a process; empty for one that has ended since it was listed."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def test_a_taken_port_is_not_available(bare_cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for name in ("serve", "demo"):
            told = bare_cli(name, "--port", port)
            assert told.code == ExitCode.UNAVAILABLE
            assert f"Port {port} of 127.0.0.1 is taken" in told.err
            assert told.out == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--host", "nowhere.invalid"), 2, "is no address of this machine"),
        (("--host", "192.0.2.1"), 3, "is no address of this machine"),
        (("--port", "70000"), 2, "70000 is not in the range"),
        (("--workers", "0"), 2, "0 is not in the range"),
    ],
)
def test_an_unfit_address_is_refused(
    bare_cli: Cli, arguments: tuple[str, ...], code: int, words: str
) -> None:
    told = bare_cli("serve", *arguments)
    assert told.code == code
    assert words in told.err


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:")],  # noqa: S104 - for a moment
)
def test_the_address_is_one_for_a_browser(host: str, expected: str) -> None:
    with listen(host, 0) as listening:
        assert address_of(listening).startswith(expected)
