"""The participation period and its phase: the one place where instants are compared.

A period is half-open, `[opens_at, closes_at)`: what happens at `opens_at` is inside, what
happens at `closes_at` is not. Instants are aware datetimes in UTC, exact to the microsecond.
The phase is derived from a period and one instant and is never stored. Its twin in SQL, for
lists filtered by phase, is `persistence/periods.py`; a test holds the two equal.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused


class Phase(StrEnum):
    """Where an instant lies with respect to a period."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


def require_utc(instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises ValueError when it is naive, for it would be a guess, and when UTC puts it outside the
    years 1 to 9999.
    """
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        message = f"a naive datetime is not an instant: {instant.isoformat()}"
        raise ValueError(message)
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        message = f"an instant outside the years 1 to 9999: {instant.isoformat()}"
        raise ValueError(message) from error


@dataclass(frozen=True, slots=True)
class Period:
    """The half-open interval during which people take part.

    Raises ValueError unless both ends are aware and `opens_at` is before `closes_at`; use
    `check_period` to ask first.
    """

    opens_at: datetime
    closes_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "opens_at", require_utc(self.opens_at))
        object.__setattr__(self, "closes_at", require_utc(self.closes_at))
        if not self.opens_at < self.closes_at:
            message = f"a period must open before it closes: {self.opens_at} / {self.closes_at}"
            raise ValueError(message)

    def phase_at(self, instant: datetime) -> Phase:
        """The phase at one aware instant."""
        if instant < self.opens_at:
            return Phase.UPCOMING
        if instant < self.closes_at:
            return Phase.OPEN
        return Phase.CLOSED

    def remaining_at(self, instant: datetime) -> timedelta:
        """Time left until the close, never negative."""
        return max(self.closes_at - instant, timedelta(0))

    def cut_at(self, instant: datetime) -> "Period":
        """This period with its close moved to `instant`, which must lie inside it."""
        return Period(self.opens_at, max(instant, self.opens_at + timedelta(microseconds=1)))


def check_period(opens_at: datetime, closes_at: datetime, time_zone: str) -> Decision:
    """May these two aware instants be the ends of a period?"""
    opens_at, closes_at = require_utc(opens_at), require_utc(closes_at)
    if opens_at < closes_at:
        return ALLOWED
    return Refused(
        RefusalCode.PERIOD_INVALID,
        {"opens_at": opens_at, "closes_at": closes_at, "time_zone": time_zone},
    )


def check_phase(period: Period, phases: Collection[Phase], instant: datetime, time_zone: str) -> Decision:
    """Does the instant lie in one of these phases? If not, what is over, or what has to come?"""
    phase = period.phase_at(instant)
    if phase in phases:
        return ALLOWED
    if phase is Phase.CLOSED:
        return Refused(RefusalCode.PERIOD_CLOSED, {"closed_at": period.closes_at, "time_zone": time_zone})
    if Phase.OPEN in phases:
        return Refused(RefusalCode.PERIOD_NOT_OPEN, {"opens_at": period.opens_at, "time_zone": time_zone})
    return Refused(RefusalCode.PERIOD_NOT_CLOSED, {"closes_at": period.closes_at, "time_zone": time_zone})


def check_later_close(period: Period, closes_at: datetime, time_zone: str) -> Decision:
    """Is a proposed close later than the present one, as an extension must be?"""
    closes_at = require_utc(closes_at)
    if period.closes_at < closes_at:
        return ALLOWED
    return Refused(
        RefusalCode.CLOSING_NOT_LATER,
        {"closes_at": period.closes_at, "requested": closes_at, "time_zone": time_zone},
    )


def check_close_ahead(closes_at: datetime, instant: datetime, time_zone: str) -> Decision:
    """Does a proposed close lie in the future, so that it leaves people some time?"""
    closes_at, instant = require_utc(closes_at), require_utc(instant)
    if instant < closes_at:
        return ALLOWED
    return Refused(
        RefusalCode.CLOSING_IN_THE_PAST,
        {"requested": closes_at, "now": instant, "time_zone": time_zone},
    )


class LocalTimeAmbiguous(ValueError):
    """The local time happens twice, when clocks go back: an offset must say which."""


class LocalTimeMissing(ValueError):
    """The local time never happens, because clocks skip it when they go forward."""


def instant_of_local(local: datetime, time_zone: str) -> datetime:
    """The UTC instant of a naive wall-clock time in an IANA time zone.

    Raises LocalTimeAmbiguous or LocalTimeMissing around daylight-saving changes (PEP 495):
    a deadline is never guessed.
    """
    zone = ZoneInfo(time_zone)
    first = local.replace(tzinfo=zone, fold=0)
    second = local.replace(tzinfo=zone, fold=1)
    instant = first.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local:
        raise LocalTimeMissing(local.isoformat())
    if first.utcoffset() != second.utcoffset():
        raise LocalTimeAmbiguous(local.isoformat())
    return instant
