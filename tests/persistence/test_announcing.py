"""What one process announces reaches the others, and never holds up the one that announces."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from time import monotonic

import psycopg
import pytest
from sqlalchemy import make_url

from consultation.ids import SystemIds
from consultation.persistence.announcing import CHANNEL, Announcer
from consultation.persistence.changes import changes_of
from consultation.persistence.listening import PostgresChanges
from tests.postgres import create_database, drop_database

PATIENCE = 30.0

pytestmark = pytest.mark.postgres


@pytest.fixture
def url(postgres_server: str) -> Iterator[str]:
    """An empty database of the test's own: connections of a test before may take a moment to end."""
    name = f"test_{SystemIds().uid().hex[-12:]}"
    yield create_database(postgres_server, name)
    drop_database(postgres_server, name)


@pytest.fixture
def address(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def process(url: str) -> Iterator[Callable[[], "Process"]]:
    """Makes what stands for processes, and ends them."""
    made: list[Process] = []

    def make() -> Process:
        made.append(Process(url))
        return made[-1]

    yield make
    for one in made:
        one.changes.close()


class Process:
    """One that announces, and hears what others do."""

    def __init__(self, url: str) -> None:
        self.changes = PostgresChanges(make_url(url))
        self.told: Queue[int | None] = Queue()
        self.changes.listen(self.told.put)
        self.changes.start()
        assert self.told.get(timeout=PATIENCE) is None

    def hears(self) -> int | None:
        return self.told.get(timeout=PATIENCE)


def test_others_are_told_and_oneself_is_not(process: Callable[[], Process]) -> None:
    one, other = process(), process()
    one.changes.announce(7)
    assert other.hears() == 7
    other.changes.announce(8)
    assert one.hears() == 8
    assert other.told.empty()


def test_what_is_announced_together_is_told_once_each(process: Callable[[], Process]) -> None:
    one, other = process(), process()
    for _ in range(1_000):
        for key in range(5):
            one.changes.announce(key)
    one.changes.announce(99)
    heard: list[int | None] = []
    while not heard or heard[-1] != 99:
        heard.append(other.hears())
    assert set(heard) == {0, 1, 2, 3, 4, 99}
    assert len(heard) < 500


def test_after_a_lost_connection_it_goes_on(process: Callable[[], Process], address: str) -> None:
    one, other = process(), process()
    one.changes.announce(1)
    assert other.hears() == 1
    with psycopg.connect(address, autocommit=True) as own:
        ended = own.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = 'consultation announcer' AND datname = current_database()"
        ).fetchall()
    assert ended == [(True,)]
    one.changes.announce(2)
    assert other.hears() == 2


def test_a_word_that_is_no_key_has_everything_looked_at(process: Callable[[], Process], address: str) -> None:
    other = process()
    with psycopg.connect(address, autocommit=True) as own:
        own.execute(f"NOTIFY {CHANNEL}, 'everything'")
    assert other.hears() is None


def test_a_process_that_only_acts_announces_at_its_end(process: Callable[[], Process], url: str) -> None:
    other = process()
    command = changes_of(url)
    command.announce(5)
    command.announce(5)
    command.close()
    assert other.hears() == 5


def test_a_database_that_is_away_holds_up_nobody_and_costs_little() -> None:
    announcer = Announcer("postgresql://nobody@127.0.0.1:1/nothing")
    announcer.start()
    began = monotonic()
    for key in range(100_000):
        announcer.announce(key)
    assert monotonic() - began < 5
    assert len(announcer._waiting) <= 10_000
    announcer.close()
    assert announcer._thread is not None
    assert not announcer._thread.is_alive()
    announcer.announce(1)


def test_many_threads_announce_and_nothing_is_lost(process: Callable[[], Process]) -> None:
    one, other = process(), process()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one.changes.announce, range(800)))
    assert {other.hears() for _ in range(800)} == set(range(800))
