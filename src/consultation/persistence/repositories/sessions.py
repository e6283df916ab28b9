"""Signed-in sessions."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, case, delete, insert, literal, select, update

from consultation.application.ports import KeptSession, SignInMethod
from consultation.persistence.tables import sessions
from consultation.persistence.types import AnyRow, Instant

SESSION_COLUMNS: Final = tuple(column for column in sessions.c if column.name != "key")


def session_of(row: AnyRow) -> KeptSession:
    """The session of a row with SESSION_COLUMNS."""
    return KeptSession(
        uid=row.uid,
        token_digest=row.token_digest,
        person_key=row.person_key,
        method=SignInMethod(row.method),
        created_at=row.created_at,
        used_at=row.used_at,
        expires_at=row.expires_at,
        ends_at=row.ends_at,
    )


class SqlSessions:
    """The sessions port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: KeptSession) -> None:
        """Insert a session."""
        self._connection.execute(
            insert(sessions).values(
                uid=session.uid,
                token_digest=session.token_digest,
                person_key=session.person_key,
                method=session.method.value,
                created_at=session.created_at,
                used_at=session.used_at,
                expires_at=session.expires_at,
                ends_at=session.ends_at,
            )
        )

    def use(self, token_digest: bytes, used_at: datetime, until: datetime) -> None:
        """Note the hour of a use, and put the end off, but not beyond `ends_at`."""
        later = literal(until, Instant)
        self._connection.execute(
            update(sessions)
            .where(sessions.c.token_digest == token_digest, sessions.c.used_at < used_at)
            .values(
                used_at=used_at,
                expires_at=case((sessions.c.ends_at < later, sessions.c.ends_at), else_=later),
            )
        )

    def opened_at(self, token_digest: bytes) -> datetime | None:
        """When a session was opened; None when there is none."""
        found: datetime | None = self._connection.execute(
            select(sessions.c.created_at).where(sessions.c.token_digest == token_digest)
        ).scalar()
        return found

    def remove(self, token_digest: bytes) -> None:
        """Delete a session."""
        self._connection.execute(delete(sessions).where(sessions.c.token_digest == token_digest))

    def remove_one(self, person_key: int, uid: UUID) -> bool:
        """Delete one session of a person; was there one?"""
        result = self._connection.execute(
            delete(sessions).where(sessions.c.person_key == person_key, sessions.c.uid == uid)
        )
        return result.rowcount > 0

    def remove_others(self, person_key: int, token_digest: bytes) -> int:
        """Delete all sessions of a person but the one with this token; how many."""
        return self._connection.execute(
            delete(sessions).where(
                sessions.c.person_key == person_key, sessions.c.token_digest != token_digest
            )
        ).rowcount

    def forget(self, until: datetime) -> int:
        """Delete the sessions that ended by an instant; how many."""
        return self._connection.execute(delete(sessions).where(sessions.c.expires_at <= until)).rowcount
