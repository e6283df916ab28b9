"""The period of a debate as an iCalendar object (RFC 5545): one event from opening to closing.

It bears the same UID for good. Every act on the period or the texts raises its SEQUENCE, so that
calendars that subscribed move the event instead of adding another one.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from consultation import __version__
from consultation.application.readers import Document
from consultation.localisation.languages import Language
from consultation.localisation.words import text

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_LINE_OCTETS: Final = 75
"""RFC 5545, 3.1: the longest line without its break."""
_LAST_END: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The last second in which an event can end."""

# RFC 5545, 3.1 and 3.3.11: a text may hold no control character but a tab.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def calendar_document(debate: Document, plans: list[datetime], address: str) -> Document:
    """What the calendar of a debate says. `plans`: when it was published or changed; `address`: its own."""
    return {"debate": debate, "plans": plans, "address": address}


def calendar_bytes(document: Document) -> bytes:
    """The calendar as sent: UTF-8, lines folded and ended with CRLF."""
    lines = _lines(document["debate"], document["plans"], document["address"])
    return b"".join(folded(line) for line in lines)


def _lines(debate: Document, plans: list[datetime], address: str) -> Iterator[str]:
    title = escaped(debate["title"])
    changed = _utc(plans[-1] if plans else debate["published_at"])
    # An event must end after it begins, in whole seconds: 3.8.2.2.
    end = min(debate["closes_at"], _LAST_END) + timedelta(microseconds=999_999)
    alarm = text("calendar.alarm", Language(debate["lang"]), title=debate["title"])
    yield from (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Consultation//{__version__}//EN",
        "CALSCALE:GREGORIAN",
        # RFC 7986: what a calendar is called, where it is kept, how often to look.
        f"NAME:{title}",
        f"SOURCE;VALUE=URI:{address}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        # The same for the many programs that are older.
        f"X-WR-CALNAME:{title}",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        f"UID:{debate['id']}",
        f"SEQUENCE:{max(len(plans) - 1, 0)}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        f"CREATED:{_utc(debate['published_at'])}",
        f"DTSTART:{_utc(debate['opens_at'])}",
        f"DTEND:{_utc(end)}",
        f"SUMMARY;LANGUAGE={debate['lang']}:{title}",
    )
    if debate["description"]:
        yield f"DESCRIPTION;LANGUAGE={debate['lang']}:{escaped(debate['description'])}"
    yield from (
        f"URL:{debate['url']}",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "CLASS:PUBLIC",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(alarm)}",
        "TRIGGER;RELATED=END:-P1D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )


def escaped(value: str) -> str:
    """A text as a value (RFC 5545, 3.3.11)."""
    value = _CONTROLS.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, written)
    return value


def folded(line: str) -> bytes:
    """A line in pieces of at most 75 octets, no character cut in two."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(piece) + len(octets) > _LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).strftime("%Y%m%dT%H%M%SZ").zfill(16)
