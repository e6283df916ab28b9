"""Calls that meet: several callers released at one instant."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.races.wire import Reply, Request, Wire


def at_once(wires: Sequence[Wire], requests: Sequence[Request]) -> list[Reply]:
    """Let each call leave on its own connection, all at one moment; the answers in order."""
    barrier = threading.Barrier(len(wires))

    def call(wire: Wire, request: Request) -> Reply:
        barrier.wait()
        return wire.call(request)

    with ThreadPoolExecutor(len(wires)) as pool:
        return list(pool.map(call, wires, requests))


def everywhere(wires: Sequence[Wire], request: Request) -> list[Reply]:
    """The same call on every connection at one moment."""
    return at_once(wires, [request] * len(wires))


def statuses(replies: Sequence[Reply]) -> list[int]:
    return sorted(reply.status for reply in replies)
