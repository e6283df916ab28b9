"""`consultation openapi`: the description of the HTTP interface."""

import sys
from pathlib import Path
from typing import Final

import click

from consultation.cli.failures import Failure

COMMITTED: Final = "openapi/openapi.json"


@click.command
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True),
    help=f"Where to write it; - is standard output, the default. With --check: {COMMITTED}.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail when the file differs.")
def openapi(output: str | None, *, check: bool) -> None:
    """Print the OpenAPI document, keys sorted, or compare it with a file."""
    from consultation.api.app import openapi_bytes  # noqa: PLC0415 - the whole application

    document = openapi_bytes()
    if check:
        path = Path(output or COMMITTED)
        if not path.is_file() or path.read_bytes() != document:
            raise Failure(
                f"{path} is not what the code says. Run `consultation openapi --output {path}` "
                "and review the difference like code."
            )
        click.echo(f"{path} is up to date.")
    elif output in {None, "-"}:
        sys.stdout.buffer.write(document)
    else:
        Path(str(output)).write_bytes(document)
