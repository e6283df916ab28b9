"""Two real processes on each database, and who calls them."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest

from tests.conftest import ENGINES
from tests.live.ear import Ear
from tests.postgres import create_database, drop_database
from tests.races.arena import Arena, created, make_arena
from tests.races.servers import Server, serving
from tests.races.wire import Wire


@dataclass
class House:
    """Two processes on one database."""

    servers: list[Server]
    arena: Arena
    folder: Path
    url: str
    _said: "count[int]" = field(default_factory=lambda: count(1))

    def debate(self, **changes: str) -> str:
        return self.arena.open_debate(self.servers[0].address, **changes)

    def post(self, debate: str, times: int = 1, server: int = 0) -> None:
        """Contributions to a debate, through one of the processes."""
        self.post_at(self.servers[server].address, debate, times)

    def post_at(self, address: str, debate: str, times: int = 1) -> None:
        """The same, through a process at an address."""
        with ExitStack() as stack:
            for _ in range(times):
                said = next(self._said)
                token = self.arena.crowd[said % len(self.arena.crowd)]
                wire = stack.enter_context(Wire(address, token))
                text = {"title": f"Des arbres {said}", "body": f"Un arbre dans chaque rue, et encore {said}."}
                created(wire.post(f"/debates/{debate}/contributions", text))

    def ear(self, debate: str, last_event_id: str | None = None, server: int = 0, query: str = "") -> Ear:
        """A listener at one of the processes."""
        return Ear(self.servers[server].address, debate, last_event_id, query)


@pytest.fixture(scope="session", params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Once for each database; every test makes debates of its own."""
    folder = tmp_path_factory.mktemp("live")
    server: str | None = None
    name = f"live_{uuid4().hex[:12]}"
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, folder / "live.sqlite3")
        url = f"sqlite:///{folder / 'live.sqlite3'}"
    else:
        server = str(request.getfixturevalue("postgres_server"))
        url = create_database(server, name, template="template_test")
    arena = make_arena(url, 200)
    with serving(url, folder, 2) as servers:
        yield House(list(servers), arena, folder, url)
    arena.close()
    if server is not None:
        drop_database(server, name)
