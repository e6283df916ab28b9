"""Reading a whole debate for an archive: one select a section, streamed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Connection, Result, Select, select

from consultation.application.exports import Section
from consultation.persistence.bulk import case_sections, sections
from consultation.persistence.bulk.expressions import TextColumns
from consultation.persistence.bulk.patience import passing_once, unhurried
from consultation.persistence.engine import Database
from consultation.persistence.tables import debates

BATCH: Final = 1000
_WRITTEN: Final = {
    Section.PARTICIPANT: sections.participants,
    Section.VOTE: sections.vote_lines,
    Section.UNLINKED_VOTE: sections.unlinked_vote_lines,
    Section.JOURNAL: sections.journal_lines,
}
"""Sections that the database writes as JSON by itself."""

_NESTED: Final = {
    Section.DEBATE: (sections.debate_columns, ("limits", "themes", "participation", "source")),
    Section.ACT: (sections.act_columns, ("content",)),
    Section.HELD_POST: (case_sections.held_columns, ()),
    Section.CASE: (case_sections.case_columns, ()),
    Section.REPORT: (case_sections.report_columns, ()),
    Section.DECISION: (case_sections.decision_columns, ()),
    Section.APPEAL: (case_sections.appeal_columns, ()),
    Section.IMPORT_REPORT: (sections.import_report_columns, ("report",)),
}
"""Sections with stored objects, whose keys the two databases keep in different orders, and short ones."""


class SqlArchive:
    """The archive port: one debate on one connection."""

    def __init__(self, connection: Connection, key: int, uid: UUID) -> None:
        self._connection = connection
        self._key = key
        self._text = TextColumns(connection, uid)

    def records(self, section: Section) -> Iterator[Sequence[bytes]]:
        """The records of a section in batches, in the archive's order."""
        if section is Section.POST:
            return self._posts()
        if section is Section.REVISION:
            return self._revisions()
        if section in _WRITTEN:
            return self._written(_WRITTEN[section](self._text, self._key))
        columns, nested = _NESTED[section]
        return self._encoded(section, columns(self._text, self._key), nested)

    def _stream(self, statement: Select[Any]) -> Result[*tuple[Any, ...]]:
        return self._connection.execute(statement, execution_options={"yield_per": BATCH})

    def _written(self, statement: Select[Any]) -> Iterator[Sequence[bytes]]:
        for texts in self._stream(statement).scalars().partitions():
            yield [text.encode() for text in texts]

    def _posts(self) -> Iterator[Sequence[bytes]]:
        for rows in self._stream(sections.post_lines(self._text, self._key)).partitions():
            yield [
                text.encode()
                if tally is None and capacity is None
                else _with_nested(_with_capacity(text, capacity), {"reported_tally": tally})
                for text, capacity, tally in rows
            ]

    def _revisions(self) -> Iterator[Sequence[bytes]]:
        for rows in self._stream(sections.revision_lines(self._text, self._key)).partitions():
            yield [
                text.encode()
                if capacity is None and not hidden
                else orjson.dumps(_with_capacity(text, capacity) | ({"hidden": True} if hidden else {}))
                for text, capacity, hidden in rows
            ]

    def _encoded(
        self, section: Section, statement: Select[Any], nested: tuple[str, ...]
    ) -> Iterator[Sequence[bytes]]:
        for rows in self._stream(statement).mappings().partitions():
            encoded = []
            for row in rows:
                # Its keys are strings of another class, which the encoder does not take.
                columns = {str(name): value for name, value in row.items()}
                record = {"type": section.value} | columns
                if not record.get("participation"):  # what came later is left out where there is nothing
                    record.pop("participation", None)
                objects = {name: record[name] for name in nested if name in record}
                if section is Section.DEBATE:
                    objects["organisation"] = {
                        name: record.pop(f"organisation_{name}") for name in sections.OWNER
                    }
                encoded.append(_with_nested(record, objects))
            yield encoded


def _with_capacity(text: str, capacity: str | None) -> dict[str, Any]:
    record: dict[str, Any] = orjson.loads(text)
    return record if capacity is None else record | {"capacity": capacity}


def _with_nested(record: dict[str, Any], objects: dict[str, Any]) -> bytes:
    """A record as JSON, the keys of its objects in the order of the alphabet."""
    for name, value in objects.items():
        record[name] = orjson.Fragment(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
    return orjson.dumps(record)


@contextmanager
def archive_of(database: Database, debate: UUID) -> Iterator[SqlArchive | None]:
    """One consistent view of a debate, draft or published; None when there is none."""
    with database.reading() as connection, passing_once(connection):
        unhurried(connection)
        key = connection.execute(select(debates.c.key).where(debates.c.uid == debate)).scalar()
        yield None if key is None else SqlArchive(connection, key, debate)
