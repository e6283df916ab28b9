"""The application and its town, shared by all tests of a database; every answer is checked."""

import shutil
from collections.abc import Iterator
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest

from consultation.bootstrap import Services
from tests.api.browser import Browser
from tests.api.contract import CheckedClient, Contract
from tests.api.scene import Scene
from tests.api.worlds import World, world
from tests.builders import StepClock, Town
from tests.conftest import ENGINES
from tests.identity_provider import Issuer, identity_server
from tests.postgres import create_database, drop_database


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """All tests on one database, then all on the other."""
    return str(request.param)


@pytest.fixture(scope="session")
def shared_world(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world of all tests on one database."""
    folder = tmp_path_factory.mktemp(engine_name)
    if engine_name == "sqlite":
        path = folder / "test.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        with world(f"sqlite:///{path}", folder) as made:
            yield made
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"test_{uuid4().hex[:12]}"
    with world(create_database(server, name, template="template_test"), folder) as made:
        yield made
    drop_database(server, name)


@pytest.fixture
def here(shared_world: World) -> World:
    """The world, its clock where every test begins."""
    shared_world.reset()
    return shared_world


@pytest.fixture
def town(here: World) -> Town:
    """An organisation with staff, through the real commands."""
    return here.town


@pytest.fixture
def client(here: World) -> CheckedClient:
    """The shipped application, in process."""
    return here.process.client


@pytest.fixture
def clock(here: World) -> StepClock:
    """The clock of the world."""
    return here.clock


@pytest.fixture
def services(here: World) -> Services:
    """The services of the application's process."""
    return here.services


@pytest.fixture
def contract(client: CheckedClient) -> Contract:
    """The document that every answer is held against."""
    assert client.contract is not None
    return client.contract


@pytest.fixture(scope="session")
def shared_scene(shared_world: World) -> Scene:
    """Debates in every state, made when first asked for."""
    contract = shared_world.process.client.contract
    assert contract is not None
    return Scene(shared_world, contract)


@pytest.fixture
def scene(here: World, shared_scene: Scene) -> Scene:
    """The shared debates, the clock where every test begins."""
    return shared_scene


@pytest.fixture
def issuer(here: World) -> Iterator[Issuer]:
    """The instance's provider, at which somebody new stands."""
    found = identity_server().issuer("instance")
    found.subject, found.now = f"subject-{here.name()}", here.clock
    yield found
    found.claims, found.sign, found.answers = {}, None, {}


@pytest.fixture
def browser(here: World) -> Browser:
    return Browser(here.process.client)
