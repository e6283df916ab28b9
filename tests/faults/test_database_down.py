"""PostgreSQL goes away under load and comes back: the service says so meanwhile, and goes on by itself."""

from pathlib import Path

import pytest

from consultation.persistence.engine import Database
from consultation.persistence.migrate import migrate
from tests.faults.mortal import mortal_postgres
from tests.faults.outage import outage_round
from tests.postgres import create_database
from tests.races.arena import make_arena
from tests.races.servers import serving

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.postgres]

WRITERS = 16
ROUNDS = 2


def test_acknowledged_acts_survive_and_the_service_recovers_by_itself(tmp_path: Path) -> None:
    with mortal_postgres() as postgres:
        url = create_database(postgres.url, "mortal_test")
        database = Database(url)
        migrate(database)
        database.dispose()
        arena = make_arena(url, WRITERS)
        with serving(url, tmp_path, 1) as servers:
            rounds = [outage_round(arena, servers[0], postgres, seed) for seed in range(ROUNDS)]
        arena.close()

    assert [after.faults for after in rounds] == [[]] * ROUNDS
    assert all(after.acknowledged and after.interrupted for after in rounds)
