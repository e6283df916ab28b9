"""The embed origins of organisations."""

from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from consultation.application.ports import EmbedOrigin
from consultation.persistence.tables import embed_origins, people


def origins_of(connection: Connection, organisation_key: int) -> list[EmbedOrigin]:
    """An organisation's list, oldest first."""
    rows = connection.execute(
        select(embed_origins, people.c.name)
        .outerjoin(people, people.c.key == embed_origins.c.person_key)
        .where(embed_origins.c.organisation_key == organisation_key)
        .order_by(embed_origins.c.key)
    )
    return [EmbedOrigin(row.uid, row.origin, row.created_at, row.name) for row in rows]


class SqlOrigins:
    """The origins port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, organisation_key: int) -> list[EmbedOrigin]:
        """An organisation's list, oldest first."""
        return origins_of(self._connection, organisation_key)

    def add(self, organisation_key: int, origin: EmbedOrigin, person_key: int) -> None:
        """Insert an origin."""
        self._connection.execute(
            insert(embed_origins).values(
                uid=origin.uid,
                organisation_key=organisation_key,
                origin=origin.origin,
                person_key=person_key,
                created_at=origin.created_at,
            )
        )

    def remove(self, organisation_key: int, uid: UUID) -> None:
        """Delete an origin."""
        self._connection.execute(
            delete(embed_origins).where(
                embed_origins.c.organisation_key == organisation_key, embed_origins.c.uid == uid
            )
        )
