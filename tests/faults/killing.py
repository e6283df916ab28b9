"""Servers killed under load, and what is left when they run again."""

import os
import signal
from random import Random  # noqa: TID251 - seeded, so that a run can be repeated

from tests.faults.load import Aftermath, Moment, look_after, open_ledger, write_until_broken
from tests.races.arena import Arena
from tests.races.servers import Server

WRITERS = 16
_EARLIEST, _LATEST = 10, 100


def kill_round(arena: Arena, servers: list[Server], seed: int) -> Aftermath:
    """Kill one of the servers, or all, at a moment drawn from the seed; start them again; look.

    The moment is an n-th call that has just left or an n-th answer that has just arrived: with
    16 writers the others are then at every point of a call.
    """
    random = Random(seed)  # noqa: S311 - no secret is drawn
    ledger = open_ledger(arena, servers[0].address)
    victims = [*servers, None][seed % (len(servers) + 1)]
    killed = servers if victims is None else [victims]

    def kill() -> None:
        for server in killed:
            os.kill(server.pid, signal.SIGKILL)

    kind = random.choice(("sent", "acknowledged"))
    moment = Moment(kind, random.randint(_EARLIEST, _LATEST), kill)
    write_until_broken(ledger, servers, arena.crowd[:WRITERS], moment, seed)
    for server in killed:
        server.kill()
        server.start()
    for server in killed:
        server.await_ready()
    after = look_after(arena, ledger, servers[seed % len(servers)].address)
    # Whoever wrote to a server that stayed alive noticed nothing.
    after.faults += [f"refused: {call.reply}" for call in ledger.refused]
    return after
