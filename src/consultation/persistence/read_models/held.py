"""What is held, to its authors."""

from typing import Any, Final

from sqlalchemy import Integer, bindparam, case, cast, func, select

from consultation.application.held_documents import held_document
from consultation.application.readers import Document, Page, Window
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import Order, cut
from consultation.persistence.repositories.cases import CASE_PREFIX, case_of, part_of
from consultation.persistence.repositories.held import held_of
from consultation.persistence.tables import cases, debates, held_posts, organisations
from consultation.persistence.types import SecondsBetween

_OWN: Final = (
    select(
        held_posts,
        *(column.label(CASE_PREFIX + column.name) for column in cases.c),
        debates.c.uid.label("debate_uid"),
        debates.c.slug.label("debate_slug"),
        debates.c.title.label("debate_title"),
        debates.c.time_zone,
        organisations.c.slug.label("owner"),
    )
    .join(cases, cases.c.held_key == held_posts.c.key)
    .join(debates, debates.c.key == held_posts.c.debate_key)
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .where(held_posts.c.author_key == bindparam("person_key"))
)
_NEWEST: Final = Order((held_posts.c.uid,), descending=True)

_seconds = SecondsBetween(cases.c.opened_at, cases.c.decided_at)
_waits = (
    select(
        _seconds.label("seconds"),
        func.row_number().over(order_by=_seconds).label("place"),
        func.count().over().label("total"),
    )
    .where(
        cases.c.debate_key == debates.c.key, cases.c.held_key.is_not(None), cases.c.decided_at.is_not(None)
    )
    .correlate(debates)
    .subquery("waits")
)
MEDIAN_HELD: Final = case(
    (
        debates.c.limits["pre_moderation"].as_boolean(),
        select(cast(func.round(func.avg(_waits.c.seconds)), Integer))
        .where(_waits.c.place.in_([(_waits.c.total + 1) // 2, (_waits.c.total + 2) // 2]))
        .scalar_subquery(),
    )
).label("median_held")
"""Median seconds from arrival to decision; null where nothing waits, and before there is a decision."""


class HeldReads(Reads):
    """Reads of what is held, on behalf of whoever wrote it."""

    def own_held(self, person_key: int, window: Window) -> Page:
        """A person's texts that wait or waited for their publication, newest first."""
        statement = _NEWEST.page(_OWN, window)
        rows, more = cut(self._connection.execute(statement, {"person_key": person_key}).all(), window)
        return Page([self._own_held(row) for row in rows], (rows[-1].uid,) if more else None)

    def _own_held(self, row: Any) -> Document:  # noqa: ANN401 - a row of _OWN
        found = case_of(part_of(row, CASE_PREFIX))
        page = self._links.debate(row.owner, row.debate_slug)
        return held_document(held_of(row), row.debate_uid, found) | {
            "debate_title": row.debate_title,
            "time_zone": row.time_zone,
            "decided_at": found.decided_at,
            "appeal_until": found.appeal_until,
            "case_state": found.state,
            "number": found.number,
            "url": None if found.number is None else self._links.post(page, found.number),
        }
