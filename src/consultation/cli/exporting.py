"""`consultation export`: a whole debate into one file."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from consultation.cli.console import progress, remark
from consultation.cli.debates import find_debate
from consultation.cli.failures import Failure
from consultation.cli.services import open_services

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from consultation.application.exports import Exported
    from consultation.bootstrap import Services

FORMATS: Final = ("debate-jsonl",)


@click.command
@click.argument("format_", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("debate")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default=Path("-"),
    help="Where to write it; - is standard output, the default.",
)
def export(format_: str, debate: str, output: Path) -> None:
    """Write all of DEBATE in FORMAT (debate-jsonl), which `import` takes back without loss.

    DEBATE is an id or ORGANISATION/SLUG. The file holds everything that the public can see,
    and what is needed to carry the debate to another instance and to check its journal there:
    salts and who voted how, under pseudonyms. Keep it as you keep the database.
    """
    del format_  # there is one so far
    with open_services() as services:
        uid = find_debate(services, debate)
        if output == Path("-"):
            done = _export(services, uid, sys.stdout.buffer.write)
        else:
            done = _into_file(services, uid, output)
    lines = sum(done.counts.values())
    remark(f"Exported {lines:,} records, {done.octets:,} octets; SHA-256 of the records {done.sha256}")


def _into_file(services: "Services", uid: "UUID", output: Path) -> "Exported":
    """Write beside the file and move there at the end, so that no half of one is left behind."""
    partial = output.with_name(f".{output.name}.part")
    try:
        with partial.open("wb") as stream:
            done = _export(services, uid, stream.write)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
    return done


def _export(services: "Services", uid: "UUID", write: "Callable[[bytes], object]") -> "Exported":
    from consultation.exchange.debate_jsonl.writing import export_debate  # noqa: PLC0415 - only when it runs
    from consultation.persistence.bulk.reading import archive_of  # noqa: PLC0415 - only when it runs

    with archive_of(services.database, uid) as archive, progress("export") as show:
        if archive is None:  # it went between the two looks
            raise Failure("The debate is gone.")
        return export_debate(archive, write, lambda _, done: show(done))
