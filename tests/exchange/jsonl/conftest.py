"""Instances on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest

from consultation.persistence.engine import Database
from consultation.persistence.migrate import migrate
from tests.exchange.jsonl.makers import START, Instance, TickingClock
from tests.postgres import create_database, drop_database

LATER = START + timedelta(days=90)


@pytest.fixture
def instance(database_url: str) -> Iterator[Instance]:
    """An instance with one organisation, once on each kind of database."""
    database = Database(database_url)
    yield Instance(database)
    database.dispose()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Instance]:
    """Another instance on SQLite, three months later, to which a debate can be carried."""
    database = Database(f"sqlite:///{tmp_path}/elsewhere.sqlite3")
    migrate(database)
    yield Instance(database, TickingClock(LATER))
    database.dispose()


@pytest.fixture
def large_town(postgres_server: str) -> Iterator[Instance]:
    """The same on PostgreSQL."""
    name = f"test_{uuid4().hex[:12]}"
    database = Database(create_database(postgres_server, name, template="template_test"))
    yield Instance(database, TickingClock(LATER))
    database.dispose()
    drop_database(postgres_server, name)
