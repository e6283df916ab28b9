"""The half-open period, to the microsecond, whatever the clocks of its zone do."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from consultation.domain.decisions import ALLOWED, Decision, Facts, RefusalCode, Refused
from consultation.domain.period import (
    Period,
    Phase,
    check_close_ahead,
    check_later_close,
    check_period,
    check_phase,
    instant_of_local,
    require_utc,
)
from tests.domain.builders import CLOSES_AT, HOUR, MIDWAY, OPENS_AT, US, ZONE, period

LONG_BEFORE = datetime(1, 1, 1, tzinfo=UTC)
LONG_AFTER = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

EDGES = [
    pytest.param(LONG_BEFORE, Phase.UPCOMING, id="the first instant of all"),
    pytest.param(OPENS_AT - US, Phase.UPCOMING, id="opens-1us"),
    pytest.param(OPENS_AT, Phase.OPEN, id="opens"),
    pytest.param(OPENS_AT + US, Phase.OPEN, id="opens+1us"),
    pytest.param(MIDWAY, Phase.OPEN, id="midway"),
    pytest.param(CLOSES_AT - US, Phase.OPEN, id="closes-1us"),
    pytest.param(CLOSES_AT, Phase.CLOSED, id="closes"),
    pytest.param(CLOSES_AT + US, Phase.CLOSED, id="closes+1us"),
    pytest.param(LONG_AFTER, Phase.CLOSED, id="the last instant of all"),
]

NOT_YET: Facts = {"opens_at": OPENS_AT, "time_zone": ZONE}
OVER: Facts = {"closed_at": CLOSES_AT, "time_zone": ZONE}
NOT_OVER: Facts = {"closes_at": CLOSES_AT, "time_zone": ZONE}


class NoOffset(tzinfo):
    """A zone that does not know its offset: to Python, datetimes in it are naive."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        return None

    def dst(self, dt: datetime | None) -> timedelta | None:
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        return None


def wall(zone: str, text: str) -> datetime:
    """An unambiguous wall-clock time, in its zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(("instant", "phase"), EDGES)
def test_phase_is_half_open_to_the_microsecond(instant: datetime, phase: Phase) -> None:
    assert period().phase_at(instant) is phase


@pytest.mark.parametrize("hours", [-12, -3.5, 0, 5.75, 14])
@pytest.mark.parametrize(("instant", "phase"), EDGES[1:-1])
def test_phase_does_not_depend_on_the_offset_in_which_an_instant_is_written(
    instant: datetime, phase: Phase, hours: float
) -> None:
    zone = timezone(timedelta(hours=hours))
    elsewhere = Period(OPENS_AT.astimezone(zone), CLOSES_AT.astimezone(zone))
    assert elsewhere == period()
    assert elsewhere.phase_at(instant.astimezone(zone)) is phase
    assert period().phase_at(instant.astimezone(zone)) is phase


@pytest.mark.parametrize(
    ("zone", "opens", "closes", "hours"),
    [
        pytest.param("Europe/Paris", "2026-03-29T00:00", "2026-03-30T00:00", 23, id="Paris, spring"),
        pytest.param("Europe/Brussels", "2026-10-25T00:00", "2026-10-26T00:00", 25, id="Brussels, autumn"),
        pytest.param(
            "Europe/Berlin", "2026-03-29T01:59", "2026-03-29T03:00", 1 / 60, id="Berlin, across the gap"
        ),
        pytest.param(
            "Europe/Paris", "2026-10-25T01:59", "2026-10-25T03:00", 2 + 1 / 60, id="Paris, across the fold"
        ),
        pytest.param(
            "Australia/Lord_Howe", "2026-10-04T00:00", "2026-10-05T00:00", 23.5, id="Lord Howe, spring"
        ),
        pytest.param(
            "Australia/Lord_Howe", "2026-04-05T00:00", "2026-04-06T00:00", 24.5, id="Lord Howe, autumn"
        ),
        pytest.param(
            "Pacific/Apia", "2011-12-29T00:00", "2011-12-31T00:00", 24, id="Apia, the day that never was"
        ),
        pytest.param("America/New_York", "2026-11-01T00:00", "2026-11-02T00:00", 25, id="New York, autumn"),
        pytest.param("Asia/Kathmandu", "2026-03-29T00:00", "2026-03-30T00:00", 24, id="Kathmandu, no change"),
    ],
)
def test_a_period_keeps_its_real_length_across_clock_changes(
    zone: str, opens: str, closes: str, hours: float
) -> None:
    local = Period(wall(zone, opens), wall(zone, closes))
    assert local.closes_at - local.opens_at == timedelta(hours=hours)
    assert local.opens_at == instant_of_local(datetime.fromisoformat(opens), zone)
    assert local.closes_at == instant_of_local(datetime.fromisoformat(closes), zone)
    phases = [
        local.phase_at(instant.astimezone(ZoneInfo(zone)))
        for instant in (
            local.opens_at - US,
            local.opens_at,
            local.closes_at - US,
            local.closes_at,
        )
    ]
    assert phases == [Phase.UPCOMING, Phase.OPEN, Phase.OPEN, Phase.CLOSED]


def test_a_close_in_the_repeated_hour_lets_nobody_in_when_the_clock_shows_that_hour_again() -> None:
    zone = ZoneInfo("Europe/Brussels")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    again = first.replace(fold=1)
    folded = Period(OPENS_AT, first)
    assert folded.closes_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert folded.phase_at(first) is Phase.CLOSED
    assert folded.phase_at(again) is Phase.CLOSED
    assert folded.phase_at(first.astimezone(UTC) - US) is Phase.OPEN


def test_a_period_may_last_from_one_side_of_the_repeated_hour_to_the_other() -> None:
    zone = ZoneInfo("Europe/Berlin")
    opens = datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    assert Period(opens, opens.replace(fold=1)).remaining_at(opens.astimezone(UTC)) == HOUR


def test_a_period_is_kept_in_utc() -> None:
    local = Period(wall("Europe/Paris", "2026-03-01T10:00"), wall("Europe/Paris", "2026-03-31T18:00"))
    assert local == period()
    assert (local.opens_at.tzinfo, local.closes_at.tzinfo) == (UTC, UTC)


@pytest.mark.parametrize(
    ("opens_at", "closes_at"),
    [(OPENS_AT, OPENS_AT), (OPENS_AT, OPENS_AT - US), (CLOSES_AT, OPENS_AT)],
)
def test_a_period_must_open_before_it_closes(opens_at: datetime, closes_at: datetime) -> None:
    with pytest.raises(ValueError, match="must open before it closes"):
        Period(opens_at, closes_at)
    facts: Facts = {"opens_at": opens_at, "closes_at": closes_at, "time_zone": ZONE}
    assert check_period(opens_at, closes_at, ZONE) == Refused(RefusalCode.PERIOD_INVALID, facts)


def test_a_period_of_one_microsecond_is_open_once() -> None:
    assert check_period(OPENS_AT, OPENS_AT + US, ZONE) == ALLOWED
    shortest = Period(OPENS_AT, OPENS_AT + US)
    phases = [shortest.phase_at(OPENS_AT + n * US) for n in (-1, 0, 1)]
    assert phases == [Phase.UPCOMING, Phase.OPEN, Phase.CLOSED]


def test_a_period_refuses_equal_instants_that_are_written_differently() -> None:
    with pytest.raises(ValueError, match="must open before it closes"):
        Period(OPENS_AT, OPENS_AT.astimezone(timezone(2 * HOUR)))


@pytest.mark.parametrize(
    "naive",
    [OPENS_AT.replace(tzinfo=None), OPENS_AT.replace(tzinfo=NoOffset())],
    ids=["no zone", "no offset"],
)
def test_a_naive_datetime_is_no_instant(naive: datetime) -> None:
    with pytest.raises(ValueError, match="not an instant"):
        require_utc(naive)
    with pytest.raises(ValueError, match="not an instant"):
        Period(naive, CLOSES_AT)
    with pytest.raises(ValueError, match="not an instant"):
        Period(LONG_BEFORE, naive)
    with pytest.raises(ValueError, match="not an instant"):
        check_period(naive, naive + HOUR, ZONE)
    with pytest.raises(ValueError, match="not an instant"):
        check_later_close(period(), naive, ZONE)
    with pytest.raises(ValueError, match="not an instant"):
        check_close_ahead(naive, OPENS_AT, ZONE)
    with pytest.raises(TypeError):
        period().phase_at(naive)


@pytest.mark.parametrize(
    "instant",
    [
        LONG_BEFORE.replace(tzinfo=timezone(HOUR)),
        LONG_AFTER.replace(tzinfo=timezone(-HOUR)),
    ],
)
def test_an_instant_that_utc_cannot_write_is_refused_as_a_value(instant: datetime) -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        require_utc(instant)


def test_require_utc_keeps_the_instant_to_the_microsecond() -> None:
    written = datetime(2026, 3, 29, 3, 0, 0, 1, tzinfo=ZoneInfo("Europe/Paris"))
    assert require_utc(written) == written
    assert require_utc(written).isoformat() == "2026-03-29T01:00:00.000001+00:00"


@pytest.mark.parametrize(
    ("instant", "left"),
    [
        (OPENS_AT, CLOSES_AT - OPENS_AT),
        (OPENS_AT - HOUR, CLOSES_AT - OPENS_AT + HOUR),
        (CLOSES_AT - US, US),
        (CLOSES_AT, timedelta(0)),
        (CLOSES_AT + HOUR, timedelta(0)),
    ],
)
def test_the_time_left_ends_at_the_close_and_is_never_negative(instant: datetime, left: timedelta) -> None:
    assert period().remaining_at(instant) == left


@pytest.mark.parametrize(
    ("instant", "closes_at"),
    [
        (OPENS_AT, OPENS_AT + US),
        (OPENS_AT + US, OPENS_AT + US),
        (MIDWAY, MIDWAY),
        (CLOSES_AT - US, CLOSES_AT - US),
    ],
)
def test_a_cut_period_closes_at_the_cut(instant: datetime, closes_at: datetime) -> None:
    assert period().cut_at(instant) == Period(OPENS_AT, closes_at)


@pytest.mark.parametrize(("instant", "phase"), EDGES)
def test_the_checks_of_a_period_agree_with_its_phase(instant: datetime, phase: Phase) -> None:
    closed = Refused(RefusalCode.PERIOD_CLOSED, OVER)
    expected: dict[Phase, tuple[Decision, Decision, Decision]] = {
        Phase.UPCOMING: (
            Refused(RefusalCode.PERIOD_NOT_OPEN, NOT_YET),
            ALLOWED,
            Refused(RefusalCode.PERIOD_NOT_CLOSED, NOT_OVER),
        ),
        Phase.OPEN: (ALLOWED, ALLOWED, Refused(RefusalCode.PERIOD_NOT_CLOSED, NOT_OVER)),
        Phase.CLOSED: (closed, closed, ALLOWED),
    }
    answers = (
        check_phase(period(), {Phase.OPEN}, instant, ZONE),
        check_phase(period(), {Phase.UPCOMING, Phase.OPEN}, instant, ZONE),
        check_phase(period(), {Phase.CLOSED}, instant, ZONE),
    )
    assert answers == expected[phase]


@pytest.mark.parametrize(
    ("closes_at", "later"), [(CLOSES_AT - US, False), (CLOSES_AT, False), (CLOSES_AT + US, True)]
)
def test_an_extension_ends_later_by_a_microsecond_at_least(closes_at: datetime, *, later: bool) -> None:
    facts: Facts = {"closes_at": CLOSES_AT, "requested": closes_at, "time_zone": ZONE}
    expected = ALLOWED if later else Refused(RefusalCode.CLOSING_NOT_LATER, facts)
    assert check_later_close(period(), closes_at, ZONE) == expected


@pytest.mark.parametrize(("closes_at", "ahead"), [(MIDWAY - US, False), (MIDWAY, False), (MIDWAY + US, True)])
def test_a_new_close_lies_ahead_by_a_microsecond_at_least(closes_at: datetime, *, ahead: bool) -> None:
    facts: Facts = {"requested": closes_at, "now": MIDWAY, "time_zone": ZONE}
    expected = ALLOWED if ahead else Refused(RefusalCode.CLOSING_IN_THE_PAST, facts)
    assert check_close_ahead(closes_at, MIDWAY, ZONE) == expected


def test_the_facts_of_a_refusal_are_in_utc_however_the_instants_were_written() -> None:
    paris = ZoneInfo("Europe/Paris")
    early, late = OPENS_AT.astimezone(paris), MIDWAY.astimezone(paris)
    answers = (
        check_period(late, early, ZONE),
        check_later_close(period(), late, ZONE),
        check_close_ahead(early, late, ZONE),
    )
    instants = [
        fact
        for answer in answers
        if isinstance(answer, Refused)
        for fact in answer.facts.values()
        if isinstance(fact, datetime)
    ]
    assert len(instants) == 6
    assert {instant.tzinfo for instant in instants} == {UTC}
