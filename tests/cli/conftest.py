"""The command line in this process, with the settings of a test and nobody else's."""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from consultation.cli.main import run


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


Cli = Callable[..., Ran]


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """Logging as pytest had it, afterwards."""
    root = logging.getLogger()
    kept, level = list(root.handlers), root.level
    yield
    root.handlers[:] = kept
    root.setLevel(level)
    for name in (
        "uvicorn",
        "uvicorn.error",
        "uvicorn.access",
        "uvicorn.asgi",
        "sqlalchemy",
        "alembic",
        "asyncio",
    ):
        logging.getLogger(name).setLevel(logging.NOTSET)
        logging.getLogger(name).propagate = True
    structlog.reset_defaults()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without settings, in an empty folder, in English."""
    for name in os.environ:
        if name.startswith(("CONSULTATION_", "LC_")) or name == "LANG":
            monkeypatch.delenv(name)
    monkeypatch.setenv("CONSULTATION_MAIL_URL", (tmp_path / "mail").as_uri())
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.fixture
def bare_cli(environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs commands with the default database, which is not there yet."""

    def ran(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return ran


@pytest.fixture
def cli(bare_cli: Cli, environment: pytest.MonkeyPatch, database_url: str) -> Cli:
    """Runs commands on a fresh, migrated database: once on each engine."""
    environment.setenv("CONSULTATION_DATABASE_URL", database_url)
    return bare_cli


@pytest.fixture
def town(cli: Cli) -> str:
    """The slug of an organisation in the database of `cli`."""
    made = cli("organisation", "create", "valbruyere", "Ville de Valbruyère")
    assert made.code == 0, made.err
    return "valbruyere"
