"""A deadline written on the wall clock of a zone is one instant, or it is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from consultation.domain.period import LocalTimeAmbiguous, LocalTimeMissing, instant_of_local

CLEAR = [
    ("UTC", "2026-03-29T02:30:00", "2026-03-29T02:30:00"),
    ("Europe/Paris", "2026-01-15T18:00:00", "2026-01-15T17:00:00"),
    ("Europe/Paris", "2026-07-15T18:00:00", "2026-07-15T16:00:00"),
    # Spring: 02:00 to 03:00 is skipped.
    ("Europe/Paris", "2026-03-29T01:59:59.999999", "2026-03-29T00:59:59.999999"),
    ("Europe/Paris", "2026-03-29T03:00:00", "2026-03-29T01:00:00"),
    # Autumn: 02:00 to 03:00 happens twice.
    ("Europe/Brussels", "2026-10-25T01:59:59.999999", "2026-10-24T23:59:59.999999"),
    ("Europe/Brussels", "2026-10-25T03:00:00", "2026-10-25T02:00:00"),
    ("Europe/Berlin", "2026-12-31T23:59:59.999999", "2026-12-31T22:59:59.999999"),
    # Half an hour only.
    ("Australia/Lord_Howe", "2026-10-04T01:59:59.999999", "2026-10-03T15:29:59.999999"),
    ("Australia/Lord_Howe", "2026-10-04T02:30:00", "2026-10-03T15:30:00"),
    ("Australia/Lord_Howe", "2026-04-05T01:29:59.999999", "2026-04-04T14:29:59.999999"),
    ("Australia/Lord_Howe", "2026-04-05T02:00:00", "2026-04-04T15:30:00"),
    # 30 December 2011 was left out.
    ("Pacific/Apia", "2011-12-29T23:59:59.999999", "2011-12-30T09:59:59.999999"),
    ("Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00"),
    ("America/New_York", "2026-03-29T02:30:00", "2026-03-29T06:30:00"),
    ("Asia/Kathmandu", "2026-03-29T00:00:00", "2026-03-28T18:15:00"),
]

SKIPPED = [
    ("Europe/Paris", "2026-03-29T02:00:00"),
    ("Europe/Paris", "2026-03-29T02:59:59.999999"),
    ("Europe/Brussels", "2026-03-29T02:30:00"),
    ("Europe/Berlin", "2026-03-29T02:00:00.000001"),
    ("Australia/Lord_Howe", "2026-10-04T02:00:00"),
    ("Australia/Lord_Howe", "2026-10-04T02:29:59.999999"),
    ("Pacific/Apia", "2011-12-30T00:00:00"),
    ("Pacific/Apia", "2011-12-30T23:59:59.999999"),
    ("America/New_York", "2026-03-08T02:30:00"),
]

REPEATED = [
    ("Europe/Paris", "2026-10-25T02:00:00"),
    ("Europe/Paris", "2026-10-25T02:59:59.999999"),
    ("Europe/Brussels", "2026-10-25T02:30:00"),
    ("Europe/Berlin", "2026-10-25T02:00:00.000001"),
    ("Australia/Lord_Howe", "2026-04-05T01:30:00"),
    ("Australia/Lord_Howe", "2026-04-05T01:59:59.999999"),
    ("America/New_York", "2026-11-01T01:30:00"),
]


@pytest.mark.parametrize(("zone", "local", "utc"), CLEAR)
def test_a_time_that_happens_once_is_that_instant(zone: str, local: str, utc: str) -> None:
    instant = instant_of_local(datetime.fromisoformat(local), zone)
    assert instant == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert instant.tzinfo is UTC
    assert instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.fromisoformat(local)


@pytest.mark.parametrize(("zone", "local"), SKIPPED)
def test_a_time_that_the_clocks_skip_is_refused(zone: str, local: str) -> None:
    with pytest.raises(LocalTimeMissing, match=local):
        instant_of_local(datetime.fromisoformat(local), zone)


@pytest.mark.parametrize(("zone", "local"), REPEATED)
def test_a_time_that_happens_twice_is_refused(zone: str, local: str) -> None:
    with pytest.raises(LocalTimeAmbiguous, match=local):
        instant_of_local(datetime.fromisoformat(local), zone)


@pytest.mark.parametrize(("zone", "local"), SKIPPED + REPEATED)
@pytest.mark.parametrize("fold", [0, 1])
def test_a_fold_that_a_form_cannot_mean_settles_nothing(zone: str, local: str, fold: int) -> None:
    with pytest.raises(ValueError, match=r"^20\d\d-"):
        instant_of_local(datetime.fromisoformat(local).replace(fold=fold), zone)


@pytest.mark.parametrize(("zone", "local", "utc"), CLEAR)
def test_a_fold_changes_nothing_where_a_time_happens_once(zone: str, local: str, utc: str) -> None:
    naive = datetime.fromisoformat(local)
    assert instant_of_local(naive.replace(fold=1), zone) == instant_of_local(naive, zone)


def test_an_instant_is_not_taken_for_a_wall_clock_time() -> None:
    with pytest.raises(ValueError, match=r"\+00:00"):
        instant_of_local(datetime(2026, 3, 1, tzinfo=UTC), "Europe/Paris")


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        instant_of_local(datetime.fromisoformat("2026-03-01T09:00"), "Europe/Atlantis")


@pytest.mark.parametrize("day", ["2026-04-04", "2026-10-03"])
def test_every_minute_around_a_change_is_one_instant_or_refused(day: str) -> None:
    """Counted against the zone's clock itself, run through the days in UTC."""
    zone = ZoneInfo("Australia/Lord_Howe")
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    shown: dict[datetime, list[datetime]] = {}
    for minutes in range(24 * 60):
        instant = start + timedelta(minutes=minutes)
        shown.setdefault(instant.astimezone(zone).replace(tzinfo=None, fold=0), []).append(instant)
    local, last, refused = min(shown), max(shown), 0
    while local <= last:
        instants = shown.get(local, [])
        if len(instants) == 1:
            assert [instant_of_local(local, zone.key)] == instants
        else:
            with pytest.raises(LocalTimeAmbiguous if instants else LocalTimeMissing):
                instant_of_local(local, zone.key)
            refused += 1
        local += timedelta(minutes=1)
    assert refused == 30
