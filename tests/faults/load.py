"""People who keep writing while things break, and remember every call and what they were told.

Every call bears an idempotency key, so that what got no answer can be sent again.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded, so that a run can be repeated
from uuid import UUID

from sqlalchemy import select

from consultation.persistence.tables import debates, posts
from tests.races.arena import Arena, created
from tests.races.closing import contribution, read_journal
from tests.races.recount import unsound
from tests.races.servers import Server
from tests.races.wire import Interrupted, Reply, Request, Wire


@dataclass
class Call:
    """A call, by whom, and the answer; None when the connection broke first."""

    token: str
    request: Request
    reply: Reply | None = None


@dataclass
class Ledger:
    """What a crowd did in one debate. Lists only grow, so threads may share them."""

    debate: str
    base: list[int]
    acknowledged: list[Call] = field(default_factory=list)
    interrupted: list[Call] = field(default_factory=list)
    refused: list[Call] = field(default_factory=list)
    """Answered, but with a problem."""


class Moment:
    """Something that happens once, at the n-th event of a kind.

    `sent` is when a call has left and its answer is not there, `acknowledged` when it is.
    """

    def __init__(self, kind: str, at: int, happen: Callable[[], None]) -> None:
        self._kind = kind
        self._left = at
        self._happen = happen
        self._lock = threading.Lock()

    def note(self, kind: str) -> None:
        if kind != self._kind:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._happen()


def open_ledger(arena: Arena, address: str) -> Ledger:
    """A new debate with three contributions to argue and vote about."""
    debate = arena.open_debate(address)
    with Wire(address, arena.crowd[0]) as wire:
        texts = [contribution(f"Le texte {ordinal}.") for ordinal in range(3)]
        posted = [created(wire.post(f"/debates/{debate}/contributions", text)) for text in texts]
    return Ledger(debate, [reply.json()["number"] for reply in posted])


def write_until_broken(
    ledger: Ledger, servers: list[Server], tokens: list[str], moment: Moment, seed: int
) -> None:
    """Let everybody write until somebody's connection breaks or a problem answers.

    What others have under way then, they bring to its end.
    """
    over = threading.Event()

    def write(index: int, token: str) -> None:
        random = Random(seed * 1000 + index)  # noqa: S311 - no secret is drawn
        try:
            with Wire(servers[index % len(servers)].address, token) as wire:
                while not over.is_set() and _written(
                    Call(token, _next(ledger, random)), ledger, wire, moment
                ):
                    pass
        finally:
            over.set()

    threads = [threading.Thread(target=write, args=each) for each in enumerate(tokens)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _written(call: Call, ledger: Ledger, wire: Wire, moment: Moment) -> bool:
    """Make a call and enter it in the ledger. False when it came to no good answer."""
    try:
        wire.send(call.request)
        moment.note("sent")
        call.reply = wire.receive()
    except Interrupted:
        ledger.interrupted.append(call)
        return False
    if not call.reply.accepted:
        ledger.refused.append(call)
        return False
    ledger.acknowledged.append(call)
    moment.note("acknowledged")
    return True


def _next(ledger: Ledger, random: Random) -> Request:
    here, key = f"/debates/{ledger.debate}", f"{random.getrandbits(128):032x}"
    target = random.choice(ledger.base)
    draw = random.random()
    if draw < 0.4:
        value = random.choice(("agree", "mixed", "disagree"))
        return Request("PUT", f"{here}/posts/{target}/vote", {"value": value}, key)
    if draw < 0.7:
        argument = {"side": random.choice(("pro", "contra")), "body": f"L'ombre rafraîchit la ville. {key}"}
        return Request("POST", f"{here}/contributions/{target}/arguments", argument, key)
    return Request("POST", f"{here}/contributions", contribution(key), key)


@dataclass
class Aftermath:
    """What was found once everything ran again. `unanswered` were done, though nobody was told."""

    faults: list[str]
    acknowledged: int
    interrupted: int
    unanswered: int


def look_after(arena: Arena, ledger: Ledger, address: str, sample: int = 20) -> Aftermath:
    """Hold what was promised against what is there, and send again what got no good answer."""
    faults = list(_lost(ledger, address))
    unanswered = 0
    broken = [*ledger.interrupted, *ledger.refused]
    with _wires(address) as wire_of:
        for call in broken:
            call.reply = wire_of(call.token).call(call.request)
            unanswered += "idempotent-replayed" in call.reply.headers
            if not call.reply.accepted:
                faults.append(f"sent again, answered {call.reply.status}: {call.reply.body!r}")
        # The answers are kept as safely as the acts.
        for call in (*ledger.acknowledged[-sample:], *broken):
            again = wire_of(call.token).call(call.request)
            if call.reply is None or again.body != call.reply.body:
                faults.append(f"one key, two answers: {call.reply} / {again}")
    faults += _lost(ledger, address)
    faults += _not_posted_once(arena, ledger, [*ledger.acknowledged, *broken])
    faults += unsound(arena.services.database, ledger.debate)
    return Aftermath(faults, len(ledger.acknowledged), len(broken), unanswered)


def _lost(ledger: Ledger, address: str) -> Iterator[str]:
    """Acknowledged acts that the journal does not hold as they were acknowledged."""
    journal = {entry["sequence"]: entry["leaf_hash"] for entry in read_journal(address, ledger.debate)}
    for call in ledger.acknowledged:
        assert call.reply is not None
        receipt = call.reply.json()["receipt"]
        if receipt is not None and journal.get(receipt["sequence"]) != receipt["leaf_hash"]:
            yield f"acknowledged and lost: {receipt}"


def _not_posted_once(arena: Arena, ledger: Ledger, calls: list[Call]) -> Iterator[str]:
    """Posts that are missing, and posts that are there twice: every call had a text of its own."""
    sent = [call.request.payload["body"] for call in calls if call.request.method == "POST"]
    with arena.services.database.reading() as connection:
        stored = select(posts.c.body).join(debates).where(debates.c.uid == UUID(ledger.debate))
        counted = Counter(connection.execute(stored.where(posts.c.number > len(ledger.base))).scalars())
    for body in {*sent, *counted}:
        if counted[body] != sent.count(body):
            yield f"sent {sent.count(body)} times, there {counted[body]} times: {body}"


@contextmanager
def _wires(address: str) -> Iterator[Callable[[str], Wire]]:
    """One connection for each token, made when asked for."""
    with ExitStack() as stack:
        made: dict[str, Wire] = {}

        def wire_of(token: str) -> Wire:
            if token not in made:
                made[token] = stack.enter_context(Wire(address, token))
            return made[token]

        yield wire_of
