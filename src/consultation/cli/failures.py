"""How a command ends when it does not succeed: one sentence, and an exit code for scripts."""

import sys
from enum import IntEnum
from typing import IO, Any, TypeVar

import click

from consultation.domain.decisions import Refused

Result = TypeVar("Result")


class ExitCode(IntEnum):
    """What a script reads from `$?`. `doctor` says 2 for all that kept it from looking."""

    OK = 0
    REFUSED = 1
    """A rule refused, or a check found something."""
    USAGE = 2
    """The command, its options or the settings are not right."""
    UNAVAILABLE = 3
    """The database does not answer, or the port is taken."""
    FAULT = 70
    """A fault of this program (EX_SOFTWARE of sysexits)."""
    INTERRUPTED = 130
    """Stopped with Ctrl-C (128 + SIGINT)."""
    PIPE_CLOSED = 141
    """Nobody reads the output any more (128 + SIGPIPE)."""


class Failure(click.ClickException):
    """Ends a command. The message is for a person: what happened, and what to do now."""

    def __init__(self, message: str, code: ExitCode = ExitCode.REFUSED) -> None:
        super().__init__(message)
        self.code = code

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence on standard error."""
        click.echo(f"consultation: {self.format_message()}", file=file or sys.stderr)


def accepted(result: Result | Refused) -> Result:
    """The result of a command. Raises Failure with the localised sentence when it was refused."""
    if isinstance(result, Refused):
        raise Failure(sentence_of(result))
    return result


def sentence_of(refused: Refused) -> str:
    """What a refusal says, in the language of the terminal."""
    # Costs the catalogues, which most commands never need.
    from consultation.cli.console import language  # noqa: PLC0415 - see above
    from consultation.localisation.problems import problem_text  # noqa: PLC0415 - see above

    return problem_text(refused.code, refused.facts, language()).detail


def explain(error: Exception) -> Failure:
    """The failure that an exception means to whoever called the command."""
    if isinstance(error, OSError):
        place = f": {error.filename}" if error.filename else ""
        return Failure(f"{error.strerror or error}{place}.")
    # What was never imported cannot have been raised.
    ports = sys.modules.get("consultation.application.ports")
    if ports is not None and isinstance(error, ports.Busy):
        message = "The database is busy with other writers and nothing was written. Try again in a moment."
        return Failure(message, ExitCode.UNAVAILABLE)
    alchemy = sys.modules.get("sqlalchemy.exc")
    if alchemy is not None and isinstance(error, alchemy.SQLAlchemyError):
        return _explain_database(error, alchemy)
    kind = type(error).__name__
    message = f"Something went wrong inside this program ({kind}). `consultation --debug ...` shows where."
    return Failure(message, ExitCode.FAULT)


def _explain_database(error: Exception, alchemy: Any) -> Failure:  # noqa: ANN401 - a module imported by others
    if isinstance(error, alchemy.ArgumentError):
        known = not isinstance(error, alchemy.NoSuchModuleError)
        message = (
            f"CONSULTATION_DATABASE_URL {'is no database address' if known else 'names no driver of ours'}: "
            "write sqlite:///path/to/file or postgresql+psycopg://user:password@host/name."
        )
        return Failure(message, ExitCode.USAGE)
    if isinstance(error, alchemy.OperationalError | alchemy.InterfaceError | alchemy.TimeoutError):
        message = (
            f"The database cannot be used ({_reason(error)}). "
            "Check that it runs and that CONSULTATION_DATABASE_URL is right."
        )
        return Failure(message, ExitCode.UNAVAILABLE)
    message = (
        f"The database refused a statement ({type(getattr(error, 'orig', error)).__name__}). "
        "`consultation doctor` looks for what is wrong, `consultation --debug ...` shows where."
    )
    return Failure(message, ExitCode.FAULT)


def _reason(error: Exception) -> str:
    """The driver's first line, without what could be an address or a password."""
    from consultation.observability import scrub  # noqa: PLC0415 - costs the logging, for one sentence

    lines = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
    return scrub(lines[0].rstrip(" ."))
