"""Instants on the command line: exact, or refused with the reason."""

from datetime import UTC, datetime

import click
import pytest

from consultation.cli.failures import ExitCode, Failure
from consultation.cli.instants import Moment, instant_of

PARIS = "Europe/Paris"


def read(text: str) -> datetime:
    return instant_of(Moment().convert(text, None, None), PARIS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-10-18T23:59", datetime(2015, 10, 18, 21, 59, tzinfo=UTC)),
        ("2015-10-18 23:59", datetime(2015, 10, 18, 21, 59, tzinfo=UTC)),
        ("2015-12-18t23:59:01.000001", datetime(2015, 12, 18, 22, 59, 1, 1, tzinfo=UTC)),
        ("2015-10-18T23:59:00+02:00", datetime(2015, 10, 18, 21, 59, tzinfo=UTC)),
        ("2015-10-18T23:59:00z", datetime(2015, 10, 18, 23, 59, tzinfo=UTC)),
        ("2015-10-18T23:59-05:00", datetime(2015, 10, 19, 4, 59, tzinfo=UTC)),
        # The night on which the clocks go back, with the offset that says which of the two.
        ("2015-10-25T02:30+02:00", datetime(2015, 10, 25, 0, 30, tzinfo=UTC)),
        ("2015-10-25T02:30+01:00", datetime(2015, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_the_organisations_time_zone(text: str, expected: datetime) -> None:
    assert read(text) == expected
    assert read(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2015-10-18", "has no hour, and a period is never guessed"),
        ("2015-10-18T", "is not a date with an hour"),
        ("18/10/2015 23:59", "is not a date with an hour"),
        ("2015-10-18T23h59", "is not a date with an hour"),
        ("tomorrow", "is not a date with an hour"),
        ("", "is not a date with an hour"),
        ("2015-02-29T12:00", "does not exist"),
        ("2015-10-18T24:00", "does not exist"),
        ("2015-10-18T12:60", "does not exist"),
        ("2015-10-18T12:00+25:00", "does not exist"),
    ],
)
def test_what_is_no_instant_is_wrong_use(text: str, reason: str) -> None:
    with pytest.raises(click.BadParameter, match=reason):
        read(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2015-03-29T02:30", "never happens in Europe/Paris"),
        ("2015-10-25T02:30", "happens twice in Europe/Paris"),
        ("0001-01-01T00:00+02:00", "outside the years"),
        ("9999-12-31T23:59-05:00", "outside the years"),
    ],
)
def test_what_the_clocks_make_unclear_is_explained(text: str, reason: str) -> None:
    with pytest.raises(Failure, match=reason) as failure:
        read(text)
    assert failure.value.code is ExitCode.USAGE
