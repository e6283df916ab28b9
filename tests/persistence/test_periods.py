"""The SQL twin of the period says what the domain says, at every boundary and everywhere else."""

from datetime import datetime, timedelta
from itertools import product
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from consultation.domain.debates import Debate, Owner
from consultation.domain.period import Period, Phase
from consultation.persistence.engine import Database
from consultation.persistence.periods import in_phase
from consultation.persistence.tables import debates, organisations
from tests.persistence.rows import FIRST, insert_row
from tests.persistence.values import NOW

TICK = timedelta(microseconds=1)
Case = tuple[datetime, datetime, datetime]
"""Opening, close, last act."""


def by_domain(case: Case, now: datetime) -> Phase:
    opens_at, closes_at, last_act_at = case
    debate = Debate(
        key=1,
        uid=UUID(int=1),
        owner=Owner(1, "ville", "Ville"),
        slug="x",
        title="x",
        description="",
        language="fr",
        time_zone="UTC",
        period=Period(opens_at, closes_at),
        published_at=last_act_at,
        last_act_at=last_act_at,
    )
    return debate.phase_at(now)


def by_database(
    store: Database, cases: list[Case], instants: list[datetime]
) -> dict[tuple[int, datetime], Phase]:
    """The phase of each case at each instant; each is in exactly one."""
    found: dict[tuple[int, datetime], Phase] = {}
    with store.writing() as connection:
        connection.execute(insert(organisations).values(**FIRST["organisations"]))
        for key, (opens_at, closes_at, last_act_at) in enumerate(cases):
            unique = {"key": 5000 + key, "uid": UUID(int=5000 + key), "slug": f"case-{key}"}
            insert_row(
                connection,
                "debates",
                **unique,
                opens_at=opens_at,
                closes_at=closes_at,
                last_act_at=last_act_at,
            )
        for now, phase in product(instants, Phase):
            statement = select(debates.c.key).where(debates.c.key >= 5000, in_phase(phase, now))
            for key in connection.execute(statement).scalars():
                assert (key - 5000, now) not in found, "a debate is in one phase only"
                found[key - 5000, now] = phase
        connection.rollback()
    return found


def assert_twins(store: Database, cases: list[Case], instants: list[datetime]) -> None:
    expected = {(key, now): by_domain(case, now) for key, case in enumerate(cases) for now in instants}
    assert by_database(store, cases, instants) == expected


def test_the_twins_agree_at_every_boundary(store: Database) -> None:
    opens_at, closes_at = NOW, NOW + timedelta(days=1)
    around = [end + step for end in (opens_at, closes_at) for step in (-TICK, timedelta(0), TICK)]
    cases = [(opens_at, closes_at, last_act_at) for last_act_at in [NOW - timedelta(days=9), *around]]
    cases.append((opens_at, opens_at + TICK, NOW - timedelta(days=9)))
    assert_twins(store, cases, [NOW - timedelta(days=10), *around, NOW + timedelta(days=10)])


@given(
    seconds=st.lists(st.tuples(*[st.integers(-40, 40)] * 2, st.integers(1, 40)), min_size=1, max_size=12),
    instants=st.lists(st.integers(-50, 90), min_size=1, max_size=8, unique=True),
    unit=st.sampled_from([TICK, timedelta(seconds=1), timedelta(hours=7, microseconds=3)]),
)
@settings(max_examples=25, deadline=None)
def test_the_twins_agree_on_random_instants(
    store: Database, seconds: list[tuple[int, int, int]], instants: list[int], unit: timedelta
) -> None:
    cases = [
        (NOW + opens * unit, NOW + (opens + length) * unit, NOW + acted * unit)
        for opens, acted, length in seconds
    ]
    assert_twins(store, cases, [NOW + instant * unit for instant in instants])
