"""Who listens in this process, and the one reader that tells all of them.

A wake-up, from a commit of this process or of another, says only that a debate may have grown. The
reader then reads its journal from the last entry that it knows, so that a wake-up that is lost or
told twice changes nothing; now and then it looks at everything by itself, and at the instant at which
a period opens or closes at that debate. Listeners keep a place in what was read (`Tail`) and take what
is new when they can: nothing is kept for any of them apart.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import DBAPIError

from consultation.api.live.frames import EventId, Tail, entry_frame, phase_frame, reset_frame
from consultation.api.threads import Threads
from consultation.application.ports import Busy, Changes, Clock
from consultation.application.readers import Document, Readers
from consultation.application.versions import DebateVersion, Versions

PAGE: Final = 500
"""Journal entries that are read at once."""
_BEATS: Final = 20
"""Seconds between two heartbeats of a listener; each second some of them have theirs."""
_SWEEP_BEATS: Final = 10
_AGAIN_SECONDS: Final = 1.0
_LONGEST_ALARM_SECONDS: Final = 86_400.0
"""What is further off is looked at again before: a sweep sets all alarms anew."""
_SOON_SECONDS: Final = 0.001
_log = logging.getLogger(__name__)


class Channel:
    """One debate that somebody listens to."""

    def __init__(self, version: DebateVersion, clock: Clock, public_url: str) -> None:
        self._clock = clock
        self.url = f"{public_url}/{version.path}"
        self.version = version
        self.phase = version.phase_at(clock())
        self.tail = Tail(EventId.of_last(version))
        self.listeners: set[Listener] = set()
        self.alarm: asyncio.TimerHandle | None = None

    def publish(self, version: DebateVersion, entries: Sequence[Document]) -> None:
        """Take in what was read from the last known entry on, and wake the listeners."""
        self.version = version
        frames = [entry_frame(entry, self.url) for entry in entries]
        if frames and frames[0].id == self.tail.head:
            for frame in frames[1:]:
                self.tail.add(frame)
        else:  # a backup was put back
            self.tail.add(reset_frame(EventId.of_last(version)))
        self.wake()

    def turn(self) -> None:
        """Tell the phase when it is another than a moment ago."""
        now = self._clock()
        phase = self.version.phase_at(now)
        if phase is not self.phase:
            self.phase = phase
            self.tail.add(phase_frame(self.version, phase, now))
            self.wake()

    def seconds_to_turn(self) -> float:
        """How long until the period opens or closes; infinite when both are past."""
        now = self._clock()
        turns = (self.version.period.opens_at, self.version.period.closes_at)
        return min(
            ((turn - now) / timedelta(seconds=1) for turn in turns if turn > now), default=float("inf")
        )

    def wake(self) -> None:
        """Have every listener look."""
        for listener in self.listeners:
            listener.wake()


class Listener:
    """One connection that listens to a debate."""

    __slots__ = ("_awake", "channel", "is_due", "is_over", "network", "serial")

    def __init__(self, channel: Channel, network: int, serial: int) -> None:
        self._awake = asyncio.Event()
        self.channel = channel
        self.network = network
        self.serial = serial
        self.is_due = False
        """Is it time for a heartbeat?"""
        self.is_over = False

    def wake(self) -> None:
        """Have it look for news."""
        self._awake.set()

    def end(self) -> None:
        """Have it end."""
        self.is_over = True
        self._awake.set()

    async def wait(self) -> None:
        """Sleep until woken."""
        await self._awake.wait()
        self._awake.clear()


class Hub:
    """The listeners of one process: at most `capacity`, and of one network a fifth of that."""

    def __init__(
        self,
        readers: Readers,
        threads: Threads,
        clock: Clock,
        versions: Versions,
        changes: Changes,
        public_url: str,
        capacity: int,
    ) -> None:
        self._readers = readers
        self._threads = threads
        self._clock = clock
        self._versions = versions
        self._changes = changes
        self._public_url = public_url
        self._capacity = capacity
        self._share = max(1, capacity // 5)
        self._channels: dict[int, Channel] = {}
        self._dirty: set[int] = set()
        self._sweeps = False
        self._wake = asyncio.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._networks: Counter[int] = Counter()
        self._beats: list[set[Listener]] = [set() for _ in range(_BEATS)]
        self._count = 0
        self._serial = 0

    def start(self) -> None:
        """Begin, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._tasks = (asyncio.create_task(self._read_on()), asyncio.create_task(self._beat()))
        self._versions.watch(self._told)
        self._changes.listen(self._told)
        self._changes.start()

    def end_all(self) -> None:
        """Let everybody go, and take nobody any more: the service stops."""
        self._closed = True
        for channel in self._channels.values():
            for listener in channel.listeners:
                listener.end()

    async def close(self) -> None:
        """End. What tells of changes is waited for."""
        self.end_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.get_running_loop().run_in_executor(None, self._changes.close)

    def has_room(self, network: int) -> bool:
        """May one more of this network listen?"""
        return not self._closed and self._count < self._capacity and self._networks[network] < self._share

    def admit(self, version: DebateVersion, network: int, *, stays: bool) -> Listener:
        """A new listener to a debate. One that does not stay is told nothing but what it missed."""
        channel = self._channels.get(version.key)
        if channel is None or not stays:
            channel = Channel(version, self._clock, self._public_url)
            if stays:
                self._channels[version.key] = channel
                # What was committed between reading the version and now told nobody.
                self._mark(version.key)
        elif version.journal_length < channel.tail.head.sequence:
            self._mark(version.key)  # was a backup put back?
        self._serial += 1
        listener = Listener(channel, network, self._serial)
        channel.listeners.add(listener)
        self._beats[self._serial % _BEATS].add(listener)
        self._networks[network] += 1
        self._count += 1
        return listener

    def dismiss(self, listener: Listener) -> None:
        """A listener has gone."""
        channel = listener.channel
        channel.listeners.discard(listener)
        self._count -= 1
        self._beats[listener.serial % _BEATS].discard(listener)
        self._networks[listener.network] -= 1
        if self._networks[listener.network] <= 0:
            del self._networks[listener.network]
        if not channel.listeners and self._channels.get(channel.version.key) is channel:
            del self._channels[channel.version.key]
            if channel.alarm is not None:
                channel.alarm.cancel()

    async def entries_from(self, channel: Channel, first: int) -> list[Document]:
        """A page of the journal, for a listener that has missed more than is kept at hand."""

        def reading() -> list[Document]:
            with self._readers.snapshot() as snapshot:
                return snapshot.journal(channel.version, first - 1, PAGE).items

        return await self._threads.run(reading)

    def _told(self, key: int | None) -> None:
        """From any thread: a debate, or any of them, may have grown."""
        if key is not None and key not in self._channels:
            return
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended, and nobody listens any more
                self._loop.call_soon_threadsafe(self._mark, key)

    def _mark(self, key: int | None) -> None:
        if key is None:
            self._sweeps = True
        else:
            self._dirty.add(key)
        self._wake.set()

    async def _read_on(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            keys, self._dirty = self._dirty, set()
            sweeps, self._sweeps = self._sweeps, False
            watched = {key: channel for key, channel in self._channels.items() if sweeps or key in keys}
            if not watched:
                continue
            try:
                more = await self._refresh(watched)
            except Exception as error:  # noqa: BLE001 - who reads for everybody must not end by one fault
                log = _log.warning if isinstance(error, Busy | DBAPIError) else _log.error
                log("listeners wait: %s", type(error).__name__)
                await asyncio.sleep(_AGAIN_SECONDS)
                more = set(watched)
            for channel in watched.values():
                channel.turn()
                self._set_alarm(channel)
            if more:
                self._dirty |= more
                self._wake.set()

    async def _refresh(self, watched: dict[int, Channel]) -> set[int]:
        """Read what is new of these debates; the keys of those of which there is more."""
        known = {key: (channel.version, channel.tail.head.sequence) for key, channel in watched.items()}
        found = await self._threads.run_live(_reading(self._readers, known))
        more = set()
        for key, (version, entries) in found.items():
            channel = watched[key]
            if version is None:  # gone with a backup that was put back: they will not find it again
                for listener in channel.listeners:
                    listener.end()
                continue
            channel.publish(version, entries)
            if version.journal_length > channel.tail.head.sequence:
                more.add(key)
        return more

    def _set_alarm(self, channel: Channel) -> None:
        """Have the debate looked at when its period next opens or closes.

        It is read first, because another process may just have moved the period.
        """
        if channel.alarm is not None:
            channel.alarm.cancel()
            channel.alarm = None
        seconds = channel.seconds_to_turn()
        if channel.listeners and seconds < _LONGEST_ALARM_SECONDS:
            loop = asyncio.get_running_loop()
            # The clock of the loop may be ahead of the clock of the period.
            channel.alarm = loop.call_later(max(seconds, _SOON_SECONDS), self._mark, channel.version.key)

    async def _beat(self) -> None:
        beat = 0
        while True:
            await asyncio.sleep(1)
            beat += 1
            for listener in self._beats[beat % _BEATS]:
                listener.is_due = True
                listener.wake()
            if beat % _SWEEP_BEATS == 0 and self._channels:
                self._mark(None)


_Found = dict[int, tuple[DebateVersion | None, list[Document]]]


def _reading(readers: Readers, known: dict[int, tuple[DebateVersion, int]]) -> Callable[[], _Found]:
    """Reads the journals of debates that changed, each from the last known entry on, in one snapshot.

    None stands for a debate that is there no more.
    """

    def reading() -> _Found:
        found: _Found = {}
        with readers.snapshot() as snapshot:
            # Of many, most have not changed: one statement says which have.
            ends = snapshot.journal_ends(known) if len(known) > 1 else {}
            for key, (before, sequence) in known.items():
                end = (before.journal_length, before.last_act_at)
                is_read = sequence == before.journal_length
                if is_read and ends.get(key) == end:
                    continue
                version = snapshot.version(before.uid)
                if version is None:
                    found[key] = (None, [])
                elif not is_read or (version.journal_length, version.last_act_at) != end:
                    found[key] = (version, snapshot.journal(version, sequence - 1, PAGE).items)
        return found

    return reading
