"""A person's notices and follows, and what they want of mail."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, select

from consultation.application.notices.appealing import Author
from consultation.application.readers import Document, Page, Window
from consultation.domain.moderation import Measure
from consultation.domain.notices import OWED, MailSettings
from consultation.domain.wording import worded
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import Order, cut
from consultation.persistence.repositories.notices import POST_IS_HIDDEN, settings_of
from consultation.persistence.tables import (
    cases,
    debates,
    decisions,
    follows,
    held_posts,
    notices,
    organisations,
    people,
    posts,
)
from consultation.persistence.types import AnyRow

_NOTICES: Final = (
    select(
        *(notices.c[name] for name in ("uid", "kind", "number", "created_at", "read_at")),
        debates.c.uid.label("debate_uid"),
        debates.c.slug.label("debate_slug"),
        debates.c.title.label("debate_title"),
        debates.c.time_zone,
        organisations.c.slug.label("owner"),
        organisations.c.reasons.label("owner_reasons"),
        organisations.c.locale.label("owner_language"),
        cases.c.uid.label("case_uid"),
        cases.c.appeal_until,
        decisions.c.uid.label("statement_uid"),
        *(decisions.c[name] for name in ("instance", "measure", "decided_at", "ground", "reference")),
        *(decisions.c[name] for name in ("facts", "explanation", "until")),
        *(decisions.c.detected_automatically, decisions.c.decided_automatically),
        POST_IS_HIDDEN.label("is_hidden"),
    )
    .select_from(notices)
    .join(debates, debates.c.key == notices.c.debate_key)
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .outerjoin(
        decisions,
        and_(decisions.c.debate_key == notices.c.debate_key, decisions.c.sequence == notices.c.sequence),
    )
    .outerjoin(cases, cases.c.key == decisions.c.case_key)
)
_NEWEST: Final = Order((notices.c.uid,), descending=True)
_FOLLOWS: Final = (
    select(
        *(follows.c[name] for name in ("uid", "theme", "number", "created_at")),
        debates.c.uid.label("debate_uid"),
        debates.c.slug.label("debate_slug"),
        debates.c.title.label("debate_title"),
        organisations.c.slug.label("owner"),
    )
    .join(debates, debates.c.key == follows.c.debate_key)
    .join(organisations, organisations.c.key == debates.c.organisation_key)
)
_NEWEST_FOLLOW: Final = Order((follows.c.uid,), descending=True)


_AUTHOR_OF_CASE: Final = (
    select(people.c.key, people.c.locale)
    .select_from(cases)
    .outerjoin(posts, and_(posts.c.debate_key == cases.c.debate_key, posts.c.number == cases.c.number))
    .outerjoin(held_posts, held_posts.c.key == cases.c.held_key)
    .join(people, people.c.key == func.coalesce(posts.c.author_key, held_posts.c.author_key))
)


class NoticeReads(Reads):
    """Reads on behalf of one person."""

    def notifications(self, person_key: int, window: Window, *, unread: bool) -> Page:
        """A person's notices, the newest first, all or the unread ones."""
        statement = _NEWEST.page(_NOTICES.where(notices.c.person_key == person_key), window)
        if unread:
            statement = statement.where(notices.c.read_at.is_(None))
        rows, more = cut(self._connection.execute(statement).all(), window)
        items = [self._notification(row) for row in rows]
        return Page(items, (rows[-1].uid,) if more else None)

    def _notification(self, row: AnyRow) -> Document:
        page = self._links.debate(row.owner, row.debate_slug)
        is_owed = row.kind in OWED
        return {
            "id": row.uid,
            "kind": row.kind,
            "debate": row.debate_uid,
            "debate_title": row.debate_title,
            "time_zone": row.time_zone,
            "number": row.number,
            "url": page if row.number is None else self._links.post(page, row.number),
            "created_at": row.created_at,
            "read_at": row.read_at,
            "measure": row.measure,
            "still_hidden": row.measure == Measure.RESTORE.value and bool(row.is_hidden),
            "reason": row.ground,
            **worded(row.owner_reasons, row.owner_language, row.ground),
            "statement": _statement(row) if is_owed and row.statement_uid is not None else None,
            "case": row.case_uid if is_owed else None,
            "appeal_until": row.appeal_until if is_owed else None,
        }

    def author_of_case(self, case: UUID) -> Author | None:
        """Whose text a case is about; None for one that is nobody's any more, or not there."""
        row = self._connection.execute(_AUTHOR_OF_CASE.where(cases.c.uid == case)).one_or_none()
        return None if row is None else Author(row.key, row.locale)

    def mail_settings(self, person_key: int) -> MailSettings:
        """What a person wants of mail, and whether any gets through."""
        return settings_of(self._connection, person_key)

    def follows(self, person_key: int, window: Window) -> Page:
        """What a person follows, what was chosen last first."""
        statement = _NEWEST_FOLLOW.page(_FOLLOWS.where(follows.c.person_key == person_key), window)
        rows, more = cut(self._connection.execute(statement).all(), window)
        return Page([self._follow(row) for row in rows], (rows[-1].uid,) if more else None)

    def _follow(self, row: Any) -> Document:  # noqa: ANN401 - a row of _FOLLOWS
        page = self._links.debate(row.owner, row.debate_slug)
        return {
            "debate": row.debate_uid,
            "debate_title": row.debate_title,
            "theme": row.theme or None,
            "contribution": row.number or None,
            "since": row.created_at,
            "url": self._links.post(page, row.number) if row.number else page,
        }


def _statement(row: AnyRow) -> Document:
    return {
        "id": row.statement_uid,
        "instance": row.instance,
        "measure": row.measure,
        "decided_at": row.decided_at,
        "reason": row.ground,
        **worded(row.owner_reasons, row.owner_language, row.ground),
        "reference": row.reference,
        "facts": row.facts,
        "explanation": row.explanation,
        "until": row.until,
        "detected_automatically": row.detected_automatically,
        "decided_automatically": row.decided_automatically,
    }
