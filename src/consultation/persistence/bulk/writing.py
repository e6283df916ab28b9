"""Writing a whole debate in batches, inside the transaction of a command."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    LargeBinary,
    String,
    Table,
    Uuid,
    bindparam,
    cast,
    insert,
    select,
    type_coerce,
    update,
)

from consultation.application.exports import Record, Section
from consultation.application.imports import BulkStore
from consultation.application.imports.ports import Newcomer, Target
from consultation.application.ports import Transaction
from consultation.domain.posts import PostKind
from consultation.persistence.bulk.case_writing import CASE_TABLES, SqlCaseLines
from consultation.persistence.bulk.counting import POST_COUNTERS, debate_counters, tallies
from consultation.persistence.bulk.patience import unhurried
from consultation.persistence.repositories.posts import shuffle_of
from consultation.persistence.repositories.webhooks import ELSEWHERE
from consultation.persistence.tables import (
    announced_phases,
    debate_acts,
    debates,
    import_reports,
    journal_entries,
    journal_positions,
    people,
    posts,
    revisions,
    unlinked_votes,
    votes,
)
from consultation.persistence.types import Instant
from consultation.persistence.unit_of_work import SqlTransaction

_TABLES: Final[Mapping[Section, Table]] = {
    Section.ACT: debate_acts,
    Section.POST: posts,
    Section.REVISION: revisions,
    Section.VOTE: votes,
    Section.UNLINKED_VOTE: unlinked_votes,
    **CASE_TABLES,
    Section.JOURNAL: journal_entries,
    Section.IMPORT_REPORT: import_reports,
}
_WRITTEN_UID: Final = Uuid(as_uuid=False)
_UID: Final = type_coerce(people.c.uid, _WRITTEN_UID)
_KNOWN: Final = select(_UID).where(_UID.in_(bindparam("uids", expanding=True)))
_PEOPLE: Final = select(_UID.label("uid"), people.c.key).where(
    _UID.in_(bindparam("uids", expanding=True)), people.c.imported_with == bindparam("debate")
)
_TARGETS: Final = select(posts.c.number, posts.c.kind, posts.c.revision).where(
    posts.c.debate_key == bindparam("debate_key"),
    posts.c.number.in_(bindparam("numbers", expanding=True)),
)
_REFERENCES: Final = select(posts.c.reference).where(
    posts.c.debate_key == bindparam("debate_key"),
    posts.c.reference.in_(bindparam("references", expanding=True)),
)
_REMEMBERED: Final = 20_000


class SqlBulkStore(SqlCaseLines, BulkStore):
    """The bulk port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keys: dict[str, int] = {}
        unhurried(connection)

    def known_people(self, uids: Collection[str]) -> set[str]:
        """Which of these ids are taken by anybody."""
        return set(self._connection.scalars(_KNOWN, {"uids": list(uids)}))

    def add_people(self, debate: UUID, people: Sequence[Newcomer], language: str, now: datetime) -> None:
        """Insert participants of the debate, without address."""
        shared = {"locale": language, "created_at": now, "imported_with": debate}
        rows = [{"uid": UUID(person.uid), "name": person.name, **shared} for person in people]
        self._connection.execute(_ADD_PEOPLE, rows)

    def people_of(self, debate: UUID, uids: Collection[str]) -> dict[str, int]:
        """The keys of those among these ids who came with this debate."""
        known = self._keys
        missing = [uid for uid in uids if uid not in known]
        if missing:
            if len(known) + len(missing) > _REMEMBERED:
                known.clear()
                missing = list(uids)
            found = self._connection.execute(_PEOPLE, {"uids": missing, "debate": debate})
            known.update((row.uid, row.key) for row in found)
        return known

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
        """Insert records with the fields of their section, as an archive holds them."""
        if not records:
            return
        if section is Section.REVISION:
            self._take_masks(debate_key, records)
        for record in records:
            if section is not Section.APPEAL:  # which has the debate from its case
                record["debate_key"] = debate_key
            if section is Section.POST:
                record["shuffle"] = shuffle_of(record["number"])
            for name, to_driver in _CONVERTED[section]:
                if record[name] is not None:
                    record[name] = to_driver(record[name])
        names = tuple(records[0])
        self._connection.exec_driver_sql(*_for_driver(self._connection.dialect, section, names, records))

    def finish(self, debate_key: int, last_number: int, journal_length: int, last_act_at: datetime) -> None:
        """Write where the debate stands, and count everything that has a counter."""
        counted = tallies(debate_key)
        self._connection.execute(
            update(posts)
            .where(posts.c.debate_key == debate_key, posts.c.number == counted.c.number)
            .values({name: counted.c[name] for name in POST_COUNTERS})
        )
        self._finish_cases(debate_key)
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
        # What happened elsewhere and before is not announced here and now.
        planned = {"debate_key": debate_key, "sequence": journal_length}
        self._connection.execute(insert(journal_positions).values(planned))
        self._connection.execute(insert(announced_phases).values(debate_key=debate_key, phase=ELSEWHERE))


_ADD_PEOPLE: Final = insert(people)


_CONVERTED: Final[Mapping[Section, Sequence[tuple[str, Callable[[Any], str | bytes]]]]] = {
    section: tuple(
        (column.name, bytes.fromhex if isinstance(column.type, LargeBinary) else json.dumps)
        for column in table.columns
        if isinstance(column.type, LargeBinary | JSON)
    )
    for section, table in _TABLES.items()
}
"""What is not in a record as the drivers take it."""


def _for_driver(
    dialect: Dialect, section: Section, names: tuple[str, ...], records: Sequence[Record]
) -> tuple[str, list[Any]]:
    """An insert and its parameters, as the driver itself takes them.

    Records hold nothing that a driver does not take, and the ways of Core from an object to a
    parameter cost more than the insert itself.
    """
    table = _TABLES[section]
    is_sqlite = dialect.name == "sqlite"
    values = {name: _value(table.columns[name], is_sqlite=is_sqlite) for name in names}
    compiled = insert(table).values(values).compile(dialect=dialect)
    if compiled.positiontup is None:
        return str(compiled), list(records)
    in_order = itemgetter(*compiled.positiontup)
    return str(compiled), [in_order(record) for record in records]


def _value(column: Column[Any], *, is_sqlite: bool) -> ColumnElement[Any]:
    if isinstance(column.type, Instant | JSON):
        written = bindparam(column.name, type_=String)
        return written if is_sqlite else cast(written, column.type)
    return bindparam(column.name, type_=column.type)


def bulk_store(tx: Transaction) -> SqlBulkStore:
    """The bulk port of a transaction of this database."""
    if not isinstance(tx, SqlTransaction):
        raise TypeError(f"no bulk writing in a {type(tx).__name__}")
    return SqlBulkStore(tx.connection)
