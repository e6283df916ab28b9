"""The entry point: finds a command, runs it, and turns whatever happens into an exit code."""

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final, NoReturn

import click

from consultation import __version__
from consultation.cli.failures import ExitCode, Failure, explain

COMMANDS: Final = {
    "serve": "serving:serve",
    "worker": "working:worker",
    "demo": "demo.command:demo",
    "migrate": "migrating:migrate",
    "organisation": "organisations:organisation",
    "member": "members:member",
    "key": "keys:key",
    "platform-administrator": "platform_administrators:platform_administrator",
    "session": "sessions:session",
    "person": "persons:person",
    "erasures": "erasures:erasures",
    "jobs": "jobs:jobs",
    "mail": "mail:mail",
    "import": "importing:import_",
    "export": "exporting:export",
    "doctor": "doctor:doctor",
    "openapi": "openapi:openapi",
}
"""Each command's module below this package, and its name there; imported when it is asked for."""


class Commands(click.Group):
    """A group whose commands are imported when they are needed: a start costs what it uses."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands, in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """A command by name; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(f"consultation.cli.{module}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a closed pipe leaves by a name of its own, which click would print."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise PipeClosed from error


class PipeClosed(Exception):
    """Whoever read the output has stopped reading."""


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="consultation")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def consultation(*, debug: bool) -> None:
    """Public consultations: a question, a period, contributions, arguments, votes.

    Settings come from environment variables that begin with CONSULTATION_; docs/settings.md
    lists them all. Exit codes: 0 done, 1 refused or something found, 2 wrong use or settings,
    3 database or port not available.
    """
    del debug  # `run` reads it from the context, where an error still finds it


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code. Nothing is raised, and no traceback shown."""
    debug = "--debug" in arguments[:1]
    try:
        code = consultation.main(list(arguments), prog_name="consultation", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except (PipeClosed, BrokenPipeError):
        # Python flushes once more at the end: let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.PIPE_CLOSED
    except click.ClickException as error:
        if debug and error.__cause__ is not None:
            traceback.print_exception(error.__cause__)
        error.show()
        return error.code if isinstance(error, Failure) else error.exit_code
    except Exception as error:  # noqa: BLE001 - the last place that can say it in a sentence
        if debug:
            traceback.print_exception(error)
        failure = explain(error)
        failure.show()
        return failure.code
    return code if isinstance(code, int) else ExitCode.OK


def main() -> NoReturn:
    """The program `consultation`."""
    sys.exit(run(sys.argv[1:]))
