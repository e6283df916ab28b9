"""`consultation import`: a debate from a file of ours, or from another platform's."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import click

from consultation.cli.console import progress
from consultation.cli.failures import Failure
from consultation.cli.instants import Moment, instant_of
from consultation.cli.services import find_organisation, open_services, perform

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from consultation.application.imported import ImportedDebate
    from consultation.application.imports import Imported, ImportPlan
    from consultation.application.ports import Transaction
    from consultation.bootstrap import Services
    from consultation.cli.console import Progress
    from consultation.domain.decisions import Refused

ARCHIVE: Final = "debate-jsonl"
_COUNTED: Final = {
    "post": "posts",
    "vote": "votes",
    "participant": "participants",
    "journal": "journal entries",
}
FORMATS: Final = (ARCHIVE, "cap-collectif-json", "cap-collectif-csv")


@click.command("import")
@click.argument("format_", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--organisation", metavar="SLUG", help="Whose debate it becomes.")
@click.option("--title", help="Title of the debate.")
@click.option("--slug", help="Its part of the address; made from the title when left out.")
@click.option("--opens-at", type=Moment(), help="When taking part began.")
@click.option("--closes-at", type=Moment(), help="When taking part ended.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report there, as JSON; it is stored with the debate in any case.",
)
def import_(
    format_: str,
    files: tuple[Path, ...],
    organisation: str | None,
    title: str | None,
    slug: str | None,
    opens_at: str | None,
    closes_at: str | None,
    report: Path | None,
) -> None:
    """Bring in a debate from FILE..., all of it or nothing.

    FORMAT debate-jsonl is what `export` writes: the debate keeps its id, numbers, instants and
    journal, so --organisation is the only option that applies. For cap-collectif-json and
    cap-collectif-csv, --organisation, --title, --opens-at and --closes-at are needed; the report
    tells which rows were taken, and which were refused for what. Files may be packed (.gz).

    Instants are written 2015-10-18T23:59, in the organisation's time zone, or with an offset.
    The last word printed is the id of the debate.
    """
    said = {"--title": title, "--slug": slug, "--opens-at": opens_at, "--closes-at": closes_at}
    if format_ == ARCHIVE:
        superfluous = [name for name, value in {**said, "--report": report}.items() if value]
        if superfluous:
            raise click.UsageError(f"{', '.join(superfluous)}: a {ARCHIVE} file says all that itself.")
        with open_services() as services:
            for path in files:
                _print(_import_archive(services, path, organisation))
        return
    needed = {"--organisation": organisation, **said}
    missing = [name for name, value in needed.items() if not value and name != "--slug"]
    if missing:
        raise click.UsageError(f"{format_} needs {', '.join(missing)}: its files do not say that.")
    with open_services() as services:
        owner = find_organisation(services, str(organisation))
        period = instant_of(str(opens_at), owner.time_zone), instant_of(str(closes_at), owner.time_zone)
        read = _read(format_, files, owner.time_zone)
        plan = _plan(format_, files, owner.slug, str(title), slug, period)
        done = _store(services, plan, read)
    click.echo(read.report.as_text())
    for one in done.not_stored:
        click.echo(f"  not stored: {one.reference}: {one.reason}")
    if report is not None:
        _write(report, read, done)
    _print(done)


def _read(format_: str, files: "Sequence[Path]", time_zone: str) -> "ImportedDebate":
    from consultation.exchange.importers import cap_collectif_csv, cap_collectif_json  # noqa: PLC0415 - see serve

    if format_ == "cap-collectif-json":
        return cap_collectif_json.read_cap_collectif_json(files)
    if len(files) > 1:
        raise click.UsageError(f"{format_} is one file; import each debate by itself.")
    return cap_collectif_csv.read_cap_collectif_csv(files[0], time_zone)


def _plan(
    format_: str,
    files: "Sequence[Path]",
    organisation: str,
    title: str,
    slug: str | None,
    period: "tuple[datetime, datetime]",
) -> "ImportPlan":
    from consultation.application.imports import ImportPlan  # noqa: PLC0415 - only when it runs

    return ImportPlan(
        organisation=organisation,
        title=title,
        slug=slug,
        opens_at=period[0],
        closes_at=period[1],
        format=format_,
        files=tuple(path.name for path in files),
    )


def _store(services: "Services", plan: "ImportPlan", read: "ImportedDebate") -> "Imported":
    from consultation.application.imports import import_records  # noqa: PLC0415 - only when it runs
    from consultation.persistence.bulk.writing import bulk_store  # noqa: PLC0415 - only when it runs

    with progress("import") as show:
        return perform(
            services, lambda tx: import_records(tx, bulk_store(tx), plan, read, lambda _, done: show(done))
        )


def _import_archive(services: "Services", path: Path, organisation: str | None) -> "Imported":
    from consultation.application.imports import UnfitArchiveError, import_archive  # noqa: PLC0415 - see above
    from consultation.exchange.debate_jsonl.reading import read_debate_jsonl  # noqa: PLC0415 - see above
    from consultation.exchange.importers.files import DamagedFileError, opened  # noqa: PLC0415 - see above
    from consultation.persistence.bulk.writing import bulk_store  # noqa: PLC0415 - see above

    def store(tx: "Transaction", show: "Progress") -> "Imported | Refused":
        # Opened here, because a transaction that lost against another is run again.
        with opened(path) as stream:
            lines = read_debate_jsonl(cast("BinaryIO", stream))
            return import_archive(tx, bulk_store(tx), lines, organisation, lambda _, done: show(done))

    try:
        with progress("import") as show:
            return perform(services, lambda tx: store(tx, show))
    except (UnfitArchiveError, DamagedFileError) as error:
        message = f"{path} is not a whole {ARCHIVE} file: {error}. Nothing of it was stored."
        raise Failure(message) from error


def _write(report: Path, read: "ImportedDebate", done: "Imported") -> None:
    left_out = [{"reference": one.reference, "reason": one.reason} for one in done.not_stored]
    whole = read.report.as_json() | {"not_stored": left_out}
    report.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _print(done: "Imported") -> None:
    found = {section.value: count for section, count in done.counts.items()}
    counts = ", ".join(f"{found.get(section, 0):,} {words}" for section, words in _COUNTED.items())
    click.echo(f"Imported {done.organisation}/{done.slug} ({counts}): {done.debate}")
