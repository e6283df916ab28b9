"""How far the journals are planned, and the jobs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Table, and_, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from consultation.application.ports import DeadLetter, Happened, Job, JobKind, NewJob
from consultation.domain.journal import EntryKind
from consultation.persistence.prepared import Prepared
from consultation.persistence.tables import debates, jobs, journal_entries, journal_positions, worker_instants

_DUE: Final = "due"
_INSERTS: Final[Mapping[str, type[PostgresqlInsert | SqliteInsert]]] = {
    "postgresql": PostgresqlInsert,
    "sqlite": SqliteInsert,
}
_PLANNED = func.coalesce(journal_positions.c.sequence, 0)
_BEHIND = (
    select(debates.c.key)
    .outerjoin(journal_positions, journal_positions.c.debate_key == debates.c.key)
    .where(debates.c.journal_length > _PLANNED)
    .order_by(debates.c.last_act_at)
    .limit(bindparam("most"))
)
_ENTRIES = Prepared(
    select(
        debates.c.uid,
        journal_entries.c.sequence,
        journal_entries.c.at,
        journal_entries.c.kind,
        journal_entries.c.number,
    )
    .join(debates, debates.c.key == journal_entries.c.debate_key)
    .where(
        journal_entries.c.debate_key == bindparam("debate"),
        journal_entries.c.sequence > bindparam("after"),
    )
    .order_by(journal_entries.c.sequence)
    .limit(bindparam("most"))
)


class SqlOutbox:
    """The outbox port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def behind(self, limit: int) -> list[int]:
        """Keys of debates whose journal goes on after what was planned."""
        return list(self._connection.execute(_BEHIND, {"most": limit}).scalars())

    def lock_position(self, debate_key: int) -> int | None:
        """The last planned sequence, locked; None while another worker holds it."""
        self._make(journal_positions, debate_key=debate_key, sequence=0)
        return self._connection.execute(
            select(journal_positions.c.sequence)
            .where(journal_positions.c.debate_key == debate_key)
            .with_for_update(skip_locked=True)
        ).scalar()

    def _make(self, table: Table, **values: object) -> None:
        insertion = _INSERTS[self._connection.dialect.name]
        self._connection.execute(insertion(table).values(values).on_conflict_do_nothing())

    def entries(self, debate_key: int, after: int, limit: int) -> list[Happened]:
        """Committed entries behind a sequence, in order."""
        return [
            Happened(debate_key, uid, sequence, at, EntryKind(kind), number)
            for uid, sequence, at, kind, number in _ENTRIES.plain(
                self._connection, debate=debate_key, after=after, most=limit
            )
        ]

    def advance(self, debate_key: int, sequence: int) -> None:
        """Write how far a locked journal is planned."""
        self._connection.execute(
            update(journal_positions)
            .where(journal_positions.c.debate_key == debate_key)
            .values(sequence=sequence)
        )

    def lock_instant(self, now: datetime) -> datetime | None:
        """Up to which instant due things are planned, locked; None while another worker holds it."""
        self._make(worker_instants, name=_DUE, at=now)
        return self._connection.execute(
            select(worker_instants.c.at)
            .where(worker_instants.c.name == _DUE)
            .with_for_update(skip_locked=True)
        ).scalar()

    def advance_instant(self, at: datetime) -> None:
        """Write up to which instant due things are planned."""
        self._connection.execute(update(worker_instants).where(worker_instants.c.name == _DUE).values(at=at))


class SqlJobs:
    """The jobs port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.is_due = False
        """Did this transaction leave something to do?"""

    def add(self, uid: UUID, job: NewJob, now: datetime) -> None:
        """Insert a job."""
        self.is_due = True
        self._connection.execute(
            insert(jobs).values(
                uid=uid,
                kind=job.kind.value,
                lane=job.lane or job.kind.value,
                debate_key=job.debate_key,
                sequence=job.sequence,
                payload=dict(job.payload),
                created_at=now,
                due_at=job.due_at,
                attempts=0,
                state="due",
            )
        )

    def claim(
        self,
        now: datetime,
        until: datetime,
        limit: int,
        besides: Collection[str] = (),
        *,
        orphans: bool = True,
    ) -> list[Job]:
        """Take jobs that are due and that nobody holds, or one orphan alone; ours until an instant."""
        unheld = jobs.c.claimed_until.is_(None)
        free = (
            select(jobs.c.key, jobs.c.attempts, jobs.c.deaths, jobs.c.claimed_until)
            .where(
                jobs.c.state == "due",
                jobs.c.due_at <= now,
                jobs.c.lane.not_in(besides),
                or_(unheld, jobs.c.claimed_until <= now) if orphans else and_(unheld, jobs.c.deaths == 0),
            )
            .order_by(jobs.c.due_at, jobs.c.key)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        found = self._connection.execute(free).all()
        left = [row for row in found if row.deaths or row.claimed_until is not None]
        chosen = [min(left, key=lambda row: (row.deaths, row.attempts))] if left else found
        if not chosen:
            return []
        taken = (
            update(jobs)
            .where(jobs.c.key.in_([row.key for row in chosen]))
            .values(
                claimed_until=until,
                attempts=jobs.c.attempts + 1,
                # Whose lease has run out was begun, and nobody said how that ended.
                deaths=jobs.c.deaths + case((jobs.c.claimed_until.is_not(None), 1), else_=0),
            )
            .returning(jobs)
        )
        rows = sorted(self._connection.execute(taken), key=lambda row: (row.due_at, row.key))
        return [
            Job(
                key=row.key,
                uid=row.uid,
                kind=JobKind(row.kind),
                payload=row.payload,
                created_at=row.created_at,
                attempts=row.attempts,
                lane=row.lane,
                deaths=row.deaths,
            )
            for row in rows
        ]

    def give_back(self, keys: Sequence[int]) -> None:
        """Leave jobs that were taken and not begun to whoever looks next. Orphans stay orphans."""
        self._connection.execute(
            update(jobs).where(jobs.c.key.in_(keys)).values(claimed_until=None, attempts=jobs.c.attempts - 1)
        )

    def finish(self, key: int) -> None:
        """Delete a job that is done."""
        self._connection.execute(delete(jobs).where(jobs.c.key == key))

    def retry(self, key: int, due_at: datetime, error: str) -> None:
        """Give a job back for a later attempt."""
        self._change(key, due_at=due_at, claimed_until=None, error=error)

    def bury(self, key: int, error: str) -> None:
        """Give a job up: it becomes a dead letter."""
        self._change(key, state="dead", claimed_until=None, error=error)

    def _change(self, key: int, **values: object) -> None:
        self._connection.execute(update(jobs).where(jobs.c.key == key).values(values))

    def forget_dead(self, until: datetime) -> int:
        """Delete the dead letters of what was planned by an instant; how many."""
        old = delete(jobs).where(jobs.c.state == "dead", jobs.c.created_at <= until)
        return self._connection.execute(old).rowcount

    def dead(self, before: UUID | None, limit: int) -> list[DeadLetter]:
        """Dead letters, the newest first, behind one of them."""
        statement = select(jobs).where(jobs.c.state == "dead").order_by(jobs.c.uid.desc()).limit(limit)
        if before is not None:
            statement = statement.where(jobs.c.uid < before)
        return [
            DeadLetter(row.uid, JobKind(row.kind), row.payload, row.created_at, row.attempts, row.error)
            for row in self._connection.execute(statement)
        ]

    def revive(self, uid: UUID, now: datetime) -> bool:
        """Make a dead letter due again, with attempts and deaths counted anew; false when there is none."""
        self.is_due = True
        revived = self._connection.execute(
            update(jobs)
            .where(jobs.c.uid == uid, jobs.c.state == "dead")
            .values(state="due", due_at=now, attempts=0, deaths=0)
        )
        return revived.rowcount == 1
