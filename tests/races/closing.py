"""A crowd writes into one debate over several processes while its organiser closes it early."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded, so that a run can be repeated
from typing import Any, Final
from uuid import uuid4  # noqa: TID251 - texts that nobody has posted yet

from tests.races.arena import Arena
from tests.races.recount import unsound
from tests.races.wire import Interrupted, Reply, Request, Wire

# What a writer may be told while others withdraw what they aim at.
_GONE: Final = "post_withdrawn"
_SETTING_UP = ("debate_created", "debate_published")
_CLOSED = "period_closed_early"
_PATIENCE_SECONDS = 120

LATE_ACTS: Final = 12
"""How many acts are tried at each process after the close: six kinds, by a citizen and by staff."""


@dataclass
class Race:
    """What the callers saw of one close. Lists only grow, so the crowd may share them."""

    debate: str
    accepted: list[Reply] = field(default_factory=list)
    refused: list[Reply] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    closure: Reply | None = None

    @property
    def receipts(self) -> dict[int, str]:
        """The leaf hash of each acknowledged act that changed something, by sequence."""
        answered = [reply.json()["receipt"] for reply in self.accepted]
        return {receipt["sequence"]: receipt["leaf_hash"] for receipt in answered if receipt is not None}


class _Writer:
    """Somebody who posts, argues, votes, edits and withdraws until told that the debate is closed."""

    def __init__(self, race: Race, wire: Wire, seed: int, targets: list[int]) -> None:
        self._race = race
        self._wire = wire
        self._random = Random(seed)  # noqa: S311 - no secret is drawn
        self._targets = targets
        self._own: list[int] = []

    def write(self, progress: threading.Semaphore) -> None:
        while True:
            request = self._next()
            try:
                reply = self._wire.call(request)
            except Interrupted as error:
                self._race.strange.append(f"no answer: {error.__cause__!r}")
                return
            if reply.accepted:
                self._race.accepted.append(reply)
                self._remember(request, reply)
                progress.release()
            elif reply.code == "period_closed":
                self._race.refused.append(reply)
                return
            elif reply.code != _GONE:
                self._race.strange.append(f"unexpected answer {reply.status}: {reply.body!r}")
                return

    def _next(self) -> Request:
        debate = f"/debates/{self._race.debate}"
        # Mostly the newest: there the edits, votes and withdrawals of others meet.
        target = self._random.choice(self._targets[-20:])
        own = self._random.choice(self._own) if self._own else None
        draw = self._random.random()
        if own is not None and draw < 0.12:
            text = {"body": f"Un autre texte, deuxième pensée {self._random.random()}."}
            return Request("PATCH", f"{debate}/posts/{own}", text)
        if own is not None and draw < 0.18:
            self._own.remove(own)
            return Request("POST", f"{debate}/posts/{own}/withdrawal", {})
        if draw < 0.55:
            value = self._random.choice(("agree", "mixed", "disagree"))
            return Request("PUT", f"{debate}/posts/{target}/vote", {"value": value})
        if draw < 0.6:
            return Request("DELETE", f"{debate}/posts/{target}/vote")
        if draw < 0.8:
            argument = {
                "side": self._random.choice(("pro", "contra")),
                "body": f"L'ombre rafraîchit la ville. {self._random.getrandbits(64):x}",
            }
            return Request("POST", f"{debate}/contributions/{target}/arguments", argument)
        return Request("POST", f"{debate}/contributions", contribution())

    def _remember(self, request: Request, reply: Reply) -> None:
        if request.method != "POST" or request.path.endswith("/withdrawal"):
            return
        document = reply.json()
        self._own.append(document["number"])
        if document["kind"] == "contribution":
            self._targets.append(document["number"])


def contribution(mark: str = "") -> dict[str, str]:
    """The text of a contribution, recognisable by a mark: of its own, unless one is given."""
    mark = mark or f"{uuid4()}"
    return {"title": "Planter des arbres", "body": f"Un arbre dans chaque rue qui n'en a pas encore. {mark}"}


def race_to_close(arena: Arena, addresses: list[str], writers: int, acts: int, seed: int) -> Race:
    """Let a crowd write, close the debate once `acts` are acknowledged, and wait for the last refusal.

    The writers are spread over the server processes at `addresses`; the close goes to one of them.
    """
    race = Race(arena.open_debate(addresses[0]))
    with ExitStack() as stack:

        def connect(index: int, token: str) -> Wire:
            return stack.enter_context(Wire(addresses[index % len(addresses)], token))

        first = connect(0, arena.crowd[0]).post(f"/debates/{race.debate}/contributions", contribution())
        targets = [int(first.json()["number"])]
        progress = threading.Semaphore(0)
        crowd = [
            _Writer(race, connect(index, arena.crowd[index]), seed * 1000 + index, targets)
            for index in range(writers)
        ]
        threads = [threading.Thread(target=writer.write, args=(progress,)) for writer in crowd]
        for thread in threads:
            thread.start()
        for _ in range(acts):
            if not progress.acquire(timeout=_PATIENCE_SECONDS):
                race.strange.append(f"fewer than {acts} acts in time")
                break
        organiser = connect(seed, arena.organiser)
        race.closure = organiser.post(f"/debates/{race.debate}/closure", {"reason": "La salle est fermée."})
        for thread in threads:
            thread.join()
    for address in addresses:
        for token in (arena.crowd[0], arena.organiser):
            race.refused += _too_late(address, token, race.debate)
    return race


def _too_late(address: str, token: str, debate: str) -> list[Reply]:
    """The answers to every kind of act, after the close."""
    here = f"/debates/{debate}"
    with Wire(address, token) as wire:
        return [
            wire.post(f"{here}/contributions", contribution()),
            wire.post(f"{here}/contributions/1/arguments", {"side": "pro", "body": "Trop tard, hélas."}),
            wire.call(Request("PUT", f"{here}/posts/1/vote", {"value": "agree"})),
            wire.call(Request("DELETE", f"{here}/posts/1/vote")),
            wire.call(Request("PATCH", f"{here}/posts/1", {"body": "Trop tard pour ce texte aussi."})),
            wire.post(f"{here}/posts/1/withdrawal"),
        ]


def faults(arena: Arena, address: str, race: Race) -> list[str]:
    """Every way in which a race broke a promise; nothing when all were kept."""
    found = list(race.strange)
    if race.closure is None or race.closure.status != 201:
        return [*found, f"the close was not acknowledged: {race.closure}"]
    closing = race.closure.json()["receipt"]
    closed_at = race.closure.json()["closes_at"]
    late = [reply for reply in race.accepted if reply.sent_at > race.closure.arrived_at]
    found += [f"accepted after the close was acknowledged: {reply.body!r}" for reply in late]
    found += [f"accepted behind the close: {n}" for n in race.receipts if n > closing["sequence"]]
    for reply in race.refused:
        if reply.status != 409 or reply.json().get("closed_at") != closed_at:
            found.append(f"refused without the hour of the close {closed_at}: {reply.body!r}")
    found += _journal_faults(read_journal(address, race.debate), race, closing, closed_at)
    return found + unsound(arena.services.database, race.debate)


def _journal_faults(
    journal: list[dict[str, Any]], race: Race, closing: dict[str, Any], closed_at: str
) -> Iterator[str]:
    last = journal[-1]
    if (last["kind"], last["sequence"]) != (_CLOSED, closing["sequence"]):
        yield f"the journal goes on after the close: {last}"
    if last["at"] != closed_at:
        yield f"the close is entered at {last['at']}, answered as {closed_at}"
    for entry in journal:
        receipt = race.receipts.get(entry["sequence"])
        if receipt is not None and receipt != entry["leaf_hash"]:
            yield f"the receipt of {entry['sequence']} is not what the journal holds"
    # Every call was answered: what nobody was told of is the setting up, the first post, the close.
    told = set(race.receipts) | {closing["sequence"]}
    untold = [entry["kind"] for entry in journal if entry["sequence"] not in told]
    if untold != [*_SETTING_UP, "contribution_posted"]:
        yield f"entries that nobody was told of: {untold}"


def read_journal(address: str, debate: str) -> list[dict[str, Any]]:
    """All entries of a debate's journal, page by page."""
    entries: list[dict[str, Any]] = []
    after: str | None = "0"
    with Wire(address) as wire:
        while after is not None:
            page = wire.get(f"/debates/{debate}/journal?limit=1000&after={after}").json()
            entries += page["items"]
            after = page["next_cursor"]
    return entries
