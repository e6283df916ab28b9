"""A migrated database for all tests of an engine: what a test writes directly is rolled back."""

import shutil
from collections.abc import Iterator
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest
from sqlalchemy import Connection

from consultation.persistence.engine import Database
from tests.conftest import ENGINES
from tests.postgres import create_database, drop_database


@pytest.fixture(scope="session", params=ENGINES)
def store_engine(request: pytest.FixtureRequest) -> str:
    """All tests on one database, then all on the other."""
    return str(request.param)


@pytest.fixture(scope="session")
def store_url(
    store_engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of the database that the tests of this folder share."""
    if store_engine == "sqlite":
        path = tmp_path_factory.mktemp("store") / "test.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"test_{uuid4().hex[:12]}"
    yield create_database(server, name, template="template_test")
    drop_database(server, name)


@pytest.fixture(scope="session")
def store(store_url: str) -> Iterator[Database]:
    """The database behind `store_url`."""
    database = Database(store_url, threads=2)
    yield database
    database.dispose()


@pytest.fixture
def connection(store: Database) -> Iterator[Connection]:
    """A writing connection whose work is rolled back."""
    with store.writing() as connection:
        yield connection
        connection.rollback()
