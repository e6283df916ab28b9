"""`kill -9` under load: what was acknowledged is there, what was interrupted can be sent again.

`./run bench faults` does the same a hundred times on each database.
"""

from pathlib import Path

import pytest

from tests.faults.killing import WRITERS, kill_round
from tests.races.arena import make_arena
from tests.races.servers import serving

pytestmark = [pytest.mark.race, pytest.mark.slow]

ROUNDS = 3


def test_a_killed_server_loses_nothing_that_it_acknowledged(database_url: str, tmp_path: Path) -> None:
    arena = make_arena(database_url, WRITERS)
    with serving(database_url, tmp_path / "servers", 2) as servers:
        # One server, the other, then both.
        rounds = [kill_round(arena, servers, seed) for seed in range(ROUNDS)]
    arena.close()

    assert [after.faults for after in rounds] == [[]] * ROUNDS
    assert all(after.acknowledged and after.interrupted for after in rounds)
