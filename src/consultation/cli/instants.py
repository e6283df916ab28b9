"""Instants as an operator writes them: with an offset, or as the clock on the wall shows them."""

import re
from datetime import datetime
from typing import Final

import click

from consultation.cli.failures import ExitCode, Failure
from consultation.domain.period import LocalTimeAmbiguous, LocalTimeMissing, instant_of_local, require_utc

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
# RFC 3339 section 5.6, seconds and offset optional.
_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:[Zz]|[+-]\d{2}:\d{2})?"
)
_FORMS: Final = "2015-10-18T23:59 (in the organisation's time zone) or 2015-10-18T23:59:00+02:00"


class Moment(click.ParamType[str]):
    """An option's value that `instant_of` can read; the time zone is not known yet."""

    name = "instant"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text as given. Fails for what is no date and hour."""
        value = value.strip()
        if _DATE.fullmatch(value):
            self.fail(f"{value!r} has no hour, and a period is never guessed: write {_FORMS}.", param, ctx)
        if not _INSTANT.fullmatch(value):
            self.fail(f"{value!r} is not a date with an hour: write {_FORMS}.", param, ctx)
        try:
            datetime.fromisoformat(value.upper())
        except ValueError:
            self.fail(f"{value!r} does not exist in the calendar or on the clock.", param, ctx)
        return value


def instant_of(text: str, time_zone: str) -> datetime:
    """The instant, aware and in UTC, that a `Moment` means in an IANA time zone.

    Raises Failure for a local time that the clocks of the zone skip or show twice.
    """
    moment = datetime.fromisoformat(text.upper())
    try:
        return instant_of_local(moment, time_zone) if moment.tzinfo is None else require_utc(moment)
    except LocalTimeMissing:
        message = (
            f"{text} never happens in {time_zone}: the clocks go forward over it. "
            "Write another hour, or the same with an offset such as +02:00."
        )
    except LocalTimeAmbiguous:
        message = (
            f"{text} happens twice in {time_zone}, because the clocks go back. "
            "Say which one with its offset, such as +02:00 (the first) or +01:00 (the second)."
        )
    except (ValueError, OverflowError):
        message = f"{text} lies outside the years 1 to 9999."
    raise Failure(message, ExitCode.USAGE)
