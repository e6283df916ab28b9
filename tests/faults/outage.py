"""PostgreSQL goes away under load and comes back, while the service runs on."""

from tests.faults.load import Aftermath, Moment, look_after, open_ledger, write_until_broken
from tests.faults.mortal import MortalPostgres
from tests.races.arena import Arena
from tests.races.closing import contribution
from tests.races.servers import Server
from tests.races.wire import Reply, Request, Wire

_AFTER_CALLS = 80


def outage_round(arena: Arena, server: Server, postgres: MortalPostgres, seed: int) -> Aftermath:
    """Shut PostgreSQL down at once in the middle of calls, look around, start it again, look."""
    ledger = open_ledger(arena, server.address)
    moment = Moment("sent", _AFTER_CALLS + seed % _AFTER_CALLS, postgres.shut_down_at_once)
    write_until_broken(ledger, [server], arena.crowd, moment, seed)
    server.await_answer("/readyz", 503)
    faults = _answers_without_database(server, arena, ledger.debate)
    postgres.start_again()
    server.await_ready()
    arena.close()  # our own connections broke too
    faults += [f"no answer to {call.request}" for call in ledger.interrupted]
    told = [call.reply for call in ledger.refused if call.reply is not None]
    faults += [f"answered {reply}" for reply in told if not unavailable(reply)]
    after = look_after(arena, ledger, server.address)
    after.faults += faults
    return after


def unavailable(reply: Reply) -> bool:
    """Does an answer say in the way of all problems that the database is away, and when to come back?"""
    known = (reply.status, reply.code) == (503, "storage_unavailable")
    return known and int(reply.headers["retry-after"]) > 0


def _answers_without_database(server: Server, arena: Arena, debate: str) -> list[str]:
    with Wire(server.address, arena.crowd[0]) as wire:
        alive = wire.get("/healthz")
        here = f"/debates/{debate}"
        replies = {
            path: wire.get(path)
            for path in ("/me", "/organisations", here, *(f"{here}/{part}" for part in _READ))
        }
        replies["a post"] = wire.post(f"{here}/contributions", contribution())
        replies["a code"] = wire.post("/auth/codes", {"email": "camille@citoyens.example"})
        replies["an edit"] = wire.call(Request("PATCH", f"{here}/posts/1", {"body": "Un autre texte."}))
    found = [f"{what}: {reply}" for what, reply in replies.items() if not unavailable(reply)]
    return found if alive.status == 200 else [*found, f"not alive: {alive}"]


_READ = ("me", "contributions", "contributions/1", "contributions/1/arguments", "posts/1", "journal")
