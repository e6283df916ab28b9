"""Once the file of a case is emptied, nothing that is kept opens the entries that covered it."""

from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import select, update

from consultation.bootstrap import Services
from consultation.domain.moderation import Measure
from consultation.persistence.tables import decisions, metadata, posts, revisions
from consultation.persistence.types import Salt
from tests.builders import Caller, StepClock, Town
from tests.moderating import Desk

YEAR: Final = timedelta(days=400)


@pytest.fixture
def desk(services: Services, town: Town) -> Desk:
    return Desk(services, town)


@pytest.fixture
def author(town: Town) -> Caller:
    return town.citizen("autrice")


def salts(services: Services, *, besides_decisions: bool = False) -> set[bytes]:
    """Every salt that is kept in any table."""
    columns = [
        column
        for table in metadata.tables.values()
        if not (besides_decisions and table is decisions)
        for column in table.c
        if column.type is Salt
    ]
    with services.database.reading() as connection:
        return {
            salt
            for column in columns
            for salt in connection.scalars(select(column).where(column.is_not(None)))
        }


def of_decisions(services: Services) -> set[bytes]:
    with services.database.reading() as connection:
        return set(connection.scalars(select(decisions.c.salt).where(decisions.c.salt.is_not(None))))


def decided(desk: Desk, author: Caller) -> None:
    """A reply that is hidden, and a contribution that was masked, edited by its author since and moved."""
    desk.decide(desk.report("anne", desk.argument).case, Measure.HIDE)
    desk.decide(desk.report("anne").case, Measure.MASK, passage="chaque rue")
    edit = {"body": "Deux arbres partout, et de l'ombre pour tous."}
    assert author.patch(f"/debates/{desk.debate}/posts/{desk.number}", edit).status_code == 200
    desk.decide(desk.report("bilal").case, Measure.MOVE, theme="parcs")


def test_the_salts_of_what_was_decided_go_also_where_the_posts_keep_them(
    desk: Desk, author: Caller, services: Services, clock: StepClock
) -> None:
    decided(desk, author)
    known = of_decisions(services)
    assert len(known) == 3
    assert known <= salts(services, besides_decisions=True), "which is why they must go there, too"
    clock.step(YEAR)
    services.keeper.forget()
    assert of_decisions(services) == set()
    assert salts(services).isdisjoint(known)
    assert desk.findings() == []


def test_what_no_decision_made_keeps_its_salt(
    desk: Desk, author: Caller, services: Services, clock: StepClock
) -> None:
    decided(desk, author)
    with services.database.reading() as connection:
        first = connection.scalars(select(revisions.c.salt).where(revisions.c.revision == 1)).one()
        argued = connection.scalars(select(posts.c.salt).where(posts.c.number == desk.argument)).one()
    clock.step(YEAR)
    services.keeper.forget()
    assert {first, argued} <= salts(services)


def test_the_doctor_still_misses_the_salt_of_a_decision_whose_file_is_not_emptied(
    desk: Desk, author: Caller, services: Services
) -> None:
    decided(desk, author)
    with services.database.engine.begin() as connection:
        connection.execute(update(decisions).where(decisions.c.measure == Measure.HIDE).values(salt=None))
        connection.execute(update(posts).values(state_salt=None))
    (finding,) = desk.findings()
    assert "salt_missing" in finding


def test_the_doctor_finds_a_masked_text_that_was_altered_though_its_salt_was_taken_away(
    desk: Desk, author: Caller, services: Services
) -> None:
    decided(desk, author)
    with services.database.engine.begin() as connection:
        masked = revisions.c.body.contains("[…]")
        connection.execute(update(revisions).where(masked).values(body="Autre chose.", salt=None))
    assert [one for one in desk.findings() if "digest" in one]
