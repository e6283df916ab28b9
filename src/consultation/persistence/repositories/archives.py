"""Archives that are written in the background."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, or_, select, update

from consultation.application.ports import Ordered
from consultation.persistence.tables import archive_parts, archives
from consultation.persistence.types import AnyRow

ORDERED: Final = (
    *(archives.c.key, archives.c.uid, archives.c.person_key, archives.c.language),
    *(archives.c.requested_at, archives.c.finished_at, archives.c.expires_at),
)


def ordered_of(row: AnyRow) -> Ordered:
    """The archive of a row with ORDERED."""
    return Ordered(*(getattr(row, name) for name in Ordered.__dataclass_fields__))


class SqlArchives:
    """The archives port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def order(self, uid: UUID, person_key: int, language: str, now: datetime, until: datetime) -> Ordered:
        """The person's archive, inserted unless there is one that has not expired.

        Of two calls at once one runs into the unique key, is run again, and finds the other's.
        """
        known = self._connection.execute(select(*ORDERED).where(archives.c.person_key == person_key)).first()
        if known is not None and known.expires_at > now:
            return ordered_of(known)
        self._remove(archives.c.person_key == person_key)
        self._connection.execute(
            insert(archives).values(
                uid=uid, person_key=person_key, language=language, requested_at=now, expires_at=until
            )
        )
        made = self._connection.execute(select(*ORDERED).where(archives.c.uid == uid)).one()
        return ordered_of(made)

    def claim(self, now: datetime, abandoned: datetime) -> Ordered | None:
        """Take the oldest that waits or was abandoned; what was written of it goes."""
        waits = and_(
            archives.c.finished_at.is_(None),
            or_(archives.c.started_at.is_(None), archives.c.started_at <= abandoned),
        )
        row = self._connection.execute(
            select(*ORDERED).where(waits).order_by(archives.c.key).limit(1).with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        self._remove_parts(archives.c.key == row.key)
        self._connection.execute(update(archives).where(archives.c.key == row.key).values(started_at=now))
        return ordered_of(row)

    def add_part(self, archive_key: int, started_at: datetime, kind: str, part: int, content: bytes) -> bool:
        """Insert a part of an archive that is still ours."""
        ours = exists().where(archives.c.key == archive_key, archives.c.started_at == started_at)
        if not self._connection.execute(select(ours)).scalar():
            return False
        self._connection.execute(
            insert(archive_parts).values(archive_key=archive_key, format=kind, part=part, content=content)
        )
        return True

    def give_back(self, archive_key: int, started_at: datetime) -> None:
        """Leave an archive that is still ours to whoever looks next."""
        self._change(archive_key, started_at, {"started_at": None})

    def finish(self, archive_key: int, started_at: datetime, now: datetime) -> None:
        """Note that an archive that is still ours is complete."""
        self._change(archive_key, started_at, {"finished_at": now})

    def _change(self, key: int, started_at: datetime, values: Mapping[str, datetime | None]) -> None:
        ours = and_(archives.c.key == key, archives.c.started_at == started_at)
        self._connection.execute(update(archives).where(ours).values(**values))

    def forget(self, until: datetime) -> int:
        """Delete what expired, with its parts."""
        return self._remove(archives.c.expires_at <= until)

    def _remove(self, which: ColumnElement[bool]) -> int:
        self._remove_parts(which)
        return self._connection.execute(delete(archives).where(which)).rowcount

    def _remove_parts(self, which: ColumnElement[bool]) -> None:
        keys = select(archives.c.key).where(which)
        self._connection.execute(delete(archive_parts).where(archive_parts.c.archive_key.in_(keys)))
