"""Writing what an archive says of moderation."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, Table, Uuid, and_, bindparam, case, func, select, type_coerce, update

from consultation.application.exports import Record, Section
from consultation.application.imports.ports import CaseTarget
from consultation.domain.journal import EntryKind
from consultation.domain.moderation import CaseState
from consultation.persistence.tables import (
    appeals,
    cases,
    decisions,
    held_posts,
    journal_entries,
    posts,
    reports,
    revisions,
)
from consultation.persistence.tables.moderation import GROUND_BITS

CASE_TABLES: Final[Mapping[Section, Table]] = {
    Section.HELD_POST: held_posts,
    Section.CASE: cases,
    Section.REPORT: reports,
    Section.DECISION: decisions,
    Section.APPEAL: appeals,
}
_WRITTEN_UID: Final = Uuid(as_uuid=False)
_COVER: Final = (
    update(posts)
    .where(posts.c.debate_key == bindparam("in_debate"), posts.c.number == bindparam("at_number"))
    .values(shown_from=bindparam("from_revision"))
)


class SqlCaseLines:
    """What the bulk port knows of cases, on one connection."""

    _connection: Connection

    def known_ids(self, section: Section, uids: Collection[str]) -> set[str]:
        """Which of these ids are taken by something held, a case, a report or a decision of any debate."""
        uid = type_coerce(CASE_TABLES[section].c.uid, _WRITTEN_UID)
        return set(self._connection.scalars(select(uid).where(uid.in_(list(uids)))))

    def cases_of(self, debate_key: int, uids: Collection[str]) -> dict[str, CaseTarget]:
        """The cases of the debate with these ids."""
        uid = type_coerce(cases.c.uid, _WRITTEN_UID)
        wanted = select(uid.label("uid"), cases.c.key, cases.c.number).where(
            cases.c.debate_key == debate_key, uid.in_(list(uids))
        )
        return {row.uid: CaseTarget(row.key, row.number) for row in self._connection.execute(wanted)}

    def held_keys(self, debate_key: int, uids: Collection[str]) -> dict[str, int]:
        """The keys of what was held in the debate with these ids."""
        uid = type_coerce(held_posts.c.uid, _WRITTEN_UID)
        wanted = select(uid.label("uid"), held_posts.c.key).where(
            held_posts.c.debate_key == debate_key, uid.in_(list(uids))
        )
        return {row.uid: row.key for row in self._connection.execute(wanted)}

    def with_open_case(self, debate_key: int, numbers: Collection[int]) -> set[int]:
        """Which of the posts with these numbers have an open case."""
        is_open = cases.c.state == CaseState.OPEN.value
        wanted = select(cases.c.number).where(
            cases.c.debate_key == debate_key, is_open, cases.c.number.in_(list(numbers))
        )
        return set(self._connection.scalars(wanted))

    def _finish_cases(self, debate_key: int) -> None:
        """Count the reports of each case, note their grounds, and hide what the journal says was masked."""
        of_case = reports.c.case_key == cases.c.key
        made = select(func.count()).where(of_case).scalar_subquery()
        bits = sum(
            func.max(case((reports.c.ground == ground, bit), else_=0)) for ground, bit in GROUND_BITS.items()
        )
        grounds = select(func.coalesce(bits, 0)).where(of_case).scalar_subquery()
        self._connection.execute(
            update(cases).where(cases.c.debate_key == debate_key).values(reports=made, grounds=grounds)
        )
        masked_later = and_(
            journal_entries.c.debate_key == revisions.c.debate_key,
            journal_entries.c.number == revisions.c.number,
            journal_entries.c.kind == EntryKind.POST_MASKED.value,
            # A revision whose name was erased has the digest of an entry after the mask.
            journal_entries.c.at > revisions.c.created_at,
        )
        masked = (
            select(revisions.c.number, (func.max(revisions.c.revision) + 1).label("shown_from"))
            .join_from(revisions, journal_entries, masked_later)
            .where(revisions.c.debate_key == debate_key)
            .group_by(revisions.c.number)
            .subquery()
        )
        self._connection.execute(
            update(posts)
            .where(
                posts.c.debate_key == debate_key,
                posts.c.number == masked.c.number,
                posts.c.shown_from < masked.c.shown_from,
            )
            .values(shown_from=masked.c.shown_from)
        )

    def _take_masks(self, debate_key: int, records: Sequence[Record]) -> None:
        """Take `hidden` from revisions, in their order: their posts are shown from the next one on."""
        hidden = {record["number"]: record["revision"] for record in records if record.pop("hidden")}
        covered = [
            {"in_debate": debate_key, "at_number": number, "from_revision": revision + 1}
            for number, revision in hidden.items()
        ]
        if covered:
            self._connection.execute(_COVER, covered)
