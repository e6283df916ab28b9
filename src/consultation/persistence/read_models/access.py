"""Who and what is let in: the sessions of a person, the embed origins of organisations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from consultation.application.ports import EmbedOrigin, KeptSession
from consultation.persistence.read_models.base import Reads
from consultation.persistence.repositories.origins import origins_of
from consultation.persistence.repositories.sessions import SESSION_COLUMNS, session_of
from consultation.persistence.tables import debates, embed_origins, organisations, sessions


class AccessReads(Reads):
    """Reads of what decides who gets in."""

    def sessions(self, person_key: int, now: datetime, limit: int) -> list[KeptSession]:
        """A person's sessions that have not ended, the newest first."""
        rows = self._connection.execute(
            select(*SESSION_COLUMNS)
            .where(sessions.c.person_key == person_key, sessions.c.expires_at > now)
            .order_by(sessions.c.key.desc())
            .limit(limit)
        )
        return [session_of(row) for row in rows]

    def origins(self, organisation_key: int) -> list[EmbedOrigin]:
        """The embed origins of an organisation, oldest first."""
        return origins_of(self._connection, organisation_key)

    def all_origins(self) -> list[tuple[int, str, str]]:
        """Every embed origin: its organisation's key and slug, and the origin."""
        rows = self._connection.execute(
            select(organisations.c.key, organisations.c.slug, embed_origins.c.origin)
            .join(organisations, organisations.c.key == embed_origins.c.organisation_key)
            .order_by(embed_origins.c.key)
        )
        return [(row.key, row.slug, row.origin) for row in rows]

    def owner_of(self, debate: UUID) -> int | None:
        """The key of the organisation that owns a debate, draft or published."""
        key: int | None = self._connection.execute(
            select(debates.c.organisation_key).where(debates.c.uid == debate)
        ).scalar()
        return key
