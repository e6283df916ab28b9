"""`consultation doctor`: is what is stored what the journal says?"""

from pathlib import Path

import click

from consultation.cli.console import remark
from consultation.cli.debates import find_debate
from consultation.cli.failures import ExitCode, Failure, explain
from consultation.cli.services import open_services, read_settings

COULD_NOT_LOOK = ExitCode.USAGE
"""Its third exit code, whatever the reason: a script that runs it at night asks no further."""


@click.command
@click.argument("debate", required=False)
def doctor(debate: str | None) -> int:
    """Recompute every counter, number series and journal hash, and say what differs.

    Looks at DEBATE (an id or ORGANISATION/SLUG), or at everything. Changes nothing, and can run
    beside the service. Exit codes: 0 all is well, 1 something differs, 2 it could not look.
    """
    try:
        found = _examine(debate)
    except Failure as failure:
        raise Failure(failure.message, COULD_NOT_LOOK) from failure
    except Exception as error:
        raise Failure(explain(error).message, COULD_NOT_LOOK) from error
    if found:
        remark(f"{found:,} findings. Keep the database as it is and make a copy; see docs/operations.md.")
        return ExitCode.REFUSED
    click.echo("All is well.")
    return ExitCode.OK


def _examine(debate: str | None) -> int:
    """Print the findings; return how many there are."""
    from consultation.application.doctor import examine  # noqa: PLC0415 - only when it runs
    from consultation.persistence.bulk.examining import examination_of  # noqa: PLC0415 - only when it runs

    _require_file(read_settings().database_url.get_secret_value())
    with open_services(may_migrate=False) as services:
        uid = None if debate is None else find_debate(services, debate)
        found = 0
        with examination_of(services.database) as record:
            for found, finding in enumerate(examine(record, uid), 1):  # noqa: B007 - the last one is the count
                click.echo(str(finding))
    return found


def _require_file(url: str) -> None:
    """Raises Failure for an SQLite file that is not there: opening it would make an empty one."""
    from sqlalchemy import make_url  # noqa: PLC0415 - with the database only

    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and not Path(parsed.database).is_file():
        raise Failure(f"There is no database {parsed.database}.")
