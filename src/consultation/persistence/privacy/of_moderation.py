"""The personal data of moderation."""

from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select

from consultation.persistence.privacy.holding import TASK, Holding, Treatment
from consultation.persistence.tables import (
    appeals,
    cases,
    decisions,
    held_posts,
    notice_contacts,
    people,
    posts,
    reports,
)

FILES: Final = "`CONSULTATION_RETENTION_MODERATION_MONTHS` after the last word on the case"


def _about_own_posts(person_key: int) -> ColumnElement[bool]:
    """Decisions on the person's posts."""
    own = (
        select(cases.c.key)
        .join(posts, and_(posts.c.debate_key == cases.c.debate_key, posts.c.number == cases.c.number))
        .where(posts.c.author_key == person_key)
    )
    return or_(decisions.c.case_key.in_(own), _about_own_held(person_key))


def _about_own_held(person_key: int) -> ColumnElement[bool]:
    """Decisions on what the person sent and what was held."""
    own = (
        select(cases.c.key)
        .join(held_posts, held_posts.c.key == cases.c.held_key)
        .where(held_posts.c.author_key == person_key)
    )
    return decisions.c.case_key.in_(own)


def _own_address(person_key: int) -> ColumnElement[bool]:
    """Notices that name the person's address."""
    address = select(people.c.email).where(people.c.key == person_key).scalar_subquery()
    return notice_contacts.c.email == address


MODERATION: Final = (
    Holding(
        table=reports,
        whose="person_key",
        shown=("number", "ground", "text", "created_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The report stays, and goes with the text of the post that it is about; who made it goes.",
        purpose="hearing of posts that break the law or the charter",
        basis=TASK,
        retention=FILES,
        recipients="the organisation's moderators: the text, and not by whom",
    ),
    Holding(
        table=appeals,
        whose="person_key",
        shown=("text", "created_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The answer stays in the case, and goes with the text that it is about; who wrote it goes.",
        purpose="letting an author answer a decision",
        basis=TASK,
        retention=FILES,
        recipients="the organisation's moderators",
    ),
    Holding(
        table=held_posts,
        whose="author_key",
        shown=(
            *("kind", "contribution", "side", "revises", "author_name", "capacity", "theme", "title"),
            *("body", "link", "language", "arrived_at", "kept"),
        ),
        withheld={"author_key": "internal; the archive is that person's"},
        treatment=Treatment.WRITTEN,
        erasure="Text, name and salt go in either mode: nobody reads what was not published, and what was "
        "stands among the posts. That something was held, and what was decided, stays; reasons go.",
        purpose="having a moderator read what arrives before it is published",
        basis=TASK,
        retention=FILES,
        recipients="the organisation's moderators",
    ),
    Holding(
        table=cases,
        part="claimed",
        whose="claimed_by",
        shown=("number", "claimed_at"),
        withheld={"claimed_by": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The case stays; who worked on it goes.",
        purpose="knowing who works on a case",
        basis=TASK,
        retention=FILES,
        recipients="the organisation's moderators",
    ),
    Holding(
        table=cases,
        part="decided",
        whose="decided_by",
        shown=("number", "decided_at"),
        withheld={"decided_by": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The case stays; who decided it first goes.",
        purpose="having an appeal decided by somebody else",
        basis=TASK,
        retention=FILES,
        recipients="the organisation's moderators",
    ),
    Holding(
        table=decisions,
        whose="decided_by",
        shown=(
            *("instance", "measure", "decided_at", "ground", "reference", "facts", "explanation", "until"),
            "note",
        ),
        withheld={"decided_by": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The decision and its reasons stay; who decided goes.",
        purpose="accounting for decisions, and giving reasons for them",
        basis=TASK,
        retention=FILES,
        recipients="the author of the post: the reasons; the organisation's moderators: all of it",
    ),
    Holding(
        table=decisions,
        part="about",
        whose=_about_own_posts,
        shown=(
            *("instance", "measure", "decided_at", "ground", "reference", "facts", "explanation", "until"),
            *("detected_automatically", "decided_automatically"),
        ),
        treatment=Treatment.WRITTEN,
        erasure="What was decided on the person's posts stays. Facts, explanation and note stay with the "
        "texts (`unsigned`) or go with them (`erase`). Salts of what covers the name or a text that is gone "
        "go in either mode.",
        purpose="giving authors the reasons for what was done to their posts",
        basis=TASK,
        retention=FILES,
        recipients="the organisation's moderators",
    ),
    Holding(
        table=notice_contacts,
        whose=_own_address,
        shown=("email", "locale", "created_at"),
        purpose="answering a notice of illegal content that came without an account",
        basis="legal duty (article 6(1)(c); Regulation (EU) 2022/2065, article 16)",
        retention="seven days after the last word on the case",
    ),
)
"""In the order of the archive."""
