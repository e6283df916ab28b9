"""What reaches across debates holds them first: whoever acts in one of them comes before it, or after it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from consultation.application.ports import Transaction
from consultation.application.privacy.erasure import begin_erasure
from consultation.bootstrap import Services
from consultation.domain.erasure import ErasureMode
from consultation.domain.moderation import Measure
from consultation.persistence.tables import debates
from tests.builders import StepClock, Town
from tests.moderating import Desk

YEAR = timedelta(days=400)


# Not on SQLite: where there is one writer at a time, nobody acts beside another.
POSTGRESQL = [pytest.param("postgresql", marks=pytest.mark.postgres)]
pytestmark = pytest.mark.parametrize("engine_name", POSTGRESQL, indirect=True)


@pytest.fixture
def desk(services: Services, town: Town) -> Desk:
    return Desk(services, town)


def is_held(connection: Connection, debate: str, *, against_reading: bool) -> bool:
    """Does somebody else hold the row of a debate? Asks for it without waiting."""
    row = select(debates.c.key).where(debates.c.uid == UUID(debate))
    try:
        connection.execute(row.with_for_update(nowait=True, read=not against_reading))
    except OperationalError:
        connection.rollback()
        return True
    connection.rollback()
    return False


def held_during(desk: Desk, act: Callable[[Transaction], Any], *debates_: str) -> list[tuple[bool, bool]]:
    """Of each debate: may nobody change it, and may nobody hold it as well, before the act is committed?"""
    found: list[tuple[bool, bool]] = []

    def acting(tx: Transaction) -> None:
        act(tx)
        with desk.services.database.writing() as other:
            for debate in debates_:
                against = is_held(other, debate, against_reading=True)
                found.append((against, is_held(other, debate, against_reading=False)))

    desk.perform(acting)
    return found


def test_files_are_emptied_while_nobody_acts_in_their_debates(desk: Desk, clock: StepClock) -> None:
    desk.decide(desk.report().case, Measure.MASK, passage="chaque rue")
    elsewhere = desk.town.debate()
    clock.step(YEAR)
    emptied = held_during(
        desk, lambda tx: tx.cases.forget_files(tx.now() - YEAR / 2, 10), desk.debate, elsewhere
    )
    assert emptied == [(True, True), (False, False)]


def test_an_erasure_begins_while_nobody_puts_off_the_close_of_what_was_voted_on(desk: Desk) -> None:
    elsewhere = desk.town.debate()
    voter = desk.town.citizen("votante")
    vote = {"value": "agree"}
    assert voter.put(f"/debates/{desk.debate}/posts/{desk.number}/vote", vote).status_code == 200
    person = desk.account("votante@citoyens.example")
    digests = desk.services.digests

    def begin(tx: Transaction) -> None:
        begin_erasure(tx, digests, person.key, ErasureMode.UNSIGNED)

    # Several who leave do not wait for each other: they read the period, as each of them does.
    assert held_during(desk, begin, desk.debate, elsewhere) == [(True, False), (False, False)]
