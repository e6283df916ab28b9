"""Events as they are sent: the text of an event stream, and the debate's newest ones kept at hand."""

import re
import zlib
from collections import deque
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple, Self

from consultation.api.documents import encode
from consultation.application.readers import Document
from consultation.application.versions import DebateVersion
from consultation.domain.journal import format_instant
from consultation.domain.period import Phase

PING: Final = b":\n\n"
"""A comment: tells both ends that the other one is there."""
ID_PATTERN: Final = "^[0-9]{1,16}(-[0-9a-f]{8})?$"
"""The sequence of an entry, and of which entry it is."""
_ID: Final = re.compile(ID_PATTERN)
_KEPT: Final = 256


class EventId(NamedTuple):
    """The journal entry up to which a listener has everything.

    No two acts of a debate share an instant. So `mark`, a checksum of the entry's instant, tells the
    entry from another one that took its place after a backup was put back. It is None where a
    listener named no more than the sequence.
    """

    sequence: int
    mark: str | None

    @classmethod
    def of(cls, sequence: int, at: str) -> Self:
        """The id of an entry with this instant, as the journal writes it."""
        return cls(sequence, f"{zlib.crc32(at.encode()):08x}")

    @classmethod
    def of_last(cls, version: DebateVersion) -> Self:
        """The id of the newest entry."""
        return cls.of(version.journal_length, format_instant(version.last_act_at))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The id as a listener sends it; None when it is none of ours."""
        if _ID.fullmatch(text) is None:
            return None
        sequence, _, mark = text.partition("-")
        return cls(int(sequence), mark or None)

    def may_be(self, other: "EventId") -> bool:
        """Is it the same entry, as far as both say which one they mean?"""
        if self.mark is None or other.mark is None:
            return self.sequence == other.sequence
        return self == other

    @property
    def text(self) -> str:
        """As it is sent."""
        return str(self.sequence) if self.mark is None else f"{self.sequence}-{self.mark}"


class Frame(NamedTuple):
    """One event. `id` is that of its journal entry, None for what is in no journal."""

    id: EventId | None
    data: bytes
    starts_over: bool = False
    """Says that the journal is not what it was: what came before counts no more."""


def entry_frame(entry: Document, debate_url: str) -> Frame:
    """The event of a journal entry."""
    number = entry["number"]
    event_id = EventId.of(entry["sequence"], entry["at"])
    told = {
        "sequence": entry["sequence"],
        "at": entry["at"],
        "kind": entry["kind"],
        "number": number,
        "url": debate_url if number is None else f"{debate_url}/{number}",
    }
    return Frame(event_id, _event(entry["kind"], told, event_id))


def phase_frame(version: DebateVersion, phase: Phase, at: datetime, event_id: EventId | None = None) -> Frame:
    """The event that says which phase it is; with an id, from where a listener goes on."""
    told = {
        "phase": phase.value,
        "at": at,
        "opens_at": version.period.opens_at,
        "closes_at": version.period.closes_at,
    }
    return Frame(event_id, _event("phase", told, event_id))


def reset_frame(event_id: EventId) -> Frame:
    """The event that says: what you have may be more than there is, read the debate anew."""
    return Frame(event_id, _event("reset", {"sequence": event_id.sequence}, event_id), starts_over=True)


def retry_line(milliseconds: int) -> bytes:
    """After how long a listener that lost its connection comes again."""
    return b"retry: %d\n\n" % milliseconds


def _event(name: str, told: Document, event_id: EventId | None) -> bytes:
    head = "" if event_id is None else f"id: {event_id.text}\n"
    return b"%bevent: %b\ndata: %b\n\n" % (head.encode(), name.encode(), encode(told))


class Tail:
    """The newest frames of one debate. A place in it is a number that only grows."""

    __slots__ = ("_base", "_before", "_frames", "head")

    def __init__(self, head: EventId) -> None:
        self.head = head
        """The last journal entry that was read."""
        self._base = 0
        self._before = head
        self._frames: deque[Frame] = deque()

    @property
    def end(self) -> int:
        """The place after the newest frame."""
        return self._base + len(self._frames)

    def add(self, frame: Frame) -> None:
        """Append a frame; the oldest goes when there are too many."""
        self._frames.append(frame)
        if frame.id is not None:
            self.head = frame.id
        if len(self._frames) > _KEPT:
            self._before = self._frames.popleft().id or self._before
            self._base += 1

    def place_after(self, known: EventId) -> int | None:
        """From where on to read for whoever has everything up to an entry; None: from the journal."""
        if known.sequence > self.head.sequence or known.may_be(self.head):
            return self.end
        place = self._base if self._before.may_be(known) else None
        for at, frame in enumerate(self._frames, self._base):
            if frame.starts_over:
                place = None
            if frame.id is not None and frame.id.may_be(known):
                place = at + 1
        return place

    def since(self, place: int) -> list[Frame] | None:
        """The frames from a place on; None when the first of them is no longer kept."""
        if place < self._base:
            return None
        return list(islice(self._frames, place - self._base, None))
