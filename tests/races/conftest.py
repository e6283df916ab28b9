"""Server processes of the shipped service that the races share: three on each database."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest

from tests.conftest import ENGINES
from tests.postgres import create_database, drop_database
from tests.races.arena import Arena, make_arena
from tests.races.recount import unsound
from tests.races.servers import serving
from tests.races.wire import Wire

PROCESSES: Final = 3
CROWD: Final = 200


@dataclass(frozen=True)
class Cluster:
    """Several processes on one database, and the people who call them."""

    addresses: list[str]
    arena: Arena

    @contextmanager
    def tabs(self, token: str | None, times: int = 2) -> Iterator[list[Wire]]:
        """Connections of one person, `times` to each process."""
        with ExitStack() as stack:
            yield [
                stack.enter_context(Wire(address, token)) for address in self.addresses for _ in range(times)
            ]


@pytest.fixture(scope="session", params=ENGINES)
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Real server processes, once for each database; every test makes debates of its own."""
    folder = tmp_path_factory.mktemp("cluster")
    server: str | None = None
    name = f"races_{uuid4().hex[:12]}"
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, folder / "races.sqlite3")
        url = f"sqlite:///{folder / 'races.sqlite3'}"
    else:
        server = str(request.getfixturevalue("postgres_server"))
        url = create_database(server, name, template="template_test")
    arena = make_arena(url, CROWD)
    with serving(url, folder, PROCESSES) as servers:
        yield Cluster([running.address for running in servers], arena)
    arena.close()
    if server is not None:
        drop_database(server, name)


@pytest.fixture
def debate(cluster: Cluster) -> Iterator[str]:
    """A debate of the test's own, which must add up in the end."""
    uid = cluster.arena.open_debate(cluster.addresses[0])
    yield uid
    assert unsound(cluster.arena.services.database, uid) == []


@pytest.fixture
def tabs(cluster: Cluster) -> Iterator[list[Wire]]:
    """One citizen's browser tabs: two at each process."""
    with cluster.tabs(cluster.arena.crowd[0]) as wires:
        yield wires


@pytest.fixture
def desks(cluster: Cluster) -> Iterator[list[Wire]]:
    """One organiser's, two at each process."""
    with cluster.tabs(cluster.arena.organiser) as wires:
        yield wires
