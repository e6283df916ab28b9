"""`consultation erasures`: erasing again what a restored backup brought back."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from consultation.cli.console import remark
from consultation.cli.failures import ExitCode, Failure
from consultation.cli.services import open_services

if TYPE_CHECKING:
    from consultation.application.ports import Erased


@click.group
def erasures() -> None:
    """The list of erasures, which no backup may undo."""


@erasures.command("export")
def export_() -> None:
    """Print the list, one JSON object a line: a keyed hash of the person's id, how, and when.

    Keep it beside the backups, newer than each of them. Only an instance with the same
    CONSULTATION_SECRET_KEY can tell whom it means.
    """
    with open_services() as services:
        for one in services.eraser.listed():
            line = {
                "person": one.person_digest.hex(),
                "mode": one.mode.value,
                "erased_at": one.erased_at.isoformat(),
            }
            click.echo(json.dumps(line))


@erasures.command
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def apply(file: Path) -> int:
    """Erase again everybody in FILE whom the restored database still has.

    Run it after restoring a backup and before the service starts. It can be repeated.
    """
    listed = _read(file)
    with open_services() as services:
        erased, refused = services.eraser.apply(listed)
    remark(f"{len(listed):,} in the list, {erased:,} of them erased again.")
    for one in refused:
        remark(f"Not erased: {one.code}, {dict(one.facts)}.")
    return ExitCode.REFUSED if refused else ExitCode.OK


def _read(file: Path) -> "list[Erased]":
    """The list in a file. Raises Failure."""
    from consultation.application.ports import Erased  # noqa: PLC0415 - with the database only
    from consultation.domain.erasure import ErasureMode  # noqa: PLC0415 - with the database only

    listed = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            entry = json.loads(line)
            mode, at = ErasureMode(entry["mode"]), datetime.fromisoformat(entry["erased_at"])
            listed.append(Erased(bytes.fromhex(entry["person"]), mode, at))
        except (ValueError, KeyError, TypeError) as error:
            raise Failure(
                f"{file}, line {number}, is no line of a list of erasures.", ExitCode.USAGE
            ) from error
    return listed
