"""Closes raced, servers killed, databases shut down, calls made up: as often as one has time for.

`./run test tests/races tests/faults tests/fuzz` does a few of each; here the same scenarios run as
often as targets.md asks, each with a seed of its own. Every row counts broken promises: none is the
goal. `python -m benchmarks.faults --help` says how to run one of them alone.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.bench import Bench
from benchmarks.table import Goal, Row, Spread, printed
from consultation.application.doctor import examine
from consultation.persistence.bulk.examining import examination_of
from consultation.persistence.engine import Database
from consultation.persistence.migrate import migrate
from tests.cli.processes import plain_environment
from tests.faults.killing import kill_round
from tests.faults.load import Aftermath
from tests.faults.mortal import MortalPostgres, mortal_postgres
from tests.faults.nursery import ACTS, Nursery, lost_by_random_kills
from tests.faults.outage import outage_round
from tests.fuzz.calls import call_often, operations
from tests.fuzz.conftest import settings_for
from tests.fuzz.ground import seed, standing_on
from tests.postgres import create_database
from tests.races.arena import Arena, make_arena
from tests.races.closing import faults as faults_of
from tests.races.closing import race_to_close
from tests.races.servers import serving
from tests.races.wire import Wire

ENGINES: Final = ("sqlite", "postgresql")
PROCESSES: Final = 4
WRITERS: Final = 32
_NONE: Final = Goal("≤", 0)


@dataclass(frozen=True, slots=True)
class Amount:
    """How often: closes, kills of servers, kills of workers on each database; shutdowns; calls in all."""

    closes: int
    kills: int
    workers: int
    outages: int
    cases: int


FULL: Final = Amount(closes=1_000, kills=100, workers=200, outages=100, cases=50_000)
SHORT: Final = Amount(closes=20, kills=4, workers=8, outages=2, cases=1_000)


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where databases are made. `say` tells a person what is going on."""

    scratch: Path
    postgres: MortalPostgres
    say: Callable[[str], None]

    def database(self, engine: str, name: str) -> str:
        """The URL of a new, migrated database."""
        if engine == "sqlite":
            url = f"sqlite:///{self.scratch / name}.sqlite3"
        else:
            url = create_database(self.postgres.url, f"faults_{name}")
        database = Database(url)
        migrate(database)
        database.dispose()
        return url

    @contextmanager
    def arena(self, engine: str, name: str) -> Iterator[tuple[Arena, str]]:
        """An arena on a new database, and the database's URL."""
        url = self.database(engine, name)
        arena = make_arena(url, WRITERS)
        try:
            yield arena, url
        finally:
            arena.close()


def faults(bench: Bench) -> Iterator[Row]:
    """The lane of `./run bench`."""
    with mortal_postgres() as postgres:
        yield from run(Grounds(bench.scratch, postgres, bench.say), FULL if bench.databases.full else SHORT)


def run(grounds: Grounds, amount: Amount) -> Iterator[Row]:
    """Every scenario, as often as asked; what is asked for 0 times is left out."""
    for engine in ENGINES:
        if amount.closes:
            yield closes(grounds, engine, amount.closes)
        if amount.kills:
            yield kills(grounds, engine, amount.kills)
        if amount.workers:
            yield workers(grounds, engine, amount.workers)
    if amount.outages:
        yield outages(grounds, amount.outages)
    if amount.cases:
        for engine in ENGINES:
            yield cases(grounds, engine, amount.cases // len(ENGINES))


def closes(grounds: Grounds, engine: str, times: int) -> Row:
    """Writers over several processes race an early close, in a debate of its own each time."""
    found: list[str] = []
    accepted = refused = 0
    with (
        grounds.arena(engine, "closes") as (arena, url),
        serving(url, grounds.scratch / f"closes-{engine}", PROCESSES) as servers,
    ):
        addresses = [server.address for server in servers]
        for turn in range(times):
            acts = Random(turn).randint(1, 120)  # noqa: S311 - no secret is drawn
            race = race_to_close(arena, addresses, WRITERS, acts, turn)
            found += faults_of(arena, addresses[turn % PROCESSES], race)
            accepted += len(race.accepted)
            refused += len(race.refused)
            _tell(grounds, f"closes on {engine}", turn, times, found)
    what = (
        f"{times:,} closes over {PROCESSES} processes, {accepted:,} acts taken, {refused:,} refused: {engine}"
    )
    return _row(what, found)


def kills(grounds: Grounds, engine: str, times: int) -> Row:
    """Servers killed under load; each time one, the other, or both."""
    with grounds.arena(engine, "kills") as (arena, url):
        with serving(url, grounds.scratch / f"kills-{engine}", 2) as servers:
            rounds = []
            for turn in range(times):
                rounds.append(kill_round(arena, servers, turn))
                _tell(grounds, f"kills on {engine}", turn, times, rounds[-1].faults)
        found = _examined(arena)
    return _row(f"kill -9, {_summed(rounds)}: {engine}", found + _all(rounds))


def workers(grounds: Grounds, engine: str, times: int) -> Row:
    """Workers with a crew, killed between journal and effect; an effect that is missing breaks a promise."""
    folder = grounds.scratch / f"workers-{engine}"
    with grounds.arena(engine, "workers") as (arena, url), ExitStack() as stack:
        (server,) = stack.enter_context(serving(url, folder, 1, worker="apart"))
        debate = arena.open_debate(server.address)
        wire = stack.enter_context(Wire(server.address, arena.crowd[0]))
        variables = plain_environment(CONSULTATION_DATABASE_URL=url, CONSULTATION_MAIL_URL=folder.as_uri())
        nursery = Nursery(variables)
        stack.callback(nursery.close)
        turns = count(1)

        def act() -> int:
            text = {"title": "Planter des arbres", "body": f"Un arbre dans la rue {next(turns)}, et un banc."}
            return int(wire.post(f"/debates/{debate}/contributions", text).json()["number"])

        def say(turn: int) -> None:
            _tell(grounds, f"workers on {engine}", turn - 1, times, [])

        fates = lost_by_random_kills(nursery, folder / "ledger", act, times, say)
    found = [f"{number} has no effect" for number in fates.lost]
    found += ["a repeat came under another id"] if fates.ids_each - {0, 1} else []
    repeated = fates.effects - times * ACTS
    return _row(f"{times:,} workers killed, {times * ACTS:,} effects, {repeated:,} repeated: {engine}", found)


def outages(grounds: Grounds, times: int) -> Row:
    """PostgreSQL shut down at once under load, and started again; the service runs on."""
    with grounds.arena("postgresql", "outages") as (arena, url):
        with serving(url, grounds.scratch / "outages", 1) as servers:
            rounds = []
            for turn in range(times):
                rounds.append(outage_round(arena, servers[0], grounds.postgres, turn))
                _tell(grounds, "shutdowns of postgresql", turn, times, rounds[-1].faults)
        found = _examined(arena)
    return _row(f"immediate shutdown, {_summed(rounds)}: postgresql", found + _all(rounds))


def cases(grounds: Grounds, engine: str, times: int) -> Row:
    """Made-up calls of every operation, the same number of each."""
    made = 0
    found: list[str] = []
    settings = settings_for(grounds.database(engine, "cases"), grounds.scratch)
    seeds = seed(settings)
    with standing_on(settings, seeds) as ground:
        known = operations()
        for turn, (name, operation) in enumerate(known.items()):
            try:
                made += call_often(operation, ground, times // len(known), seeded=turn).total()
            except (Exception, ExceptionGroup) as error:  # noqa: BLE001 - whatever was found is counted
                found.append(f"{name}: {error}")
            _tell(grounds, f"operations on {engine}", turn, len(known), found)
    return _row(f"{made:,} made-up calls: {engine}", found)


def _examined(arena: Arena) -> list[str]:
    with examination_of(arena.services.database) as record:
        return [str(finding) for finding in examine(record)]


def _all(rounds: list[Aftermath]) -> list[str]:
    return [fault for after in rounds for fault in after.faults]


def _summed(rounds: list[Aftermath]) -> str:
    acknowledged = sum(after.acknowledged for after in rounds)
    interrupted = sum(after.interrupted for after in rounds)
    unanswered = sum(after.unanswered for after in rounds)
    return (
        f"{len(rounds):,} times, {acknowledged:,} acts acknowledged, {interrupted:,} calls interrupted "
        f"({unanswered:,} of them done)"
    )


def _tell(grounds: Grounds, what: str, turn: int, times: int, found: list[str]) -> None:
    if found or (turn + 1) % max(1, times // 20) == 0:
        grounds.say(f"{what}: {turn + 1:,} of {times:,}" + "".join(f"\n  {fault}" for fault in found[-5:]))


def _row(what: str, found: list[str]) -> Row:
    return Row(what, "broken promises", Spread.of([len(found)]), _NONE)


def main() -> int:
    """Run what the command line asks for; return 0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    for name in Amount.__dataclass_fields__:
        parser.add_argument(f"--{name}", type=int, default=0, help=f"the goal is for {getattr(FULL, name):,}")
    amount = Amount(**vars(parser.parse_args()))
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:5.0f} s] {text}", file=sys.stderr, flush=True)

    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults")))
        postgres = stack.enter_context(mortal_postgres())
        rows = list(run(Grounds(scratch, postgres, say), amount))
    print(printed(rows))
    return 0 if rows and all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
