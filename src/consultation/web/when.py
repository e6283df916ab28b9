"""Instants as people put them into a form: what the clock on the wall of the organisation shows."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from consultation.domain.period import LocalTimeAmbiguous, LocalTimeMissing, instant_of_local
from consultation.web.forms import Fault, Sent

_LENGTHS: Final = (len("2015-02-15T23:59"), len("2015-02-15T23:59:00"))


def local_of(instant: datetime, time_zone: str) -> str:
    """An instant as the field of a form has it (HTML, local date and time strings)."""
    return instant.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%dT%H:%M")


def instant_in(sent: Sent, name: str, time_zone: str) -> datetime | Fault:
    """The instant that a field means in an IANA time zone, or what is wrong with it.

    An hour that the clocks of the zone show twice, or never, is not guessed at.
    """
    value = sent.text(name).strip().replace(" ", "T")
    try:
        if len(value) not in _LENGTHS:
            return Fault(name, key="desk.when.unreadable")
        return instant_of_local(datetime.fromisoformat(value), time_zone)
    except LocalTimeMissing:
        return Fault(name, key="desk.when.missing")
    except LocalTimeAmbiguous:
        return Fault(name, key="desk.when.twice")
    except (ValueError, OverflowError):
        return Fault(name, key="desk.when.unreadable")


def changed_instant(sent: Sent, name: str, time_zone: str, standing: datetime) -> datetime | Fault | None:
    """The same for a field that began with an instant; None when it still says that.

    A form shows minutes, and an hour that clocks show twice but once: sent back as it was, it moves nothing.
    """
    if sent.text(name) == local_of(standing, time_zone):
        return None
    return instant_in(sent, name, time_zone)
