"""What `doctor` reads, in one consistent view."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, func, or_, select, union_all

from consultation.application.doctor.findings import INTEGRITY, Fault, Finding
from consultation.application.doctor.ports import (
    ACT_KINDS,
    CREATION_KINDS,
    Examination,
    Examined,
    ExaminedAct,
    ExaminedAppeal,
    ExaminedCase,
    ExaminedCount,
    ExaminedDecision,
    ExaminedHeldPost,
    ExaminedLogo,
    ExaminedPost,
    ExaminedReport,
    ExaminedRevision,
    ExaminedVote,
    StoredEntry,
)
from consultation.application.ports import Unlinked
from consultation.domain.participation_codes import CodeState
from consultation.domain.posts import PostKind
from consultation.domain.voting import Vote, VoteValue
from consultation.persistence.bulk import moderation
from consultation.persistence.bulk.cases import cases_of, logos_of
from consultation.persistence.bulk.counting import (
    DEBATE_COUNTERS,
    POST_COUNTERS,
    debate_counters,
    tallies,
)
from consultation.persistence.bulk.holding import (
    BATCH,
    ENTRY,
    STATE_ENTRY,
    earlier_post,
    held_columns,
    held_of,
    names,
    state_held_of,
)
from consultation.persistence.bulk.patience import unhurried
from consultation.persistence.engine import Database
from consultation.persistence.repositories.erasing import unlinked_of
from consultation.persistence.repositories.posts import post_of, shuffle_of
from consultation.persistence.tables import (
    code_redemptions,
    debate_acts,
    debates,
    journal_entries,
    participation_codes,
    posts,
    revisions,
    unlinked_votes,
    votes,
)
from consultation.persistence.types import AnyRow


class SqlExamination(Examination):
    """The examination port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        unhurried(connection)

    def _stream(self, statement: Select[Any]) -> Iterator[AnyRow]:
        return iter(self._connection.execute(statement, execution_options={"yield_per": BATCH}))

    def structure(self) -> Iterator[Finding]:
        """SQLite's own checks. PostgreSQL keeps its references by itself."""
        if self._connection.dialect.name != "sqlite":
            return
        for (message,) in self._connection.exec_driver_sql("PRAGMA integrity_check"):
            if message != "ok":
                yield Finding(fault=Fault.STRUCTURE, field=INTEGRITY, stored=message, recomputed="ok")
        for table, row, parent, _ in self._connection.exec_driver_sql("PRAGMA foreign_key_check"):
            place = table if row is None else f"{table}, row {row}"
            yield Finding(fault=Fault.STRUCTURE, field="foreign key", stored=place, recomputed=parent)

    def logos(self) -> Iterator[ExaminedLogo]:
        """The logos of all organisations, and files of which no organisation knows."""
        return logos_of(self._connection)

    def debates(self, uid: UUID | None) -> list[Examined]:
        """One debate, or all."""
        statement = select(debates).order_by(debates.c.key)
        if uid is not None:
            statement = statement.where(debates.c.uid == uid)
        return [
            Examined(
                key=row.key,
                uid=row.uid,
                sparse=row.source is not None,
                language=row.language,
                title=row.title,
                description=row.description,
                search_terms=row.search_terms,
                last_number=row.last_number,
                journal_length=row.journal_length,
                last_act_at=row.last_act_at,
                counters={name: getattr(row, name) for name in DEBATE_COUNTERS},
                participation=row.participation,
            )
            for row in self._connection.execute(statement)
        ]

    def counters(self, debate: Examined) -> Mapping[str, int]:
        """The debate's counters, counted anew."""
        return self._connection.execute(debate_counters(debate.key)).one()._asdict()

    def redemptions(self, debate: Examined) -> tuple[int, int]:
        """People who redeemed a participation code of the debate, and codes that were used."""
        people = select(func.count()).where(code_redemptions.c.debate_key == debate.key)
        codes = select(func.count()).where(
            participation_codes.c.debate_key == debate.key,
            participation_codes.c.state.in_([CodeState.USED.value, CodeState.SPENT.value]),
        )
        found = self._connection.execute(select(people.scalar_subquery(), codes.scalar_subquery())).one()
        return found[0], found[1]

    def tallies(self, debate: Examined) -> Iterator[tuple[int, str, int, int]]:
        """Counters of posts that are wrong: number, name, stored, counted anew."""
        true = tallies(debate.key)
        counted = {name: func.coalesce(true.c[name], 0) for name in POST_COUNTERS}
        statement = (
            select(
                posts.c.number,
                *(posts.c[name].label(f"stored_{name}") for name in POST_COUNTERS),
                *(counted[name].label(f"counted_{name}") for name in POST_COUNTERS),
            )
            .outerjoin_from(posts, true, true.c.number == posts.c.number)
            .where(
                posts.c.debate_key == debate.key,
                or_(*(posts.c[name] != counted[name] for name in POST_COUNTERS)),
            )
            .order_by(posts.c.number)
        )
        for row in self._stream(statement):
            for name in POST_COUNTERS:
                stored, recounted = getattr(row, f"stored_{name}"), getattr(row, f"counted_{name}")
                if stored != recounted:
                    yield row.number, name, stored, int(recounted)

    def entries(self, debate: Examined) -> Iterator[StoredEntry]:
        """The journal in order."""
        statement = (
            select(journal_entries)
            .where(journal_entries.c.debate_key == debate.key)
            .order_by(journal_entries.c.sequence)
        )
        return map(_entry, self._stream(statement))

    def posts(self, debate: Examined) -> Iterator[ExaminedPost]:
        """All posts in the order of their numbers."""
        earlier = (
            select(func.count())
            .where(revisions.c.debate_key == posts.c.debate_key, revisions.c.number == posts.c.number)
            .scalar_subquery()
        )
        statement = (
            select(
                posts,
                *held_columns(ENTRY),
                *held_columns(STATE_ENTRY, "state_entry"),
                earlier.label("earlier"),
            )
            .outerjoin(ENTRY, names(ENTRY, posts))
            .outerjoin(STATE_ENTRY, names(STATE_ENTRY, posts, "state_sequence"))
            .where(posts.c.debate_key == debate.key)
            .order_by(posts.c.number)
        )
        for row in self._stream(statement):
            yield ExaminedPost(
                post=post_of(row),
                search_terms=row.search_terms,
                shuffle_is_right=row.shuffle == shuffle_of(row.number),
                earlier=row.earlier,
                text=held_of(row),
                state=state_held_of(row),
            )

    def revisions(self, debate: Examined) -> Iterator[ExaminedRevision]:
        """All earlier revisions."""
        statement = (
            select(
                posts.c.kind,
                posts.c.contribution,
                posts.c.side,
                posts.c.language,
                posts.c.created_at.label("posted_at"),
                posts.c.revision.label("present"),
                revisions,
                *held_columns(ENTRY),
            )
            .select_from(revisions)
            .join(
                posts,
                and_(posts.c.debate_key == revisions.c.debate_key, posts.c.number == revisions.c.number),
            )
            .outerjoin(ENTRY, names(ENTRY, revisions))
            .where(revisions.c.debate_key == debate.key)
            .order_by(revisions.c.number, revisions.c.revision)
        )
        for row in self._stream(statement):
            yield ExaminedRevision(earlier_post(row), row.present, held_of(row))

    def votes(self, debate: Examined) -> Iterator[ExaminedVote]:
        """All standing votes."""
        statement = (
            select(
                votes.c.number,
                votes.c.value,
                votes.c.revision,
                votes.c.cast_at,
                votes.c.sequence,
                votes.c.salt,
                posts.c.kind,
                posts.c.revision.label("present"),
                *held_columns(ENTRY),
            )
            .select_from(votes)
            .join(posts, and_(posts.c.debate_key == votes.c.debate_key, posts.c.number == votes.c.number))
            .outerjoin(ENTRY, names(ENTRY, votes))
            .where(votes.c.debate_key == debate.key)
            .order_by(votes.c.number)
        )
        for row in self._stream(statement):
            vote = Vote(VoteValue(row.value), row.revision)
            yield ExaminedVote(row.number, PostKind(row.kind), row.present, vote, row.cast_at, held_of(row))

    def unlinked(self, debate: Examined) -> Unlinked:
        """All counts of votes of erased people together."""
        return unlinked_of(self._connection, debate.key)

    def counts(self, debate: Examined) -> Iterator[ExaminedCount]:
        """The counts of votes of erased people."""
        statement = (
            select(
                unlinked_votes.c.number,
                unlinked_votes.c.value,
                unlinked_votes.c.revision,
                posts.c.kind,
                posts.c.revision.label("present"),
            )
            .join_from(
                unlinked_votes,
                posts,
                and_(
                    posts.c.debate_key == unlinked_votes.c.debate_key,
                    posts.c.number == unlinked_votes.c.number,
                ),
            )
            .where(unlinked_votes.c.debate_key == debate.key)
            .order_by(unlinked_votes.c.number, unlinked_votes.c.value, unlinked_votes.c.revision)
        )
        for row in self._stream(statement):
            vote = Vote(VoteValue(row.value), row.revision)
            yield ExaminedCount(row.number, PostKind(row.kind), row.present, vote)

    def acts(self, debate: Examined) -> Iterator[ExaminedAct]:
        """All acts on the debate."""
        statement = (
            select(debate_acts, ENTRY.c.at.label("entry_at"), *held_columns(ENTRY))
            .outerjoin(ENTRY, names(ENTRY, debate_acts))
            .where(debate_acts.c.debate_key == debate.key)
            .order_by(debate_acts.c.sequence)
        )
        for row in self._stream(statement):
            yield ExaminedAct(row.kind, row.number, row.at, row.entry_at, row.content, held_of(row))

    def reports(self, debate: Examined) -> Iterator[ExaminedReport]:
        """All reports."""
        return moderation.reports_of(self._connection, debate)

    def decisions(self, debate: Examined) -> Iterator[ExaminedDecision]:
        """All moderation decisions."""
        return moderation.decisions_of(self._connection, debate)

    def cases(self, debate: Examined) -> Iterator[ExaminedCase]:
        """All cases with what they tell of."""
        return cases_of(self._connection, debate)

    def held_posts(self, debate: Examined) -> Iterator[ExaminedHeldPost]:
        """Everything that was held."""
        return moderation.held_posts_of(self._connection, debate)

    def appeals(self, debate: Examined) -> Iterator[ExaminedAppeal]:
        """All answers to decisions."""
        return moderation.appeals_of(self._connection, debate)

    def entries_without_state(self, debate: Examined) -> Iterator[StoredEntry]:
        """Entries without what they made: a post, an act, a report, a decision, an appeal."""
        of_debate = select(ENTRY).where(ENTRY.c.debate_key == debate.key)
        has_post = and_(posts.c.debate_key == ENTRY.c.debate_key, posts.c.number == ENTRY.c.number)
        has_act = names(ENTRY, debate_acts)
        lost = union_all(
            of_debate.where(
                ENTRY.c.kind.in_(CREATION_KINDS), ~select(posts.c.number).where(has_post).exists()
            ),
            of_debate.where(ENTRY.c.kind.in_(ACT_KINDS), ~select(debate_acts.c.kind).where(has_act).exists()),
            *moderation.entries_without_row(debate.key),
        ).subquery()
        return map(_entry, self._stream(select(lost).order_by(lost.c.sequence)))


def _entry(row: AnyRow) -> StoredEntry:
    return StoredEntry(row.sequence, row.at, row.kind, row.number, row.digest, row.leaf_hash)


@contextmanager
def examination_of(database: Database) -> Iterator[SqlExamination]:
    """An examination of everything as it stands now."""
    with database.reading() as connection:
        yield SqlExamination(connection)
