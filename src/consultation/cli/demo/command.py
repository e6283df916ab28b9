"""`consultation demo`: the service with demonstration data, ready to be tried."""

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from consultation.cli.console import remark
from consultation.cli.serving import address_of, listen, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from consultation.application.readers import Document

FOLDER: Final = Path("var/demo")
DATABASE: Final = "consultation.sqlite3"

_LABELS: Final = {"open": "open debate", "upcoming": "upcoming debate", "thread": "closed debate"}
_SIGN_IN: Final = """
Sign in with any address; the code is in the newest file of {mail}. Without a browser:
  curl {address}/api/v1/auth/codes --json '{{"email": "you@example.org"}}'
  curl {address}/api/v1/auth/sessions --json '{{"email": "you@example.org", "code": "......"}}'
The town's organiser is {organiser}.
"""


@click.command
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port."
)
@click.option("--fresh", is_flag=True, help="Throw away what the demonstration holds and start over.")
def demo(host: str, port: int, *, fresh: bool) -> None:
    """Serve demonstration data from an embedded database in var/demo.

    A fictitious town with an upcoming, an open and a closed debate. What you write stays until
    --fresh; mail is written into var/demo/mail.
    """
    gc.disable()  # until the application stands: see cli.process
    folder = FOLDER.absolute()
    with listen(host, port) as listening:
        os.environ.update(environment(folder, address_of(listening)))
        os.environ.setdefault("CONSULTATION_LOG_LEVEL", "WARNING")
        if fresh:
            forget(folder)
        introduce(folder, address_of(listening))
        run(listening, os.environ["CONSULTATION_LOG_LEVEL"])


def environment(folder: Path, address: str) -> dict[str, str]:
    """The settings of the demonstration, whatever the environment says of another service."""
    return {
        "CONSULTATION_ENVIRONMENT": "development",
        "CONSULTATION_DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "CONSULTATION_MAIL_URL": (folder / "mail").as_uri(),
        "CONSULTATION_PUBLIC_URL": address,
    }


def forget(folder: Path) -> None:
    """Remove the database and the mail of an earlier demonstration, and nothing else."""
    for path in (*folder.glob(f"{DATABASE}*"), *folder.glob("mail/*.eml")):
        path.unlink(missing_ok=True)


def introduce(folder: Path, address: str) -> None:
    """Prepare the database and say what is where."""
    from consultation.cli.demo.seed import ORGANISER, prepare  # noqa: PLC0415 - loads the service
    from consultation.cli.services import read_settings  # noqa: PLC0415 - with the former
    from consultation.clock import SystemClock  # noqa: PLC0415 - with the former

    debates = prepare(read_settings(), SystemClock()())
    where = os.path.relpath(folder)
    click.echo(f"The demonstration runs at {address} until Ctrl-C; its data is in {where}.\n")
    for name, value in _addresses(debates, address):
        click.echo(f"  {name:<17}{value}")
    click.echo(_SIGN_IN.format(address=address, mail=f"{where}/mail", organiser=ORGANISER))
    if debates["open"]["phase"] != "open":
        remark("The open debate has closed by now: `consultation demo --fresh` starts over.")


def _addresses(debates: "Mapping[str, Document]", address: str) -> "Iterator[tuple[str, str]]":
    yield "pages", f"{address}/"
    for name in ("open", "upcoming", "thread"):
        yield _LABELS[name], debates[name]["url"]
    yield "thread #2150", f"{debates['thread']['url']}/2150"
    yield "organiser's desk", f"{address}/desk"
    yield "interface", f"{address}/api/v1"
    yield "documentation", f"{address}/docs"
