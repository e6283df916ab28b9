"""The answer that does not end: an event stream (WHATWG HTML, section 9.2) for one listener."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy.exc import DBAPIError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from consultation.api.live.frames import (
    PING,
    EventId,
    Frame,
    entry_frame,
    phase_frame,
    reset_frame,
    retry_line,
)
from consultation.api.live.hub import Hub, Listener
from consultation.application.ports import Busy, Clock
from consultation.application.versions import DebateVersion

MEDIA_TYPE: Final = "text/event-stream"
_HEADERS: Final = {
    "content-type": MEDIA_TYPE,
    "cache-control": "no-store",
    # Proxies of the nginx family hold an answer back until it is large, unless told otherwise.
    "x-accel-buffering": "no",
}
_PATIENCE_SECONDS: Final = 30.0
"""How long a listener may take to receive what it is sent."""
_RETRY_MILLISECONDS: Final = 1_000
_SPREAD_MILLISECONDS: Final = 4_000


class EventStream(Response):
    """Sends what a debate's journal tells, from an entry on, until one of the two goes.

    `after` is the id of the last event that the listener has, as it says; None: from now on.
    With `seconds` the stream ends by itself; with 0 as soon as what was missed is sent.
    """

    def __init__(
        self,
        hub: Hub,
        listener: Listener,
        version: DebateVersion,
        clock: Clock,
        after: str | None,
        seconds: int | None,
    ) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._hub = hub
        self._listener = listener
        self._clock = clock
        self._channel = listener.channel
        self._seconds = seconds
        self._ends_when_idle = seconds == 0
        newest = EventId.of_last(version)
        given = newest if after is None else EventId.read(after)
        # What nobody can have, because it is no id of ours, not yet given or that of an entry which
        # a backup has undone, is told to start over.
        is_known = given is not None and (given.sequence < newest.sequence or given.may_be(newest))
        self._known = given if given is not None and is_known else newest
        self._place = self._channel.tail.place_after(self._known)
        # Whoever asks for what was missed does not come again; the others should not all come at once.
        spread = listener.serial * 37 % _SPREAD_MILLISECONDS
        self._opening = b"" if seconds == 0 else retry_line(_RETRY_MILLISECONDS + spread)
        if not is_known:
            self._opening += reset_frame(newest).data
        now = clock()
        self._opening += phase_frame(version, version.phase_at(now), now, self._known).data

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end. A listener that takes nothing for half a minute is left alone.

        What ends it for another reason, the end of the service or a database that is away, ends it
        in due form: the listener comes again with the id of the last event that it has.
        """
        try:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            if not scope.get("state", {}).get("without_body"):
                with self._watching(receive), suppress(Busy, DBAPIError):
                    await self._follow(send)
            await _send_soon(send, b"", more=False)
        except TimeoutError:
            return  # the server ends the connection of an answer that was not finished
        finally:
            self._hub.dismiss(self._listener)

    @contextmanager
    def _watching(self, receive: Receive) -> Iterator[None]:
        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            self._listener.end()

        watching = asyncio.create_task(watch())
        timer = None
        if self._seconds:
            timer = asyncio.get_running_loop().call_later(self._seconds, self._listener.end)
        try:
            yield
        finally:
            watching.cancel()
            if timer is not None:
                timer.cancel()

    async def _follow(self, send: Send) -> None:
        await _send_soon(send, self._opening)
        self._opening = b""
        listener = self._listener
        while not listener.is_over:
            data = await self._news()
            if data:
                await _send_soon(send, data)
            elif self._ends_when_idle:
                return
            elif listener.is_due:
                listener.is_due = False
                await _send_soon(send, PING)
            else:
                await listener.wait()

    async def _news(self) -> bytes:
        """What is new to this listener, b"" when nothing is."""
        tail = self._channel.tail
        frames = None if self._place is None else tail.since(self._place)
        if frames is not None:
            self._place = tail.end
            return self._taken(frames)
        # From the entry that it has on, to see that this is still the one.
        first = max(1, self._known.sequence)
        entries = await self._hub.entries_from(self._channel, first)
        # From here on without waiting, so that nothing is told in between.
        read = [entry_frame(entry, self._channel.url) for entry in entries]
        if self._known.sequence and not (read and read[0].id and read[0].id.may_be(self._known)):
            self._known, self._place = tail.head, tail.end
            return reset_frame(tail.head).data
        data = self._taken(read)
        self._place = tail.place_after(self._known)
        return data

    def _taken(self, frames: list[Frame]) -> bytes:
        """The bytes of these frames but for those that the listener has."""
        parts = []
        for frame in frames:
            if frame.id is not None:
                if frame.id.sequence <= self._known.sequence and not frame.starts_over:
                    continue
                self._known = frame.id
            parts.append(frame.data)
        return b"".join(parts)


async def _send_soon(send: Send, body: bytes, *, more: bool = True) -> None:
    """Send a part. Raises TimeoutError when the listener does not take it."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": more})
