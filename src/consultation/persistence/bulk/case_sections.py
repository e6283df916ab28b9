"""The selects of the sections of moderation in an archive: who reported, worked or decided is in none."""

from typing import Any

from sqlalchemy import Select, select

from consultation.persistence.bulk.expressions import TextColumns
from consultation.persistence.tables import appeals, cases, decisions, held_posts, people, reports


def held_columns(text: TextColumns, debate_key: int) -> Select[Any]:
    """What was held, in columns."""
    own = ("kind", "contribution", "side", "revises")
    texts = ("author_name", "capacity", "theme", "title", "body", "link", "language")
    return (
        select(
            text.uid(held_posts.c.uid).label("id"),
            *(held_posts.c[name] for name in own),
            text.participant().label("author"),
            *(held_posts.c[name] for name in texts),
            text.instant(held_posts.c.arrived_at).label("arrived_at"),
            held_posts.c.kept,
            held_posts.c.sequence,
            text.octets(held_posts.c.salt).label("salt"),
            text.instant(held_posts.c.state_at).label("state_at"),
            held_posts.c.state_sequence,
            text.octets(held_posts.c.state_salt).label("state_salt"),
        )
        .outerjoin(people, people.c.key == held_posts.c.author_key)
        .where(held_posts.c.debate_key == debate_key)
        .order_by(held_posts.c.uid)
    )


def case_columns(text: TextColumns, debate_key: int) -> Select[Any]:
    """Cases, in columns. A claim is not among them: it is of somebody with an account here."""
    return (
        select(
            text.uid(cases.c.uid).label("id"),
            cases.c.number,
            cases.c.state,
            text.instant(cases.c.opened_at).label("opened_at"),
            cases.c.measure,
            text.instant(cases.c.decided_at).label("decided_at"),
            text.instant(cases.c.appeal_until).label("appeal_until"),
            text.instant(cases.c.appealed_at).label("appealed_at"),
            text.instant(cases.c.closed_at).label("closed_at"),
        )
        .where(cases.c.debate_key == debate_key)
        .order_by(cases.c.uid)
    )


def report_columns(text: TextColumns, debate_key: int) -> Select[Any]:
    """Reports, in columns."""
    return (
        select(
            text.uid(reports.c.uid).label("id"),
            text.uid(cases.c.uid).label("case"),
            reports.c.ground,
            reports.c.text,
            text.instant(reports.c.created_at).label("created_at"),
            reports.c.sequence,
            text.octets(reports.c.salt).label("salt"),
        )
        .join(cases, cases.c.key == reports.c.case_key)
        .where(reports.c.debate_key == debate_key)
        .order_by(reports.c.uid)
    )


def decision_columns(text: TextColumns, debate_key: int) -> Select[Any]:
    """Decisions with their statements of reasons, in columns."""
    return (
        select(
            text.uid(decisions.c.uid).label("id"),
            text.uid(cases.c.uid).label("case"),
            decisions.c.instance,
            decisions.c.measure,
            text.instant(decisions.c.decided_at).label("decided_at"),
            decisions.c.ground,
            decisions.c.reference,
            decisions.c.facts,
            decisions.c.explanation,
            text.instant(decisions.c.until).label("until"),
            decisions.c.detected_automatically,
            decisions.c.decided_automatically,
            decisions.c.note,
            decisions.c.sequence,
            text.octets(decisions.c.salt).label("salt"),
        )
        .join(cases, cases.c.key == decisions.c.case_key)
        .where(decisions.c.debate_key == debate_key)
        .order_by(decisions.c.uid)
    )


def appeal_columns(text: TextColumns, debate_key: int) -> Select[Any]:
    """Answers of authors, in columns."""
    return (
        select(
            text.uid(cases.c.uid).label("case"),
            appeals.c.text,
            text.instant(appeals.c.created_at).label("created_at"),
            appeals.c.sequence,
            text.octets(appeals.c.salt).label("salt"),
        )
        .join(cases, cases.c.key == appeals.c.case_key)
        .where(cases.c.debate_key == debate_key)
        .order_by(cases.c.uid)
    )
