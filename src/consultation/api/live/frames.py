"""Events as they are sent: the text of an event stream, and the debate's newest ones kept at hand."""

from collections import deque
from datetime import datetime
from typing import Final, NamedTuple

from consultation.api.documents import encode
from consultation.application.readers import Document
from consultation.application.versions import DebateVersion
from consultation.domain.period import Phase

PING: Final = b":\n\n"
"""A comment: tells both ends that the other one is there."""
_KEPT: Final = 256


class Frame(NamedTuple):
    """One event. `sequence` is that of its journal entry, None for what is in no journal."""

    sequence: int | None
    data: bytes
    starts_over: bool = False
    """Says that the journal is shorter than it was: what came before counts no more."""


def entry_frame(entry: Document, debate_url: str) -> Frame:
    """The event of a journal entry."""
    number = entry["number"]
    told = {
        "sequence": entry["sequence"],
        "at": entry["at"],
        "kind": entry["kind"],
        "number": number,
        "url": debate_url if number is None else f"{debate_url}/{number}",
    }
    return Frame(entry["sequence"], _event(entry["kind"], told, entry["sequence"]))


def phase_frame(version: DebateVersion, phase: Phase, at: datetime, sequence: int | None = None) -> Frame:
    """The event that says which phase it is; with a `sequence`, from where a listener goes on."""
    told = {
        "phase": phase.value,
        "at": at,
        "opens_at": version.period.opens_at,
        "closes_at": version.period.closes_at,
    }
    return Frame(sequence, _event("phase", told, sequence))


def reset_frame(sequence: int) -> Frame:
    """The event that says: what you have may be more than there is, read the debate anew."""
    return Frame(sequence, _event("reset", {"sequence": sequence}, sequence), starts_over=True)


def retry_line(milliseconds: int) -> bytes:
    """After how long a listener that lost its connection comes again."""
    return b"retry: %d\n\n" % milliseconds


def _event(name: str, told: Document, sequence: int | None) -> bytes:
    head = b"" if sequence is None else b"id: %d\n" % sequence
    return b"%bevent: %b\ndata: %b\n\n" % (head, name.encode(), encode(told))


class Tail:
    """The newest frames of one debate. A place in it is a number that only grows."""

    __slots__ = ("_base", "_frames", "head")

    def __init__(self, head: int) -> None:
        self.head = head
        """Sequence of the last journal entry that was read."""
        self._base = 0
        self._frames: deque[Frame] = deque()

    @property
    def end(self) -> int:
        """The place after the newest frame."""
        return self._base + len(self._frames)

    def add(self, frame: Frame) -> None:
        """Append a frame; the oldest goes when there are too many."""
        self._frames.append(frame)
        if frame.sequence is not None:
            self.head = frame.sequence
        if len(self._frames) > _KEPT:
            self._frames.popleft()
            self._base += 1

    def place_after(self, sequence: int) -> int | None:
        """From where on to read for whoever has everything up to a sequence; None: from the journal."""
        if sequence >= self.head:
            return self.end
        for place, frame in enumerate(self._frames, self._base):
            if frame.starts_over:
                return None
            if frame.sequence is not None and frame.sequence > sequence:
                return place if frame.sequence == sequence + 1 else None
        return None

    def since(self, place: int) -> list[Frame] | None:
        """The frames from a place on; None when the first of them is no longer kept."""
        if place < self._base:
            return None
        skipped = place - self._base
        return [frame for index, frame in enumerate(self._frames) if index >= skipped]
