"""The wheel alone, with the pinned packages and nothing of this tree, does all that the service is for."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.packaging.conftest import build
from tests.packaging.dockerfile import ROOT, health_command

pytestmark = pytest.mark.slow

SHIPPED = {".py", ".typed", ".html", ".txt", ".xml", ".po", ".css", ".js", ".svg", ".mako"}


@pytest.fixture
def environment(programs: Path, tmp_path: Path) -> dict[str, str]:
    """What an operator sets, with a database of its own; nothing leads back to this tree."""
    return {
        "HOME": str(tmp_path),
        "PATH": f"{programs}:{os.environ['PATH']}",
        "CONSULTATION_ENVIRONMENT": "development",
        "CONSULTATION_DATABASE_URL": f"sqlite:///{tmp_path}/data.sqlite3",
        "CONSULTATION_PUBLIC_URL": "http://127.0.0.1:8000",
        "CONSULTATION_SECRET_KEY": "0123456789abcdef" * 4,
    }


def run(environment: dict[str, str], *command: str) -> str:
    """Run a program to its end in the empty folder and return what it printed."""
    result = subprocess.run(
        command, cwd=environment["HOME"], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
    return result.stdout


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_the_package_and_the_migrations_and_nothing_else(wheel: Path) -> None:
    trees = {ROOT / "src" / "consultation": "consultation", ROOT / "migrations": "consultation/migrations"}
    expected = {
        f"{inside}/{path.relative_to(tree)}"
        for tree, inside in trees.items()
        for path in tree.rglob("*")
        if path.suffix in SHIPPED
    }
    assert expected <= names(wheel)
    assert "consultation/migrations/env.py" in names(wheel)
    assert "consultation/py.typed" in names(wheel)
    assert {name for name in names(wheel) if not name.startswith("consultation/")} == set()


def test_a_wheel_built_from_the_source_distribution_is_the_same(wheel: Path, tmp_path: Path) -> None:
    for folder in ("sdist", "unpacked", "wheel"):
        (tmp_path / folder).mkdir()
    with tarfile.open(build("sdist", ROOT, tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert names(build("wheel", unpacked, tmp_path / "wheel")) == names(wheel)


def test_the_installed_package_is_not_the_one_of_the_tree(
    programs: Path, environment: dict[str, str]
) -> None:
    where = run(
        environment, str(programs / "python"), "-c", "import consultation; print(consultation.__file__)"
    )
    assert Path(where.strip()).is_relative_to(programs.parent)


def test_an_operator_migrates_twice_and_asks_the_doctor(environment: dict[str, str]) -> None:
    for _ in range(2):
        run(environment, "consultation", "migrate")
    run(environment, "consultation", "doctor")


def test_the_interface_description_is_printed(environment: dict[str, str]) -> None:
    assert json.loads(run(environment, "consultation", "openapi"))["openapi"].startswith("3.1")


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run the service on the loopback address until the block ends; the port is the one that it says."""
    command = ["consultation", "serve", "--host", "127.0.0.1", "--port", "0"]
    log_path = Path(environment["HOME"]) / "serve.log"
    with (
        log_path.open("wb") as log,
        subprocess.Popen(
            command, cwd=environment["HOME"], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        ) as server,
    ):
        try:
            assert server.stdout is not None
            said = server.stdout.readline()
            listening = re.match(r"Listening on http://127\.0\.0\.1:(\d+) ", said)
            assert listening is not None, said + log_path.read_text("utf-8")
            port = int(listening[1])
            assert healthy(port), log_path.read_text("utf-8")
            yield server, port
        finally:
            server.kill()


def healthy(port: int) -> bool:
    """Does it answer? Who calls before the application stands is answered once it does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def checked(environment: dict[str, str], port: int) -> bool:
    """What the health check of the image says of the port."""
    check = [word.replace(":8000/", f":{port}/") for word in health_command()]
    return subprocess.run(check, env=environment, capture_output=True, check=False).returncode == 0


def test_the_service_answers_its_health_check_and_stops_when_asked(environment: dict[str, str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # taken but not listening: nobody answers there
        assert not checked(environment, unused.getsockname()[1])
    run(environment, "consultation", "migrate")
    with serving(environment) as (server, port):
        assert checked(environment, port)
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) in {0, -signal.SIGTERM}
