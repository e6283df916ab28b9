"""How what is read for one caller is read: where its statements run, and that it writes nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import current_thread
from typing import Any, Final

import pytest
from sqlalchemy import event

from consultation.api.threads import CORE
from tests.api.attempts import Attempt
from tests.api.scene import Scene
from tests.api.worlds import World

SHORT: Final = (
    "get_me",
    "get_my_debate",
    "list_cases",
    "get_case",
    "list_my_notifications",
    "list_my_follows",
    "list_my_votes",
    "list_my_posts",
    "list_my_reports",
)


@contextmanager
def places_of_statements(world: World) -> Iterator[list[tuple[str, str]]]:
    """Where each statement of the block runs, and its first word."""
    seen: list[tuple[str, str]] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        where = "thread" if current_thread().name.startswith(CORE) else "loop"
        seen.append((where, statement.split(None, 1)[0]))

    engines = world.engines()
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def where_it_runs(scene: Scene, attempt: Attempt) -> set[tuple[str, str]]:
    with places_of_statements(scene.world) as seen:
        assert attempt.send().status_code == 200
    return set(seen)


@pytest.mark.parametrize("name", SHORT)
def test_short_reads_run_on_the_loop_where_the_database_is_in_the_process(scene: Scene, name: str) -> None:
    place = "loop" if scene.world.services.database.is_sqlite else "thread"
    assert where_it_runs(scene, scene.fresh(name)) == {(place, "SELECT")}


@pytest.mark.parametrize("name", ["list_members", "list_drafts", "list_my_identities"])
def test_other_reads_run_beside_the_loop(scene: Scene, name: str) -> None:
    assert where_it_runs(scene, scene.fresh(name)) == {("thread", "SELECT")}


def test_that_a_session_is_used_is_never_written_on_the_loop(here: World) -> None:
    caller = here.town.citizen(here.name())
    here.clock.step(timedelta(hours=2))
    with places_of_statements(here) as seen:
        assert caller.get("/me").status_code == 200
    assert ("thread", "UPDATE") in seen
    assert all(where == "thread" for where, verb in seen if verb != "SELECT")


def test_a_role_that_was_taken_away_is_gone_at_the_next_call(here: World) -> None:
    email, organisation = f"{here.name()}@ville.example", "/organisations/ville-exemple"
    member = here.town.administrator.post(f"{organisation}/members", {"email": email, "role": "moderator"})
    moderator = here.town.sign_in(email)
    queue = f"{organisation}/moderation/cases"
    assert moderator.get(queue).status_code == 200
    here.town.administrator.delete(f"{organisation}/members/{member.json()['id']}")
    assert moderator.get(queue).json()["code"] == "not_permitted"
