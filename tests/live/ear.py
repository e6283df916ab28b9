"""A listener on a real connection, as a browser is one."""

import json
import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

PATIENCE_SECONDS: Final = 60.0
"""Longer than the 20 seconds between two heartbeats, which are all that comes when nothing happens."""


@dataclass(frozen=True)
class Event:
    """One event of a stream."""

    id: str | None
    name: str
    data: Any

    @property
    def sequence(self) -> int:
        """The sequence in its id."""
        assert self.id is not None
        return int(self.id.partition("-")[0])


class Ear:
    """One connection that listens to a debate. Raises EOFError when the stream has ended."""

    def __init__(
        self, address: str, debate: str, last_event_id: str | None = None, query: str = "", **headers: str
    ) -> None:
        parts = urlsplit(address)
        assert parts.hostname is not None
        self._socket = socket.create_connection((parts.hostname, parts.port or 80), PATIENCE_SECONDS)
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        lines = [
            f"GET /api/v1/debates/{debate}/events{query} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Accept: text/event-stream",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._file = self._socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        self.headers: dict[str, str] = {}
        while line := self._file.readline().decode().strip():
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value
        self._rest = b""
        self.comments = 0
        self.retry: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Go away without a word, as a telephone in a tunnel does."""
        self._file.close()
        self._socket.close()

    def _block(self) -> str:
        while b"\n\n" not in self._rest:
            size = self._file.readline().strip()
            if not size or int(size, 16) == 0:
                raise EOFError
            self._rest += self._file.read(int(size, 16))
            self._file.readline()
        block, _, self._rest = self._rest.partition(b"\n\n")
        return block.decode()

    def event(self) -> Event:
        """The next event; comments are counted, and the time to come again is noted."""
        while True:
            fields = dict(line.split(": ", 1) for line in self._block().splitlines() if ": " in line)
            if "retry" in fields:
                self.retry = int(fields["retry"])
            elif "event" in fields:
                return Event(fields.get("id"), fields["event"], json.loads(fields["data"]))
            else:
                self.comments += 1

    def events(self, count: int) -> list[Event]:
        """The next events, so many."""
        return [self.event() for _ in range(count)]

    def entries(self, count: int) -> list[int]:
        """The sequences of the next events of the journal, so many."""
        found: list[int] = []
        while len(found) < count:
            event = self.event()
            if "sequence" in event.data and event.name != "reset":
                found.append(event.data["sequence"])
        return found

    def to_the_end(self) -> list[Event]:
        """All events until the stream ends."""
        found = []
        try:
            while True:
                found.append(self.event())
        except EOFError:
            return found
