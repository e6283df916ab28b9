"""A disk that is full, a file that may not be written: said so, nothing half written, and on it goes.

SQLite only: PostgreSQL stops by itself when its disk is full and is then a database that is down
(test_database_down.py) or says so in a code of its own (test_refusing_database.py).
"""

import os
import pwd
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import pytest
from sqlalchemy import Connection, event
from starlette.testclient import TestClient

from consultation.bootstrap import Services, build, create_app
from consultation.settings import Settings
from tests.builders import CONTRIBUTION, Caller, StepClock, Town
from tests.races.arena import Arena, make_arena
from tests.races.recount import unsound
from tests.races.servers import serving
from tests.races.wire import Wire

UNLIMITED_PAGES = 2**32 - 2


def long(mark: str) -> dict[str, str]:
    """A long contribution, whose words nobody said before: the same for the same mark."""
    own = uuid5(NAMESPACE_OID, mark)
    return {"title": "Planter des arbres", "body": f"{own} Un arbre dans chaque rue. " * 400}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


class Disk:
    """A disk whose room a test sets, in pages of the database."""

    def __init__(self, services: Services) -> None:
        self._pages = UNLIMITED_PAGES
        event.listen(services.database.engine, "begin", self._limit)

    def _limit(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {self._pages}")

    def fill(self) -> None:
        """Leave no room: the file cannot grow."""
        self._pages = 1

    def clear(self) -> None:
        self._pages = UNLIMITED_PAGES


def test_a_full_disk_is_said_and_nothing_is_half_written(town: Town, services: Services) -> None:
    disk = Disk(services)
    debate, citizen = town.debate(), town.citizen()
    town.contribution(debate, citizen)
    before = town.anonymous.get(f"/debates/{debate}/statistics").json()

    disk.fill()
    for key in ("a", "b"):
        full = citizen.post(f"/debates/{debate}/contributions", long(key), Idempotency_Key=key)
        assert (full.status_code, full.json()["code"]) == (503, "storage_unavailable")
        assert int(full.headers["retry-after"]) > 0
    assert town.anonymous.get(f"/debates/{debate}/statistics").json() == before
    assert unsound(services.database, debate) == []

    disk.clear()
    for number, key in enumerate(("a", "b"), start=2):
        again = citizen.post(f"/debates/{debate}/contributions", long(key), Idempotency_Key=key)
        assert (again.status_code, again.json()["number"]) == (201, number)
    assert unsound(services.database, debate) == []


@pytest.fixture
def arena(database_url: str) -> Iterator[Arena]:
    arena = make_arena(database_url, people=1)
    yield arena
    arena.close()


@pytest.mark.race
@pytest.mark.slow
def test_a_server_that_the_system_lets_write_no_more_recovers_by_itself(
    database_url: str, open_folder: Path, arena: Arena, tmp_path: Path
) -> None:
    """The kernel refuses every byte beyond the limit, in the middle of whatever is being written."""
    with serving(database_url, tmp_path / "server", 1) as servers:
        server = servers[0]
        debate = arena.open_debate(server.address)
        path = f"/debates/{debate}/contributions"
        with Wire(server.address, arena.crowd[0]) as wire:
            accepted = [wire.post(path, long(f"before{i}"), key=f"before{i}") for i in range(3)]
            # Off a page's edge, so that a refused write may leave a torn page behind.
            room = 5_000
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
            refused = [wire.post(path, long(f"during{i}"), key=f"during{i}") for i in range(3)]
            read = wire.get(path)
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, unlimited)
            again = [wire.post(path, long(f"during{i}"), key=f"during{i}") for i in range(3)]

    assert {reply.status for reply in (*accepted, *again)} == {201}
    assert {(reply.status, reply.code) for reply in refused} == {(503, "storage_unavailable")}
    assert len(read.json()["items"]) == 3
    assert [reply.json()["number"] for reply in again] == [4, 5, 6]
    assert unsound(arena.services.database, debate) == []


@contextmanager
def acting_as(user: str) -> Iterator[None]:
    """Root may write everything: during the block this process has another user's rights."""
    before = os.geteuid()
    if os.getuid() == 0:
        os.seteuid(0)
        os.seteuid(pwd.getpwnam(user).pw_uid)
    try:
        yield
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
            os.seteuid(before)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder in which everybody may write, which pytest's own are not."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    return folder


@pytest.fixture
def database_url(sqlite_template: Path, open_folder: Path) -> str:
    shutil.copyfile(sqlite_template, open_folder / "test.sqlite3")
    return f"sqlite:///{open_folder / 'test.sqlite3'}"


@contextmanager
def town_of(settings: Settings, clock: StepClock) -> Iterator[Town]:
    """A process that has ended with the block, and has left no connection open."""
    services = build(settings, clock=clock)
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        yield Town(services, client, clock)
    services.database.dispose()


def test_a_file_that_may_only_be_read_is_read_until_it_may_be_written(
    settings: Settings, clock: StepClock, open_folder: Path
) -> None:
    with town_of(settings, clock) as town:
        debate, citizen = town.debate(), town.citizen()
        town.contribution(debate, citizen, body="Un arbre devant chaque école, et de l'ombre.")
    file = open_folder / "test.sqlite3"
    assert list(open_folder.iterdir()) == [file], "somebody has it open"
    file.chmod(0o444)

    with acting_as("nobody"):
        other = build(settings, clock=clock)
        with TestClient(create_app(other), raise_server_exceptions=False) as client:
            reader = Caller(client, citizen.token)
            path = f"/debates/{debate}/contributions"
            refused = reader.post(path, CONTRIBUTION)
            read = reader.get(path)
            with acting_as("root"):
                file.chmod(0o666)
            accepted = reader.post(path, CONTRIBUTION)
        other.database.dispose()

    assert (refused.status_code, refused.json()["code"]) == (503, "storage_unavailable")
    assert refused.headers["retry-after"]
    assert len(read.json()["items"]) == 1
    assert accepted.status_code == 201, accepted.json()
