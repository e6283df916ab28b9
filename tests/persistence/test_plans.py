"""Statements under the lock look things up in an index: they must not walk through a debate."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from consultation.application.moderation.reading import QueueFilter
from consultation.application.ports import Counts
from consultation.application.readers import Window
from consultation.bootstrap import Services
from consultation.domain.moderation import CaseState, Ground
from consultation.persistence.prepared import Prepared
from consultation.persistence.read_models.case_queue import queue_page
from consultation.persistence.read_models.post_statements import THREAD
from consultation.persistence.repositories.backgrounds import _POSTED
from consultation.persistence.repositories.debates import _ADVANCE_JOINING
from consultation.persistence.repositories.votes import _FIND
from consultation.persistence.tables.moderation import GROUND_BITS

PLACE: dict[str, Any] = {"debate_key": 1, "number": 1, "person_key": 1}
POSTING = {"kind": "argument", "counted": 1, "beyond": 9}
JOINING = {"at": datetime(2026, 3, 1, tzinfo=UTC), "numbers": 1}
JOINING |= {f"add_{name}": 0 for name in Counts.__dataclass_fields__}


def _plan(connection: Connection, statement: Prepared, parameters: dict[str, Any]) -> list[str]:
    form = statement._form(connection)
    cursor = connection.connection.driver_connection.execute(  # type: ignore[union-attr] # sqlite3's own
        f"EXPLAIN QUERY PLAN {form.sql}", form.bind(parameters)
    )
    return [row[3] for row in cursor.fetchall()]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", [_ADVANCE_JOINING, _FIND])
def test_whether_somebody_takes_part_is_read_from_the_index_of_people(
    services: Services, statement: Prepared
) -> None:
    with services.database.reading() as connection:
        plan = _plan(connection, statement, PLACE | JOINING)
    assert any("ix_votes_person_key_debate_key_number" in step for step in plan), plan
    assert not any(step.startswith(("SCAN posts", "SCAN votes", "SCAN others")) for step in plan), plan


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_somebody_posted_last_is_read_along_the_index_of_authors(services: Services) -> None:
    with services.database.reading() as connection:
        plan = _plan(connection, _POSTED, PLACE | POSTING)
    assert sum("ix_posts_author" in step for step in plan) == 2, plan
    assert sum("TEMP B-TREE" in step for step in plan) <= 1, "to put a few rows in order"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_each_branch_of_a_thread_reads_one_stretch_of_its_index(services: Services) -> None:
    with services.database.reading() as connection:
        plan = _plan(connection, THREAD, {"debate_key": 1, "number": 1, "replies": 10})
    searches = [step for step in plan if step.startswith("SEARCH posts")]
    assert sum("ix_posts_replies" in step for step in searches) == 3, plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", [None, *CaseState])
def test_a_page_of_the_moderation_queue_sorts_nothing(services: Services, state: CaseState | None) -> None:
    after = Window(20, (UUID(int=1),))
    statement, parameters = queue_page(1, 1, QueueFilter(state=state), after)
    with services.database.reading() as connection:
        plan = _plan(connection, statement, parameters)
    index = "sqlite_autoindex_cases" if state is None else "ix_cases_state"
    assert index in plan[0], plan
    assert not any("TEMP B-TREE" in step or "SCAN" in step for step in plan), plan


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("ground", list(Ground))
@pytest.mark.parametrize("state", [None, *CaseState])
def test_cases_reported_for_a_ground_are_found_without_a_walk_through_all(
    services: Services, state: CaseState | None, ground: Ground
) -> None:
    statement, parameters = queue_page(1, 1, QueueFilter(state=state, ground=ground), Window(20))
    with services.database.reading() as connection:
        plan = _plan(connection, statement, parameters)
    is_walked = state in {None, CaseState.FINAL}
    index = f"ix_cases_{ground}" if is_walked else "ix_cases_state"
    assert index in plan[0], plan
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN reports") for step in plan), plan


def test_bits_of_grounds_are_one_for_each() -> None:
    assert set(GROUND_BITS) == {ground.value for ground in Ground}
    assert sorted(GROUND_BITS.values()) == [1 << place for place in range(len(Ground))]
