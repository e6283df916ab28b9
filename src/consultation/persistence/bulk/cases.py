"""What `doctor` reads of rows that keep something of others: cases, and the logos of organisations."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, func, select

from consultation.application.doctor.ports import Examined, ExaminedCase, ExaminedLogo, ExaminedStep
from consultation.domain.logos import Logo
from consultation.domain.moderation import Ground, Instance, Measure
from consultation.persistence.bulk.holding import BATCH
from consultation.persistence.tables import appeals, cases, decisions, logos, organisations, reports
from consultation.persistence.tables.moderation import GROUND_BITS
from consultation.persistence.types import AnyRow

_MADE: Final = {
    ground: select(func.count())
    .where(reports.c.case_key == cases.c.key, reports.c.ground == ground.value)
    .scalar_subquery()
    .label(f"made_{ground.value}")
    for ground in Ground
}


def cases_of(connection: Connection, debate: Examined) -> Iterator[ExaminedCase]:
    """All cases of a debate, each with its reports, counted by ground, its decisions and the answer."""
    statement = (
        select(
            *(cases.c[name] for name in ("key", "number", "held_key", "reports", "grounds", "measure")),
            *(cases.c.decided_at, cases.c.appealed_at),
            *_MADE.values(),
            appeals.c.created_at.label("answered_at"),
            decisions.c.instance,
            decisions.c.measure.label("ruled"),
            decisions.c.decided_at.label("ruled_at"),
        )
        .select_from(cases)
        .outerjoin(appeals, appeals.c.case_key == cases.c.key)
        .outerjoin(decisions, decisions.c.case_key == cases.c.key)
        .where(cases.c.debate_key == debate.key)
        .order_by(cases.c.key, decisions.c.sequence)
    )
    found = iter(connection.execute(statement, execution_options={"yield_per": BATCH}))
    for _, rows in groupby(found, lambda row: row.key):
        yield _case(list(rows))


def _case(rows: list[AnyRow]) -> ExaminedCase:
    row = rows[0]
    made = {ground: getattr(row, f"made_{ground.value}") for ground in Ground}
    return ExaminedCase(
        number=row.number,
        held=row.held_key is not None,
        reports=row.reports,
        reports_made=sum(made.values()),
        grounds=frozenset(ground for ground in Ground if row.grounds & GROUND_BITS[ground]),
        grounds_made=frozenset(ground for ground, count in made.items() if count),
        measure=None if row.measure is None else Measure(row.measure),
        decided_at=row.decided_at,
        steps=[
            ExaminedStep(Instance(one.instance), Measure(one.ruled), one.ruled_at)
            for one in rows
            if one.instance is not None
        ],
        appealed_at=row.appealed_at,
        answered_at=row.answered_at,
    )


def logos_of(connection: Connection) -> Iterator[ExaminedLogo]:
    """What organisations' rows say of their logos, with the files."""
    statement = (
        select(organisations.c.slug, organisations.c.logo, logos.c.digest, logos.c.content)
        .outerjoin(logos, logos.c.organisation_key == organisations.c.key)
        .order_by(organisations.c.key)
    )
    for row in connection.execute(statement, execution_options={"yield_per": 1}):
        logo = Logo.from_mapping(row.logo)
        yield ExaminedLogo(
            organisation=row.slug,
            named=None if logo is None else logo.digest,
            digest=None if row.digest is None else row.digest.hex(),
            content=row.content,
        )
