"""The pages of the shipped application, on both databases: the world is that of the interface's tests."""

import pytest

from tests.api.conftest import (
    client,
    clock,
    engine_name,
    here,
    services,
    shared_world,
    town,
)
from tests.api.worlds import World
from tests.web.reader import Reader

__all__ = ["client", "clock", "engine_name", "here", "services", "shared_world", "town"]


@pytest.fixture
def reader(here: World) -> Reader:
    """Somebody with a browser, not signed in."""
    return Reader(here.process.client)
