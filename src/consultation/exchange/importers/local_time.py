"""Wall clock times of a source, which carries no offset, as instants."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

_WALL: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4}) ([0-9]{2}):([0-9]{2})")
_UUID_EPOCH: Final = datetime(1582, 10, 15, tzinfo=UTC)
_TIME_BASED: Final = 1


def wall_clock(text: str) -> datetime | None:
    """The naive time written as dd/mm/yyyy hh:mm, None when the text is no such time."""
    found = _WALL.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute = (int(part) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - the zone comes in `readings`
    except ValueError:
        return None


def readings(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The UTC instants at which clocks of the zone show this time, in order.

    Two when clocks were put back over it, none when they were put forward over it.
    """
    instants = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(i for i in instants if i.astimezone(zone).replace(tzinfo=None) == wall))


def instant_in(uid: UUID) -> datetime | None:
    """The instant that a time-based UUID (RFC 9562, version 1) holds, None for another."""
    if uid.version != _TIME_BASED:
        return None
    return _UUID_EPOCH + timedelta(microseconds=uid.time // 10)
