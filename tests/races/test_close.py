"""The deadline holds: nothing gets in behind an acknowledged close, whatever the number of processes.

`./run bench faults` does the same for a thousand closes.
"""

import pytest

from tests.races.closing import LATE_ACTS, faults, race_to_close
from tests.races.conftest import CROWD, Cluster

pytestmark = [pytest.mark.race, pytest.mark.slow]


def test_two_hundred_writers_leave_nothing_behind_an_acknowledged_close(cluster: Cluster) -> None:
    race = race_to_close(cluster.arena, cluster.addresses, CROWD, acts=300, seed=1)

    assert faults(cluster.arena, cluster.addresses[-1], race) == []
    assert len(race.accepted) >= 300
    # Everybody who wrote was told, and so was everybody who came too late.
    assert len(race.refused) == CROWD + len(cluster.addresses) * LATE_ACTS
