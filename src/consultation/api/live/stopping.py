"""Letting listeners go when the service is asked to stop.

The server waits for every answer under way before it tells the application that it stops; an answer
that never ends would keep it waiting until its patience is at an end. So the signal is heard here, too.
"""

import asyncio
import signal
import threading
from types import FrameType
from typing import Final

from consultation.api.live.hub import Hub

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


def stop_listening_at_signals(hub: Hub) -> None:
    """End all listeners at SIGTERM and SIGINT, before whoever handles them already.

    Outside the main thread, where Python hears no signals, nothing happens: then `Hub.close` does it.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        before = signal.getsignal(number)
        if callable(before):
            handle = before

            def on_signal(signum: int, frame: FrameType | None, handle: "signal._HANDLER" = handle) -> None:
                loop.call_soon_threadsafe(hub.end_all)
                if callable(handle):
                    handle(signum, frame)

            signal.signal(number, on_signal)
