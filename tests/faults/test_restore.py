"""Yesterday's backup is put back: from then on nothing of what it undid is served or taken for granted.

The rule: a document is as new as the database it was read from. A process that has just started
knows nothing newer, and an entity tag never names two texts, not even when the journal grows again
to the length it once had.
"""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.live.ear import Ear
from tests.races.arena import Arena, created, make_arena
from tests.races.closing import contribution
from tests.races.recount import unsound
from tests.races.servers import Server, serving
from tests.races.wire import Reply, Request, Wire

pytestmark = [pytest.mark.race, pytest.mark.slow]

DOCUMENTS = ("", "/contributions", "/contributions/1", "/posts/1/revisions", "/journal", "/statistics")


@pytest.fixture
def arena(database_url: str) -> Iterator[Arena]:
    arena = make_arena(database_url, people=1)
    yield arena
    arena.close()


class Backup:
    """A copy of a database, made and put back as docs/operations.md says."""

    def __init__(self, database_url: str, file: Path) -> None:
        self._url = make_url(database_url)
        self._file = file

    def make(self) -> None:
        if self._url.get_backend_name() == "sqlite":
            with closing(sqlite3.connect(str(self._url.database))) as source:
                source.execute("VACUUM INTO ?", (str(self._file),))
            return
        self._run("pg_dump", "--format=custom", f"--file={self._file}", f"--dbname={self._conninfo}")

    def put_back(self) -> None:
        """The service may run on meanwhile, although it should not."""
        if self._url.get_backend_name() == "sqlite":
            restored = Path(shutil.copyfile(self._file, f"{self._url.database}.new"))
            for leftover in ("-wal", "-shm"):
                Path(f"{self._url.database}{leftover}").unlink(missing_ok=True)
            restored.replace(str(self._url.database))
            return
        options = ("--clean", "--if-exists", "--single-transaction", f"--dbname={self._conninfo}")
        self._run("pg_restore", *options, str(self._file))

    @property
    def _conninfo(self) -> str:
        return self._url.set(drivername="postgresql").render_as_string(hide_password=False)

    def _run(self, program: str, *arguments: str) -> None:
        with psycopg.connect(self._conninfo) as connection:
            row = connection.execute("SELECT setting FROM pg_config() WHERE name = 'BINDIR'").fetchone()
        assert row is not None
        subprocess.run([Path(row[0]) / program, *arguments], check=True, capture_output=True)


def read(wire: Wire, debate: str) -> dict[str, Reply]:
    return {path: wire.get(f"/debates/{debate}{path}") for path in DOCUMENTS}


def test_what_a_restore_undid_is_gone_and_its_tags_mean_nothing(
    database_url: str, arena: Arena, tmp_path: Path
) -> None:
    backup = Backup(database_url, tmp_path / "backup")
    with serving(database_url, tmp_path / "server", 1) as servers:
        server = servers[0]
        debate = arena.open_debate(server.address)
        path = f"/debates/{debate}/contributions"
        with Wire(server.address, arena.crowd[0]) as author, Wire(server.address) as anyone:
            created(author.post(path, contribution("Hier.")))
            yesterday = read(anyone, debate)
            backup.make()
            created(author.post(path, contribution("Perdu.")))
            edit = {"body": "Un autre texte, qui sera perdu lui aussi."}
            assert author.call(Request("PATCH", f"/debates/{debate}/posts/1", edit)).accepted
            undone = read(author, debate)
        backup.put_back()
        arena.close()
        _restart(server)
        with Wire(server.address, arena.crowd[0]) as author, Wire(server.address) as anyone:
            restored = read(anyone, debate)
            assert {name: reply.body for name, reply in restored.items()} == {
                name: reply.body for name, reply in yesterday.items()
            }
            assert unsound(arena.services.database, debate) == []

            # The journal grows to the length it had, but says something else.
            again = created(author.post(path, contribution("Aujourd'hui.")))
            assert again.json()["number"] == 2
            assert again.headers["etag"] == author.get(f"/debates/{debate}/posts/2").headers["etag"]
            edit = {"body": "Un texte d'aujourd'hui, qui n'est pas celui qui fut perdu."}
            assert author.call(Request("PATCH", f"/debates/{debate}/posts/1", edit)).accepted
            for name, known in undone.items():
                reply = anyone.call(
                    Request("GET", f"/debates/{debate}{name}", if_none_match=known.headers["etag"])
                )
                assert reply.status == 200, f"{name}: {known.headers['etag']}"
                assert b"perdu lui aussi" not in reply.body
            assert unsound(arena.services.database, debate) == []


def test_a_listener_of_what_a_restore_undid_is_told_to_start_over(
    database_url: str, arena: Arena, tmp_path: Path
) -> None:
    """Its id names an entry of the same sequence as one that was written afterwards, but not that one."""
    backup = Backup(database_url, tmp_path / "backup")
    with serving(database_url, tmp_path / "server", 1) as servers:
        server = servers[0]
        debate = arena.open_debate(server.address)
        path = f"/debates/{debate}/contributions"
        with Wire(server.address, arena.crowd[0]) as author:
            created(author.post(path, contribution("Hier.")))
            with Ear(server.address, debate) as ear:
                kept = ear.event().id
                backup.make()
                for word in ("Perdu.", "Perdu aussi."):
                    created(author.post(path, contribution(word)))
                undone = [event.id for event in ear.events(2)]
        backup.put_back()
        arena.close()
        _restart(server)
        with Wire(server.address, arena.crowd[0]) as author:
            with Ear(server.address, debate, undone[1]) as ear:
                assert ear.event().name == "reset"
            for word in ("Aujourd'hui.", "Encore.", "Toujours."):
                created(author.post(path, contribution(word)))
        for lost in undone:
            with Ear(server.address, debate, lost, "?seconds=0") as ear:
                assert "reset" in [event.name for event in ear.to_the_end()]
        with Ear(server.address, debate, kept, "?seconds=0") as ear:
            told = ear.to_the_end()
        assert [event.name for event in told] == ["phase", *["contribution_posted"] * 3]


def test_whoever_listens_while_a_backup_is_put_back_is_told_to_start_over(
    database_url: str, arena: Arena, tmp_path: Path
) -> None:
    if database_url.startswith("sqlite"):
        return  # a file is not put back under a service that runs
    backup = Backup(database_url, tmp_path / "backup")
    with serving(database_url, tmp_path / "server", 1) as servers:
        server = servers[0]
        debate = arena.open_debate(server.address)
        backup.make()
        with Wire(server.address, arena.crowd[0]) as author, Ear(server.address, debate) as ear:
            begin = ear.event()
            created(author.post(f"/debates/{debate}/contributions", contribution("Perdu.")))
            assert ear.event().sequence == begin.sequence + 1
            backup.put_back()
            arena.close()
            reset = ear.event()
    assert (reset.name, reset.id) == ("reset", begin.id)


def _restart(server: Server) -> None:
    server.stop()
    server.start()
    server.await_ready()
