"""What is held, to its authors."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Integer, bindparam, cast, func, select

from consultation.application.held_documents import held_document
from consultation.application.readers import Document, Page, Window
from consultation.domain.moderation import CaseState
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
        organisations.c.slug.label("owner"),
    )
    .join(cases, cases.c.held_key == held_posts.c.key)
    .join(debates, debates.c.key == held_posts.c.debate_key)
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .where(held_posts.c.author_key == bindparam("person_key"))
)
_NEWEST: Final = Order((held_posts.c.uid,), descending=True)


_WAITING: Final = (
    select(held_posts)
    .join(cases, cases.c.held_key == held_posts.c.key)
    .where(
        held_posts.c.debate_key == bindparam("debate_key"),
        held_posts.c.author_key == bindparam("person_key"),
        cases.c.state == CaseState.OPEN.value,
    )
    .order_by(held_posts.c.uid)
)
_seconds = SecondsBetween(cases.c.opened_at, cases.c.decided_at)
_waits = (
    select(
        cases.c.debate_key,
        _seconds.label("seconds"),
        func.row_number().over(partition_by=cases.c.debate_key, order_by=_seconds).label("place"),
        func.count().over(partition_by=cases.c.debate_key).label("total"),
    )
    .where(
        cases.c.debate_key.in_(bindparam("debate_keys", expanding=True)),
        cases.c.held_key.is_not(None),
        cases.c.decided_at.is_not(None),
    )
    .subquery("waits")
)
_MEDIANS: Final = (
    select(_waits.c.debate_key, cast(func.round(func.avg(_waits.c.seconds)), Integer).label("median"))
    .where(_waits.c.place.in_([(_waits.c.total + 1) // 2, (_waits.c.total + 2) // 2]))
    .group_by(_waits.c.debate_key)
)


def held_medians(connection: Connection, debate_keys: Collection[int]) -> dict[int, int]:
    """Median seconds from arrival to decision, by debate; nothing is asked for none."""
    if not debate_keys:
        return {}
    rows = connection.execute(_MEDIANS, {"debate_keys": list(debate_keys)})
    return {row.debate_key: row.median for row in rows}


class HeldReads(Reads):
    """Reads of what is held, on behalf of whoever wrote it."""

    def own_held(self, person_key: int, window: Window) -> Page:
        """A person's texts that wait or waited for their publication, newest first."""
        statement = _NEWEST.page(_OWN, window)
        rows, more = cut(self._connection.execute(statement, {"person_key": person_key}).all(), window)
        return Page([self._own_held(row) for row in rows], (rows[-1].uid,) if more else None)

    def own_waiting(self, debate_key: int, person_key: int) -> list[Document]:
        """What a person sent into a debate and what waits for its publication, oldest first."""
        rows = self._connection.execute(_WAITING, {"debate_key": debate_key, "person_key": person_key})
        return [
            {
                "id": row.uid,
                "kind": row.kind,
                "contribution": row.contribution,
                "side": row.side,
                "revises": row.revises,
                "title": row.title,
                "body": row.body,
                "lang": row.language,
                "arrived_at": row.arrived_at,
            }
            for row in rows
        ]

    def held_medians(self, debate_keys: Collection[int]) -> dict[int, int]:
        """Median seconds from arrival to decision, of the debates in which something was decided."""
        return held_medians(self._connection, debate_keys)

    def _own_held(self, row: Any) -> Document:  # noqa: ANN401 - a row of _OWN
        case = case_of(part_of(row, CASE_PREFIX))
        page = self._links.debate(row.owner, row.debate_slug)
        return held_document(held_of(row), row.debate_uid, case) | {
            "debate_title": row.debate_title,
            "decided_at": case.decided_at,
            "appeal_until": case.appeal_until,
            "case_state": case.state,
            "number": case.number,
            "url": None if case.number is None else self._links.post(page, case.number),
        }
