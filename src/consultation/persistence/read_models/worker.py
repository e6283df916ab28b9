"""How the worker is doing, and what it has given up."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from consultation.application.readers import Page, Window
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import Order, cut
from consultation.persistence.tables import debates, jobs, platform_administrators, worker_instants

_DEAD: Final = (
    select(
        jobs.c.uid,
        jobs.c.kind,
        debates.c.uid.label("debate_uid"),
        jobs.c.sequence,
        jobs.c.created_at,
        jobs.c.attempts,
        jobs.c.error,
    )
    .select_from(jobs.outerjoin(debates, debates.c.key == jobs.c.debate_key))
    .where(jobs.c.state == "dead")
)
_NEWEST: Final = Order((jobs.c.uid,), descending=True)


class WorkerReads(Reads):
    """Reads for whoever runs the platform."""

    def runs_platform(self, person_key: int) -> bool:
        """Is the person an administrator of the platform?"""
        one = select(platform_administrators).where(platform_administrators.c.person_key == person_key)
        return self._connection.execute(one).first() is not None

    def planned_until(self) -> datetime | None:
        """Up to when a worker has planned what falls due; None before there was one."""
        return self._connection.execute(select(worker_instants.c.at)).scalar()

    def dead_letters(self, window: Window) -> Page:
        """Jobs that were given up, the newest first."""
        rows, more = cut(self._connection.execute(_NEWEST.page(_DEAD, window)).all(), window)
        items = [
            {
                "id": row.uid,
                "kind": row.kind,
                "debate": row.debate_uid,
                "sequence": row.sequence,
                "planned_at": row.created_at,
                "attempts": row.attempts,
                "error": row.error,
            }
            for row in rows
        ]
        return Page(items, (rows[-1].uid,) if more else None)
