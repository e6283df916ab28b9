"""What `doctor` reads of moderation."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, func, null, or_, select
from sqlalchemy import case as case_

from consultation.application.doctor.held import BY_DECISION
from consultation.application.doctor.ports import (
    Examined,
    ExaminedAppeal,
    ExaminedDecision,
    ExaminedHeldPost,
    ExaminedReport,
)
from consultation.domain.journal import EntryKind
from consultation.domain.moderation import REVISING, CaseState, Ground, Instance, Measure, Reasons, Ruling
from consultation.domain.posts import Post, PostHead, PostState
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
from consultation.persistence.repositories.heads import head_of
from consultation.persistence.repositories.held import held_of as held_post_of
from consultation.persistence.repositories.posts import post_of
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
from consultation.persistence.types import AnyRow


def _stream(connection: Connection, statement: "Select[*tuple[object, ...]]") -> Iterator[AnyRow]:
    return iter(connection.execute(statement, execution_options={"yield_per": BATCH}))


_CLOSED: Final = cases.c.state.in_([CaseState.DECIDED.value, CaseState.FINAL.value])


def _emptied(*texts: ColumnElement[str]) -> ColumnElement[bool]:
    """Has what was written gone, with the text that it was about or with the file of a closed case?"""
    erased = posts.c.state == PostState.ERASED.value
    return or_(erased, and_(_CLOSED, *(text == "" for text in texts))).label("emptied")


def _is_post(table: FromClause) -> ColumnElement[bool]:
    return and_(posts.c.debate_key == table.c.debate_key, posts.c.number == table.c.number)


# What was held has no number in its case before it is published, nor have the entries about that.
_NUMBER: Final = case_((cases.c.held_key.is_(None), cases.c.number), else_=null()).label("number")
_PUBLISHED: Final = decisions.c.measure == Measure.PUBLISH.value
_LATER: Final = journal_entries.alias("later")
# What a decision made of a text was under a name; without it, the digest is that of a later entry.
_UNSIGNED: Final = (
    exists()
    .where(
        _LATER.c.debate_key == decisions.c.debate_key,
        _LATER.c.kind == EntryKind.POST_UNSIGNED.value,
        _LATER.c.number == cases.c.number,
        _LATER.c.sequence > decisions.c.sequence,
    )
    .label("unsigned")
)


def held_posts_of(connection: Connection, debate: Examined) -> Iterator[ExaminedHeldPost]:
    """Everything that was held in a debate."""
    statement = (
        select(
            held_posts,
            cases.c.measure,
            cases.c.number,
            *held_columns(ENTRY),
            *held_columns(STATE_ENTRY, "state_entry"),
        )
        .join(cases, cases.c.held_key == held_posts.c.key)
        .outerjoin(ENTRY, names(ENTRY, held_posts))
        .outerjoin(STATE_ENTRY, names(STATE_ENTRY, held_posts, "state_sequence"))
        .where(held_posts.c.debate_key == debate.key)
        .order_by(held_posts.c.key)
    )
    for row in _stream(connection, statement):
        yield ExaminedHeldPost(
            post=held_post_of(row),
            search_terms=row.search_terms,
            measure=None if row.measure is None else Measure(row.measure),
            number=row.number,
            held=held_of(row),
            state=state_held_of(row),
            state_at=row.state_at,
        )


def reports_of(connection: Connection, debate: Examined) -> Iterator[ExaminedReport]:
    """All reports of a debate."""
    statement = (
        select(reports, _emptied(reports.c.text), *held_columns(ENTRY))
        .join(cases, cases.c.key == reports.c.case_key)
        .join(posts, _is_post(reports))
        .outerjoin(ENTRY, names(ENTRY, reports))
        .where(reports.c.debate_key == debate.key)
        .order_by(reports.c.key)
    )
    for row in _stream(connection, statement):
        yield ExaminedReport(row.number, row.ground, row.text, row.emptied, held_of(row))


def appeals_of(connection: Connection, debate: Examined) -> Iterator[ExaminedAppeal]:
    """All answers to decisions on posts of a debate."""
    statement = (
        select(appeals, _NUMBER, _emptied(appeals.c.text), *held_columns(ENTRY))
        .join(cases, cases.c.key == appeals.c.case_key)
        .outerjoin(posts, _is_post(cases))
        .outerjoin(held_posts, held_posts.c.key == cases.c.held_key)
        .outerjoin(
            ENTRY,
            and_(ENTRY.c.debate_key == cases.c.debate_key, ENTRY.c.sequence == appeals.c.sequence),
        )
        .where(cases.c.debate_key == debate.key)
        .order_by(appeals.c.case_key)
    )
    for row in _stream(connection, statement):
        yield ExaminedAppeal(row.number, row.text, row.emptied, held_of(row))


def decisions_of(connection: Connection, debate: Examined) -> Iterator[ExaminedDecision]:
    """All decisions on posts of a debate, with the revisions and states that they made."""
    statement = (
        select(
            decisions,
            case_((_PUBLISHED, cases.c.number), else_=_NUMBER).label("number"),
            _emptied(decisions.c.facts, decisions.c.explanation, decisions.c.note),
            _UNSIGNED,
            *held_columns(ENTRY),
        )
        .join(cases, cases.c.key == decisions.c.case_key)
        .outerjoin(posts, _is_post(cases))
        .outerjoin(held_posts, held_posts.c.key == cases.c.held_key)
        .outerjoin(ENTRY, names(ENTRY, decisions))
        .where(decisions.c.debate_key == debate.key)
        .order_by(decisions.c.key)
    )
    for row in list(_stream(connection, statement)):
        measure = Measure(row.measure)
        made = _made(connection, row) if measure in REVISING else None
        yield ExaminedDecision(
            number=row.number,
            instance=Instance(row.instance),
            ruling=Ruling(measure=measure, reasons=reasons_of(row)),
            at=row.decided_at,
            post=made,
            state=_state(connection, row),
            uncovered=0 if made is None or measure is not Measure.MASK else _uncovered(connection, row, made),
            emptied=row.emptied or (row.unsigned and made is not None),
            held=held_of(row),
        )


def reasons_of(row: AnyRow) -> Reasons:
    """The statement of reasons of a row of the decisions table."""
    return Reasons(
        ground=Ground(row.ground),
        reference=row.reference,
        facts=row.facts,
        explanation=row.explanation,
        until=row.until,
        detected_automatically=row.detected_automatically,
        decided_automatically=row.decided_automatically,
    )


def _of_entry(table: FromClause, row: AnyRow, name: str = "sequence") -> ColumnElement[bool]:
    return and_(
        table.c.debate_key == row.debate_key, table.c.number == row.number, table.c[name] == row.sequence
    )


def _of_decision(table: FromClause, row: AnyRow, made_at: str) -> ColumnElement[bool]:
    """Is this the revision that the decision made? An unsigned one has only the instant in common."""
    if not row.unsigned:
        return _of_entry(table, row)
    of_post = and_(table.c.debate_key == row.debate_key, table.c.number == row.number)
    return and_(of_post, table.c[made_at] == row.decided_at)


def _made(connection: Connection, row: AnyRow) -> Post | None:
    present = connection.execute(select(posts).where(_of_decision(posts, row, "revised_at"))).one_or_none()
    if present is not None:
        return post_of(present)
    statement = (
        select(
            posts.c.kind,
            posts.c.contribution,
            posts.c.side,
            posts.c.language,
            posts.c.created_at.label("posted_at"),
            revisions,
        )
        .join(posts, and_(posts.c.debate_key == revisions.c.debate_key, posts.c.number == revisions.c.number))
        .where(_of_decision(revisions, row, "created_at"))
    )
    earlier = connection.execute(statement).one_or_none()
    return None if earlier is None else earlier_post(earlier)


def _uncovered(connection: Connection, row: AnyRow, made: Post) -> int:
    """How many revisions with the masked passage are shown."""
    before = (
        select(func.count())
        .join_from(revisions, posts, _is_post(revisions))
        .where(
            revisions.c.debate_key == row.debate_key,
            revisions.c.number == row.number,
            revisions.c.revision < made.revision,
            revisions.c.revision >= posts.c.shown_from,
        )
    )
    return connection.execute(before).scalar_one()


def _state(connection: Connection, row: AnyRow) -> PostHead | None:
    found = connection.execute(select(posts).where(_of_entry(posts, row, "state_sequence"))).one_or_none()
    return None if found is None else head_of(found)


def entries_without_row(debate_key: int) -> list[Select[*tuple[object, ...]]]:
    """Entries of the journal that tell of a report, a decision or an appeal that is not there."""
    of_debate = select(ENTRY).where(ENTRY.c.debate_key == debate_key)
    of_appeal = select(appeals.c.case_key).join(cases, cases.c.key == appeals.c.case_key)
    held: dict[frozenset[EntryKind], Select[*tuple[object, ...]]] = {
        frozenset({EntryKind.POST_REPORTED}): select(reports.c.key).where(names(ENTRY, reports)),
        BY_DECISION: select(decisions.c.key).where(names(ENTRY, decisions)),
        frozenset({EntryKind.POST_HELD}): select(held_posts.c.key).where(names(ENTRY, held_posts)),
        frozenset({EntryKind.HELD_WITHDRAWN, EntryKind.HELD_ERASED}): select(held_posts.c.key).where(
            names(ENTRY, held_posts, "state_sequence")
        ),
        frozenset({EntryKind.APPEAL_LODGED}): of_appeal.where(
            cases.c.debate_key == ENTRY.c.debate_key, appeals.c.sequence == ENTRY.c.sequence
        ),
    }
    return [of_debate.where(ENTRY.c.kind.in_(kinds), ~row.exists()) for kinds, row in held.items()]
