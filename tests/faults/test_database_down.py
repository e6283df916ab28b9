"""PostgreSQL goes away under load and comes back: the service says so meanwhile, and goes on by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consultation.persistence.engine import Database
from consultation.persistence.migrate import migrate
from tests.faults.load import Moment, look_after, open_ledger, write_until_broken
from tests.faults.mortal import MortalPostgres, mortal_postgres
from tests.postgres import create_database
from tests.races.arena import Arena, make_arena
from tests.races.closing import contribution
from tests.races.servers import Server, serving
from tests.races.wire import Reply, Request, Wire

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.postgres]

WRITERS = 16


@pytest.fixture(scope="module")
def postgres() -> Iterator[MortalPostgres]:
    with mortal_postgres() as server:
        yield server


@pytest.fixture
def database_url(postgres: MortalPostgres) -> str:
    url = create_database(postgres.url, "mortal_test")
    database = Database(url)
    migrate(database)
    database.dispose()
    return url


@pytest.fixture
def arena(database_url: str) -> Iterator[Arena]:
    arena = make_arena(database_url, WRITERS)
    yield arena
    arena.close()


def unavailable(reply: Reply) -> bool:
    return (reply.status, reply.code) == (503, "storage_unavailable") and int(
        reply.headers["retry-after"]
    ) > 0


def test_acknowledged_acts_survive_and_the_service_recovers_by_itself(
    postgres: MortalPostgres, database_url: str, arena: Arena, tmp_path: Path
) -> None:
    with serving(database_url, tmp_path, 1) as servers:
        ledger = open_ledger(arena, servers[0].address)
        moment = Moment("sent", 80, postgres.shut_down_at_once)
        write_until_broken(ledger, servers, arena.crowd, moment, seed=1)
        assert ledger.interrupted == []
        assert all(unavailable(call.reply) for call in ledger.refused if call.reply)

        _assert_unavailable(servers[0], arena, ledger.debate)
        postgres.start_again()
        servers[0].await_ready()
        arena.close()  # our own connections broke too
        after = look_after(arena, ledger, servers[0].address)

    assert after.faults == []
    assert after.acknowledged
    assert after.interrupted


def _assert_unavailable(server: Server, arena: Arena, debate: str) -> None:
    server.await_answer("/readyz", 503)
    with Wire(server.address, arena.crowd[0]) as wire:
        assert wire.call(Request("GET", "/healthz")).status == 200
        for path in ("", "/me", "/contributions", "/contributions/1", "/journal"):
            assert unavailable(wire.get(f"/debates/{debate}{path}")), path
        assert unavailable(wire.get("/me"))
        assert unavailable(wire.get("/organisations"))
        assert unavailable(wire.post(f"/debates/{debate}/contributions", contribution()))
        assert unavailable(wire.post("/auth/codes", {"email": "camille@citoyens.example"}))
