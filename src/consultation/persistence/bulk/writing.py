"""Writing a whole debate in batches, inside the transaction of a command."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, Connection, Insert, Table, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB

from consultation.application.exports import Record, Section
from consultation.application.imports import BulkStore
from consultation.application.imports.ports import Newcomer, Target
from consultation.application.ports import Transaction
from consultation.domain.posts import PostKind
from consultation.persistence.bulk.counting import POST_COUNTERS, debate_counters, tallies
from consultation.persistence.bulk.patience import unhurried
from consultation.persistence.repositories.posts import shuffle_of
from consultation.persistence.tables import (
    debate_acts,
    debates,
    import_reports,
    journal_entries,
    people,
    posts,
    revisions,
    votes,
)
from consultation.persistence.unit_of_work import SqlTransaction

# Without it a missing tally would be stored as the JSON value null, not as nothing.
_OPTIONAL_JSON: Final = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_TABLES: Final[Mapping[Section, Table]] = {
    Section.ACT: debate_acts,
    Section.POST: posts,
    Section.REVISION: revisions,
    Section.VOTE: votes,
    Section.JOURNAL: journal_entries,
    Section.IMPORT_REPORT: import_reports,
}
_INSERTS: Final[Mapping[Section, Insert]] = {section: insert(table) for section, table in _TABLES.items()} | {
    Section.POST: insert(posts).values(reported_tally=bindparam("reported_tally", type_=_OPTIONAL_JSON))
}
_KNOWN: Final = select(people.c.uid).where(people.c.uid.in_(bindparam("uids", expanding=True)))
_PEOPLE: Final = select(people.c.uid, people.c.key).where(
    people.c.uid.in_(bindparam("uids", expanding=True)),
    people.c.imported_with == bindparam("debate"),
)
_TARGETS: Final = select(posts.c.number, posts.c.kind, posts.c.revision).where(
    posts.c.debate_key == bindparam("debate_key"),
    posts.c.number.in_(bindparam("numbers", expanding=True)),
)
_REFERENCES: Final = select(posts.c.reference).where(
    posts.c.debate_key == bindparam("debate_key"),
    posts.c.reference.in_(bindparam("references", expanding=True)),
)


class SqlBulkStore(BulkStore):
    """The bulk port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        unhurried(connection)

    def known_people(self, uids: Collection[UUID]) -> set[UUID]:
        """Which of these ids are taken by anybody."""
        return set(self._connection.scalars(_KNOWN, {"uids": list(uids)}))

    def add_people(
        self, debate: UUID, people: Sequence[Newcomer], language: str, now: datetime
    ) -> dict[UUID, int]:
        """Insert participants of the debate, without address, and return their keys."""
        shared: dict[str, Any] = {"locale": language, "created_at": now, "imported_with": debate}
        rows = [{"uid": person.uid, "name": person.name, **shared} for person in people]
        self._connection.execute(_ADD_PEOPLE, rows)
        return self.people_of(debate, [person.uid for person in people])

    def people_of(self, debate: UUID, uids: Collection[UUID]) -> dict[UUID, int]:
        """The keys of those among these ids who came with this debate."""
        found = self._connection.execute(_PEOPLE, {"uids": list(uids), "debate": debate})
        return {row.uid: row.key for row in found}

    def targets(self, debate_key: int, numbers: Collection[int]) -> dict[int, Target]:
        """The posts with these numbers."""
        wanted = {"debate_key": debate_key, "numbers": list(numbers)}
        found = self._connection.execute(_TARGETS, wanted)
        return {row.number: Target(PostKind(row.kind), row.revision) for row in found}

    def known_references(self, debate_key: int, references: Collection[str]) -> set[str]:
        """Which of these references a post of the debate bears already."""
        wanted = {"debate_key": debate_key, "references": list(references)}
        return {str(reference) for reference in self._connection.scalars(_REFERENCES, wanted)}

    def describe_source(self, debate_key: int, source: Record) -> None:
        """Note where the debate comes from."""
        self._connection.execute(update(debates).where(debates.c.key == debate_key).values(source=source))

    def add(self, debate_key: int, section: Section, records: Sequence[Record]) -> None:
        """Insert records with the fields of their section."""
        for record in records:
            record["debate_key"] = debate_key
            if section is Section.POST:
                record["shuffle"] = shuffle_of(record["number"])
        if records:
            self._connection.execute(_INSERTS[section], records)

    def finish(self, debate_key: int, last_number: int, journal_length: int, last_act_at: datetime) -> None:
        """Write where the debate stands, and count everything that has a counter."""
        counted = tallies(debate_key)
        self._connection.execute(
            update(posts)
            .where(posts.c.debate_key == debate_key, posts.c.number == counted.c.number)
            .values({name: counted.c[name] for name in POST_COUNTERS})
        )
        counters = self._connection.execute(debate_counters(debate_key)).one()
        self._connection.execute(
            update(debates)
            .where(debates.c.key == debate_key)
            .values(
                last_number=last_number,
                journal_length=journal_length,
                last_act_at=last_act_at,
                **counters._asdict(),
            )
        )


_ADD_PEOPLE: Final = insert(people)


def bulk_store(tx: Transaction) -> SqlBulkStore:
    """The bulk port of a transaction of this database."""
    if not isinstance(tx, SqlTransaction):
        raise TypeError(f"no bulk writing in a {type(tx).__name__}")
    return SqlBulkStore(tx.connection)
