"""Accounts that nobody uses."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, select, update

from consultation.application.ports import Sleeper
from consultation.persistence.repositories.people import ACCOUNT_COLUMNS, account_of
from consultation.persistence.tables import (
    mail_settings,
    memberships,
    people,
    platform_administrators,
    sessions,
)


def _asleep(last_seen: date, now: datetime) -> ColumnElement[bool]:
    """Nobody signed in since that day, nobody is signed in, and the person has no role anywhere.

    Participants of imports have no address: nobody could tell them, and they are left alone.
    """
    return and_(
        people.c.email.is_not(None),
        people.c.imported_with.is_(None),
        people.c.last_seen <= last_seen,
        ~exists().where(sessions.c.person_key == people.c.key, sessions.c.expires_at > now),
        ~exists().where(memberships.c.person_key == people.c.key),
        ~exists().where(platform_administrators.c.person_key == people.c.key),
    )


class SqlSleepers:
    """The sleepers port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, person_key: int, day: date) -> None:
        """Note the day; a warning is void."""
        self._connection.execute(
            update(people).where(people.c.key == person_key).values(last_seen=day, warned_at=None)
        )

    def unwarned(self, last_seen: date, now: datetime, limit: int) -> list[Sleeper]:
        """Whoever was not told yet, and whose address takes mail as far as is known."""
        is_off = exists().where(
            mail_settings.c.person_key == people.c.key, mail_settings.c.off_at.is_not(None)
        )
        return self._found(and_(_asleep(last_seen, now), people.c.warned_at.is_(None), ~is_off), limit)

    def due(self, last_seen: date, warned_by: datetime, now: datetime, limit: int) -> list[Sleeper]:
        """Whoever was told long enough ago."""
        return self._found(and_(_asleep(last_seen, now), people.c.warned_at <= warned_by), limit)

    def _found(self, condition: ColumnElement[bool], limit: int) -> list[Sleeper]:
        rows = self._connection.execute(
            select(*ACCOUNT_COLUMNS, people.c.warned_at)
            .where(condition)
            .order_by(people.c.last_seen, people.c.key)
            .limit(limit)
        )
        return [Sleeper(account_of(row), row.warned_at) for row in rows]

    def warn(self, person_key: int, at: datetime | None, before: datetime | None) -> bool:
        """Change the instant of the warning, if it is still what it was."""
        stands = people.c.warned_at.is_(None) if before is None else people.c.warned_at == before
        changed = self._connection.execute(
            update(people).where(people.c.key == person_key, stands).values(warned_at=at)
        )
        return changed.rowcount == 1
