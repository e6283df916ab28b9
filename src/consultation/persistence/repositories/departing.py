"""Who left votes in open debates, by keyed hashes: nobody votes twice by leaving and coming back."""

from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, insert, or_, select, update

from consultation.persistence.tables import departures, people, unlinked_votes, votes


class SqlDepartures:
    """What the erasing port notes of those who leave."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note_departure(self, identity_digest: bytes, until: datetime) -> None:
        """Note an identity, the later close where there are two."""
        known = self.departed_until(identity_digest)
        self._connection.execute(delete(departures).where(departures.c.identity_digest == identity_digest))
        later = until if known is None else max(known, until)
        self._connection.execute(insert(departures).values(identity_digest=identity_digest, until=later))

    def departed_until(self, identity_digest: bytes) -> datetime | None:
        """Until when the identity has votes in open debates."""
        found: datetime | None = self._connection.execute(
            select(departures.c.until).where(departures.c.identity_digest == identity_digest)
        ).scalar()
        return found

    def prolong_departures(self, debate_key: int, earlier: datetime, later: datetime) -> None:
        """Move departures that would end between two closes of a debate in which somebody left votes.

        Nothing says whose these are. So whoever left votes only in another debate that closes in
        between waits as long.
        """
        left = exists(select(unlinked_votes.c.number).where(unlinked_votes.c.debate_key == debate_key))
        leaving = exists(
            select(votes.c.number)
            .join(people, people.c.key == votes.c.person_key)
            .where(votes.c.debate_key == debate_key, people.c.erasing.is_not(None))
        )
        between = and_(departures.c.until >= earlier, departures.c.until < later)
        self._connection.execute(update(departures).where(between, or_(left, leaving)).values(until=later))

    def forget_departures(self, until: datetime) -> int:
        """Delete departures that are over."""
        return self._connection.execute(delete(departures).where(departures.c.until <= until)).rowcount
