"""The entry point: what it loads, and how it ends whatever happens."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from sqlalchemy import exc

from consultation import __version__
from consultation.application.ports import Busy
from consultation.cli import main as entry
from consultation.cli.failures import ExitCode, Failure, explain
from tests.cli.conftest import Cli
from tests.cli.processes import command, plain_environment

HEAVY = ("alembic", "fastapi", "jinja2", "psycopg", "pydantic", "sqlalchemy", "structlog", "uvicorn")


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from consultation.cli.main import run\n"
        "code = run(['--help'])\n"
        "print(*(name for name in sys.modules if '.' not in name), sep='\\n')\n"
        "sys.exit(code)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], env=plain_environment(), capture_output=True, text=True, check=True
    )
    assert {name for name in entry.COMMANDS if f"\n  {name} " not in result.stdout} == set()
    assert set(HEAVY) & set(result.stdout.splitlines()) == set()


def test_the_version_is_told(bare_cli: Cli) -> None:
    told = bare_cli("--version")
    assert (told.code, told.out) == (0, f"consultation, version {__version__}\n")


@pytest.mark.parametrize("name", entry.COMMANDS)
def test_every_command_explains_itself(bare_cli: Cli, name: str) -> None:
    told = bare_cli(name, "--help")
    assert told.code == 0
    assert told.out.startswith(f"Usage: consultation {name}")


def test_an_unknown_command_is_wrong_use(bare_cli: Cli) -> None:
    told = bare_cli("serv")
    assert told.code == ExitCode.USAGE
    assert "No such command 'serv'" in told.err


def fails_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make `consultation migrate` raise this."""

    @click.command
    def broken() -> None:
        raise error

    monkeypatch.setattr(entry.Commands, "get_command", lambda *_: broken)


def test_an_unexpected_error_is_a_sentence_and_with_debug_a_traceback(
    bare_cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_with(monkeypatch, LookupError("somebody@example.org"))
    told = bare_cli("migrate")
    assert told.code == ExitCode.FAULT
    assert told.err.count("\n") == 1
    assert "LookupError" in told.err
    assert "@" not in told.err
    told = bare_cli("--debug", "migrate")
    assert told.code == ExitCode.FAULT
    assert "Traceback" in told.err


def test_debug_also_shows_what_lies_under_a_failure(bare_cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = Failure("It is refused.")
    failure.__cause__ = LookupError("below")
    fails_with(monkeypatch, failure)
    assert bare_cli("migrate").err == "consultation: It is refused.\n"
    assert "LookupError: below" in bare_cli("--debug", "migrate").err


def test_ctrl_c_says_nothing(bare_cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    fails_with(monkeypatch, KeyboardInterrupt())
    told = bare_cli("migrate")
    assert told.code == ExitCode.INTERRUPTED
    assert (told.out, told.err.strip()) == ("", "")


def test_a_reader_that_left_is_not_complained_about(tmp_path: Path) -> None:
    # The reader's end is closed before the command starts, so that its first octet finds nobody.
    with subprocess.Popen(
        command("migrate"),
        cwd=tmp_path,
        env=plain_environment(CONSULTATION_MAIL_URL=tmp_path.as_uri()),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(30) == ExitCode.PIPE_CLOSED
    assert said == ""


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (Busy(), ExitCode.UNAVAILABLE, "busy"),
        (exc.OperationalError("SELECT", {}, OSError("refused")), ExitCode.UNAVAILABLE, "refused"),
        (exc.TimeoutError("no connection left"), ExitCode.UNAVAILABLE, "no connection left"),
        (exc.ArgumentError("unfit"), ExitCode.USAGE, "no database address"),
        (exc.NoSuchModuleError("mysql"), ExitCode.USAGE, "no driver"),
        (exc.IntegrityError("INSERT", {"email": "a@b.example"}, ValueError("a@b.example")), 70, "ValueError"),
        (FileNotFoundError(2, "No such file or directory", "x.json"), ExitCode.REFUSED, "x.json"),
        (OSError("odd"), ExitCode.REFUSED, "odd"),
        (ZeroDivisionError("division"), ExitCode.FAULT, "ZeroDivisionError"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line_without_what_was_in_it(
    error: Exception, code: int, words: str
) -> None:
    failure = explain(error)
    assert failure.code == code
    assert words in failure.message
    assert "\n" not in failure.message
    assert "a@b.example" not in failure.message
