"""Reading a whole debate for an archive: one select a section, streamed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Select, select, union

from consultation.application.exports import Record, Section
from consultation.persistence.bulk.expressions import TextColumns
from consultation.persistence.bulk.patience import unhurried
from consultation.persistence.engine import Database
from consultation.persistence.tables import (
    debate_acts,
    debates,
    import_reports,
    journal_entries,
    organisations,
    people,
    posts,
    revisions,
    votes,
)

BATCH: Final = 1000


class SqlArchive:
    """The archive port: one debate on one connection. Fields are described in its format."""

    def __init__(self, connection: Connection, key: int, uid: UUID) -> None:
        self._connection = connection
        self._key = key
        self._text = TextColumns(connection, uid)
        self._selects: Mapping[Section, Callable[[], Select[Any]]] = {
            Section.DEBATE: self._debate,
            Section.PARTICIPANT: self._participants,
            Section.ACT: self._acts,
            Section.POST: self._posts,
            Section.REVISION: self._revisions,
            Section.VOTE: self._votes,
            Section.JOURNAL: self._journal,
            Section.IMPORT_REPORT: self._import_report,
        }

    def records(self, section: Section) -> Iterator[Sequence[Record]]:
        """The records of a section in batches, in the archive's order."""
        statement = self._selects[section]()
        options = {"yield_per": BATCH}
        result = self._connection.execute(statement, execution_options=options)
        names = tuple(map(str, result.keys()))
        for rows in result.partitions():
            records = [dict(zip(names, row, strict=True)) for row in rows]
            yield [_header(record) for record in records] if section is Section.DEBATE else records

    def _debate(self) -> Select[Any]:
        instant = self._text.instant
        return (
            select(
                debates.c.uid.label("id"),
                *(organisations.c[name].label(f"organisation_{name}") for name in _OWNER),
                debates.c.slug,
                debates.c.title,
                debates.c.description,
                debates.c.language,
                debates.c.time_zone,
                instant(debates.c.opens_at).label("opens_at"),
                instant(debates.c.closes_at).label("closes_at"),
                instant(debates.c.published_at).label("published_at"),
                instant(debates.c.created_at).label("created_at"),
                debates.c.limits,
                debates.c.themes,
                debates.c.source,
                debates.c.last_number,
            )
            .join(organisations, organisations.c.key == debates.c.organisation_key)
            .where(debates.c.key == self._key)
        )

    def _participants(self) -> Select[Any]:
        taking_part = union(
            select(posts.c.author_key).where(posts.c.debate_key == self._key),
            select(votes.c.person_key).where(votes.c.debate_key == self._key),
        )
        return (
            select(self._text.participant().label("id"))
            .where(people.c.key.in_(taking_part))
            .order_by(self._text.participant_order())
        )

    def _acts(self) -> Select[Any]:
        return (
            select(
                debate_acts.c.sequence,
                debate_acts.c.kind,
                self._text.instant(debate_acts.c.at).label("at"),
                debate_acts.c.role,
                debate_acts.c.reason,
                debate_acts.c.content,
                self._text.octets(debate_acts.c.salt).label("salt"),
            )
            .where(debate_acts.c.debate_key == self._key)
            .order_by(debate_acts.c.sequence)
        )

    def _posts(self) -> Select[Any]:
        instant, octets = self._text.instant, self._text.octets
        return (
            select(
                posts.c.number,
                posts.c.kind,
                posts.c.contribution,
                posts.c.side,
                self._text.participant().label("author"),
                posts.c.author_name,
                posts.c.theme,
                posts.c.title,
                posts.c.body,
                posts.c.link,
                posts.c.language,
                instant(posts.c.created_at).label("created_at"),
                posts.c.revision,
                instant(posts.c.revised_at).label("revised_at"),
                posts.c.state,
                posts.c.state_reason,
                instant(posts.c.state_since).label("state_since"),
                posts.c.reference,
                posts.c.reported_tally,
                posts.c.sequence,
                octets(posts.c.salt).label("salt"),
                posts.c.state_sequence,
                octets(posts.c.state_salt).label("state_salt"),
            )
            .outerjoin(people, people.c.key == posts.c.author_key)
            .where(posts.c.debate_key == self._key)
            .order_by(posts.c.number)
        )

    def _revisions(self) -> Select[Any]:
        return (
            select(
                revisions.c.number,
                revisions.c.revision,
                revisions.c.author_name,
                revisions.c.theme,
                revisions.c.title,
                revisions.c.body,
                revisions.c.link,
                self._text.instant(revisions.c.created_at).label("created_at"),
                revisions.c.sequence,
                self._text.octets(revisions.c.salt).label("salt"),
            )
            .where(revisions.c.debate_key == self._key)
            .order_by(revisions.c.number, revisions.c.revision)
        )

    def _votes(self) -> Select[Any]:
        return (
            select(
                votes.c.number,
                self._text.participant().label("participant"),
                votes.c.value,
                votes.c.revision,
                self._text.instant(votes.c.cast_at).label("cast_at"),
                votes.c.sequence,
                self._text.octets(votes.c.salt).label("salt"),
            )
            .join(people, people.c.key == votes.c.person_key)
            .where(votes.c.debate_key == self._key)
            .order_by(votes.c.number, self._text.participant_order())
        )

    def _journal(self) -> Select[Any]:
        octets = self._text.octets
        return (
            select(
                journal_entries.c.sequence,
                self._text.instant(journal_entries.c.at).label("at"),
                journal_entries.c.kind,
                journal_entries.c.number,
                octets(journal_entries.c.digest).label("digest"),
                octets(journal_entries.c.leaf_hash).label("leaf_hash"),
            )
            .where(journal_entries.c.debate_key == self._key)
            .order_by(journal_entries.c.sequence)
        )

    def _import_report(self) -> Select[Any]:
        return select(
            import_reports.c.format,
            self._text.instant(import_reports.c.imported_at).label("imported_at"),
            import_reports.c.report,
        ).where(import_reports.c.debate_key == self._key)


_OWNER = ("slug", "name", "locale", "time_zone")


def _header(record: Record) -> Record:
    owner = {name: record.pop(f"organisation_{name}") for name in _OWNER}
    return {"id": str(record.pop("id")), "organisation": owner, **record}


@contextmanager
def archive_of(database: Database, debate: UUID) -> Iterator[SqlArchive | None]:
    """One consistent view of a debate, draft or published; None when there is none."""
    with database.reading() as connection:
        unhurried(connection)
        key = connection.execute(select(debates.c.key).where(debates.c.uid == debate)).scalar()
        yield None if key is None else SqlArchive(connection, key, debate)
