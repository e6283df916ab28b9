"""What commands share when they talk: language, remarks, tables and progress."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click

if TYPE_CHECKING:
    from consultation.localisation.languages import Language


def language(environment: Mapping[str, str] = os.environ) -> "Language":
    """The language that the locale variables name (POSIX, section 8.2); English for any other."""
    from consultation.localisation.languages import Language  # noqa: PLC0415 - the start can do without

    named = next((environment[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(v)), "")
    primary = named.partition(".")[0].partition("_")[0].lower()
    return Language(primary) if primary in {*Language} else Language.EN


def remark(text: str) -> None:
    """Say something to a person, on standard error, so that standard output stays for programs."""
    click.echo(text, err=True)


def rows(table: Iterable[Sequence[str]]) -> None:
    """Print lines of tab-separated columns, for people and for `cut` alike."""
    for row in table:
        click.echo("\t".join(row))


class Progress(Protocol):
    """Is told how far a long work has come."""

    def __call__(self, done: int, of: int | None = None) -> None:
        """`done` of `of` units are done; the whole is unknown while `of` is None."""


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """A line on standard error that counts along, on a terminal only; gone at the end."""
    stream = sys.stderr
    if not stream.isatty():
        yield lambda done, of=None: None  # noqa: ARG005 - the same signature, deaf
        return

    def show(done: int, of: int | None = None) -> None:
        whole = f" of {of:,}" if of else ""
        stream.write(f"\r\x1b[2K{label}: {done:,}{whole}")
        stream.flush()

    try:
        yield show
    finally:
        stream.write("\r\x1b[2K")
        stream.flush()
