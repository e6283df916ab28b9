"""One seeded database of each kind, copied for every operation."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest
from pydantic import SecretStr

from consultation.settings import Settings
from tests.conftest import ENGINES
from tests.fuzz.ground import Ground, Seeds, seed, standing_on
from tests.identity_provider import identity_server
from tests.postgres import create_database, drop_database


def settings_for(database_url: str, folder: Path) -> Settings:
    return Settings(
        database_url=SecretStr(database_url),
        mail_url=SecretStr((folder / "mail").as_uri()),
        public_url="http://testserver",
        secret_key=SecretStr("x" * 40),
        rate_limits=10_000,
        proof_cost=1,
        private_hosts=(identity_server().host,),
    )


@pytest.fixture(scope="session")
def seeded_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Seeds]:
    folder = tmp_path_factory.mktemp("seeded")
    file = folder / "seeded.sqlite3"
    shutil.copyfile(sqlite_template, file)
    return file, seed(settings_for(f"sqlite:///{file}", folder))


@pytest.fixture(scope="session")
def seeded_postgresql(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    url = create_database(postgres_server, "seeded_test", template="template_test")
    return seed(settings_for(url, tmp_path_factory.mktemp("seeded")))


@contextmanager
def copied(engine: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Ground]:
    """The application on a copy of the seeded database."""
    if engine == "sqlite":
        file, seeds = request.getfixturevalue("seeded_sqlite")
        shutil.copyfile(file, folder / "fuzz.sqlite3")
        with standing_on(settings_for(f"sqlite:///{folder / 'fuzz.sqlite3'}", folder), seeds) as here:
            yield here
        return
    seeds = request.getfixturevalue("seeded_postgresql")
    server: str = request.getfixturevalue("postgres_server")
    name = f"fuzz_{uuid4().hex[:12]}"
    url = create_database(server, name, template="seeded_test")
    with standing_on(settings_for(url, folder), seeds) as here:
        yield here
    drop_database(server, name)


@pytest.fixture(params=ENGINES)
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """A ground of the test's own, on which everything may happen."""
    with copied(request.param, request, tmp_path) as here:
        yield here


@pytest.fixture(scope="session", params=ENGINES)
def shared_ground(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    """A ground for all who leave it as it is, but for what they add."""
    with copied(request.param, request, tmp_path_factory.mktemp("shared")) as here:
        yield here
