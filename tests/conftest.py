"""What all lanes share: both databases, built by migrating, and the shipped application."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from consultation.bootstrap import Services, build, create_app
from consultation.persistence.engine import Database
from consultation.persistence.migrate import migrate
from consultation.settings import OidcProvider, Settings, WorkerPlace
from tests.builders import StepClock, Town
from tests.domain.profiles import use_for_all
from tests.identity_provider import identity_server
from tests.postgres import create_database, drop_database, postgres
from tests.receiver import Receiver, receiving

use_for_all()

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.reading() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server for the session, with a migrated database named `template`."""
    with postgres() as url:
        database = Database(create_database(url, "template_test"))
        migrate(database)
        database.dispose()
        yield url


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Runs the test once on each database."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    if engine_name == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "test.sqlite3"
        shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"test_{uuid4().hex[:12]}"
    yield create_database(server, name, template="template_test")
    drop_database(server, name)


@pytest.fixture
def clock() -> StepClock:
    """A clock that only moves when a test moves it."""
    return StepClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a development instance on the fresh database, mail into a folder."""
    return Settings(
        database_url=SecretStr(database_url),
        mail_url=SecretStr((tmp_path / "mail").as_uri()),
        public_url="http://testserver",
        secret_key=SecretStr("x" * 40),
        rate_limits=10_000,
        proof_cost=1,
        oidc_providers=(OidcProvider.model_validate(identity_server().issuer("instance").config),),
        private_hosts=(identity_server().host,),
        worker=WorkerPlace.APART,
    )


@pytest.fixture
def services(settings: Settings, clock: StepClock) -> Iterator[Services]:
    """The services of one process."""
    services = build(settings, clock=clock)
    yield services
    services.database.dispose()


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    """The shipped application, in process, with its lifespan."""
    with TestClient(create_app(services), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server that webhooks can be sent to, on loopback."""
    with receiving() as running:
        yield running


@pytest.fixture
def town(services: Services, client: TestClient, clock: StepClock) -> Town:
    """An organisation with staff, through the real commands."""
    return Town(services, client, clock)
