"""Notices, and what people want of mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from consultation.application.ports import (
    AboutDebate,
    AboutDecision,
    Audience,
    NewNotice,
    PendingNotice,
    Recipient,
)
from consultation.domain.moderation import CaseState, Ground, Instance, Measure, Reasons
from consultation.domain.notices import Frequency, MailOff, MailSettings, NoticeKind, OffReason
from consultation.domain.period import Period
from consultation.domain.posts import PostState
from consultation.persistence.tables import (
    cases,
    debates,
    decisions,
    held_posts,
    mail_settings,
    notice_contacts,
    notices,
    organisations,
    people,
    posts,
    reports,
)
from consultation.persistence.types import AnyRow

INSERTS: Final[Mapping[str, type[PostgresqlInsert | SqliteInsert]]] = {
    "postgresql": PostgresqlInsert,
    "sqlite": SqliteInsert,
}
RECIPIENT: Final = (
    *(people.c.key.label("person_key"), people.c.uid.label("person_uid"), people.c.email, people.c.locale),
    mail_settings.c.follows.label("wanted"),
    mail_settings.c.notices.label("wants_notices"),
    *(mail_settings.c.off_at, mail_settings.c.off_reason),
)
ABOUT_DEBATE: Final = (
    debates.c.uid.label("debate_uid"),
    debates.c.slug.label("debate_slug"),
    debates.c.title.label("debate_title"),
    *(debates.c.time_zone, debates.c.opens_at, debates.c.closes_at),
    organisations.c.slug.label("owner_slug"),
    organisations.c.name.label("owner_name"),
)
_DECIDED: Final = (
    select(
        decisions.c.uid,
        decisions.c.case_key,
        decisions.c.instance,
        decisions.c.measure,
        func.coalesce(posts.c.author_key, held_posts.c.author_key).label("author_key"),
    )
    .join(cases, cases.c.key == decisions.c.case_key)
    .outerjoin(posts, and_(posts.c.debate_key == cases.c.debate_key, posts.c.number == cases.c.number))
    .outerjoin(held_posts, held_posts.c.key == cases.c.held_key)
    .where(decisions.c.debate_key == bindparam("debate"), decisions.c.sequence == bindparam("entry"))
)
POST_IS_HIDDEN: Final = (
    select(posts.c.state == PostState.HIDDEN.value)
    .where(posts.c.debate_key == cases.c.debate_key, posts.c.number == cases.c.number)
    .scalar_subquery()
)
"""How the post of a case stands now, whichever decision made it so; null where there is none."""
_ABOUT_DECISION: Final = (
    cases.c.uid.label("case_uid"),
    *(cases.c.state.label("case_state"), cases.c.appeal_until),
    *(decisions.c[name] for name in ("instance", "measure", "ground", "reference", "facts")),
    *(decisions.c[name] for name in ("explanation", "until")),
    *(decisions.c.detected_automatically, decisions.c.decided_automatically),
    organisations.c.reasons.label("owner_reasons"),
    POST_IS_HIDDEN.label("is_hidden"),
)
_PENDING: Final = (
    select(
        *(notices.c.uid, notices.c.kind, notices.c.number),
        *RECIPIENT,
        *ABOUT_DEBATE,
        *_ABOUT_DECISION,
    )
    .select_from(notices)
    .join(people, people.c.key == notices.c.person_key)
    .join(debates, debates.c.key == notices.c.debate_key)
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .outerjoin(mail_settings, mail_settings.c.person_key == notices.c.person_key)
    .outerjoin(
        decisions,
        and_(decisions.c.debate_key == notices.c.debate_key, decisions.c.sequence == notices.c.sequence),
    )
    .outerjoin(cases, cases.c.key == decisions.c.case_key)
)


_ANSWER: Final = (
    select(
        *(notice_contacts.c.email, notice_contacts.c.locale, cases.c.number),
        *ABOUT_DEBATE,
        *_ABOUT_DECISION,
    )
    .select_from(notice_contacts)
    .join(reports, reports.c.key == notice_contacts.c.report_key)
    .join(cases, cases.c.key == reports.c.case_key)
    .join(decisions, decisions.c.case_key == cases.c.key)
    .join(debates, debates.c.key == cases.c.debate_key)
    .join(organisations, organisations.c.key == debates.c.organisation_key)
)


def recipient_of(row: AnyRow) -> Recipient:
    """To whom a message of a row with the columns of RECIPIENT goes."""
    return Recipient(row.person_key, row.person_uid, row.email, row.locale, _settings_of(row))


def _settings_of(row: AnyRow) -> MailSettings:
    if row.wanted is None:
        return MailSettings()
    off = None if row.off_at is None else MailOff(row.off_at, OffReason(row.off_reason))
    return MailSettings(Frequency(row.wanted), row.wants_notices, off)


def about_debate(row: AnyRow) -> AboutDebate:
    """What messages say of the debate of a row with the columns of ABOUT_DEBATE."""
    return AboutDebate(
        uid=row.debate_uid,
        title=row.debate_title,
        organisation=row.owner_name,
        page=f"/{row.owner_slug}/{row.debate_slug}",
        time_zone=row.time_zone,
        period=Period(row.opens_at, row.closes_at),
    )


def _about_decision(row: AnyRow) -> AboutDecision | None:
    if row.case_uid is None:
        return None
    return AboutDecision(
        case=row.case_uid,
        state=CaseState(row.case_state),
        instance=Instance(row.instance),
        measure=Measure(row.measure),
        reasons=Reasons(
            ground=Ground(row.ground),
            reference=row.reference,
            facts=row.facts,
            explanation=row.explanation,
            until=row.until,
            detected_automatically=row.detected_automatically,
            decided_automatically=row.decided_automatically,
        ),
        ground_words=row.owner_reasons.get(row.ground),
        is_hidden=bool(row.is_hidden),
        appeal_until=row.appeal_until,
    )


class SqlNotices:
    """The notices port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def audience(self, debate_key: int, sequence: int) -> Audience | None:
        """Whom the decision of an entry concerns; None where there is none."""
        found = self._connection.execute(_DECIDED, {"debate": debate_key, "entry": sequence}).one_or_none()
        if found is None:
            return None
        reporting = select(reports.c.person_key).where(
            reports.c.case_key == found.case_key, reports.c.person_key.is_not(None)
        )
        reporters = list(self._connection.execute(reporting.order_by(reports.c.key)).scalars())
        leaving = (
            select(reports.c.uid)
            .join(notice_contacts, notice_contacts.c.report_key == reports.c.key)
            .where(reports.c.case_key == found.case_key)
        )
        return Audience(
            decision=found.uid,
            instance=Instance(found.instance),
            measure=Measure(found.measure),
            author_key=found.author_key,
            reporters=reporters,
            strangers=list(self._connection.execute(leaving.order_by(reports.c.key)).scalars()),
        )

    def published(self, debate_key: int, number: int, at: datetime) -> tuple[int, bool] | None:
        """Whose waiting text was published under this number at this instant, and was it on appeal?"""
        row = self._connection.execute(
            select(held_posts.c.author_key, cases.c.appealed_at)
            .join(cases, cases.c.held_key == held_posts.c.key)
            .where(
                cases.c.debate_key == debate_key,
                cases.c.number == number,
                cases.c.measure == Measure.PUBLISH.value,
                cases.c.closed_at == at,
                held_posts.c.author_key.is_not(None),
            )
        ).one_or_none()
        return None if row is None else (row.author_key, row.appealed_at is not None)

    def add(self, notice: NewNotice) -> None:
        """Insert a notice."""
        self._connection.execute(
            insert(notices).values(
                uid=notice.uid,
                person_key=notice.person_key,
                kind=notice.kind.value,
                debate_key=notice.debate_key,
                number=notice.number,
                sequence=notice.sequence,
                created_at=notice.at,
            )
        )

    def pending(self, uid: UUID) -> PendingNotice | None:
        """A notice with what its message says; None when it is gone."""
        row = self._connection.execute(_PENDING.where(notices.c.uid == uid)).one_or_none()
        if row is None:
            return None
        return PendingNotice(
            uid=row.uid,
            kind=NoticeKind(row.kind),
            recipient=recipient_of(row),
            debate=about_debate(row),
            number=row.number,
            decision=_about_decision(row),
        )

    def answer(self, report: UUID, decision: UUID, kind: NoticeKind) -> PendingNotice | None:
        """What the message to a reporter without an account says; None when the address is gone."""
        found = _ANSWER.where(reports.c.uid == report, decisions.c.uid == decision)
        row = self._connection.execute(found).one_or_none()
        if row is None:
            return None
        return PendingNotice(
            uid=report,
            kind=kind,
            recipient=Recipient(None, report, row.email, row.locale, MailSettings()),
            debate=about_debate(row),
            number=row.number,
            decision=_about_decision(row),
        )

    def mark_read(self, person_key: int, uids: Sequence[UUID], at: datetime) -> int:
        """Mark a person's notices as read; how many of the person's are not."""
        unread = and_(notices.c.person_key == person_key, notices.c.read_at.is_(None))
        self._connection.execute(update(notices).where(unread, notices.c.uid.in_(uids)).values(read_at=at))
        left = select(func.count()).select_from(notices).where(unread)
        return int(self._connection.execute(left).scalar_one())

    def forget(self, until: datetime) -> int:
        """Delete notices made until an instant; how many."""
        return self._connection.execute(delete(notices).where(notices.c.created_at <= until)).rowcount

    def settings(self, person_key: int) -> MailSettings:
        """What a person wants of mail."""
        return settings_of(self._connection, person_key)

    def save_settings(self, person_key: int, settings: MailSettings, digest_due_at: datetime | None) -> None:
        """Write what a person wants; whether mail gets through stays."""
        wanted = {
            "follows": settings.follows.value,
            "notices": settings.notices,
            "digest_due_at": digest_due_at,
        }
        self._put(person_key, wanted, wanted)

    def switch_off(self, person_key: int, at: datetime, reason: OffReason) -> None:
        """Send nothing more to the person's address. The first reason stands."""
        usual = MailSettings()
        off = {"off_at": at, "off_reason": reason.value}
        first = {"follows": usual.follows.value, "notices": usual.notices, **off}
        self._put(person_key, first, off, only_if_on=True)

    def _put(
        self,
        person_key: int,
        first: Mapping[str, Any],
        changes: Mapping[str, Any],
        *,
        only_if_on: bool = False,
    ) -> None:
        insertion = INSERTS[self._connection.dialect.name](mail_settings)
        self._connection.execute(
            insertion.values(person_key=person_key, **first).on_conflict_do_update(
                index_elements=["person_key"],
                set_=dict(changes),
                where=mail_settings.c.off_at.is_(None) if only_if_on else None,
            )
        )

    def switch_on(self, person_key: int, at: datetime) -> None:
        """The address takes mail again; what waited for it comes now to whoever wants news at once."""
        off = and_(mail_settings.c.person_key == person_key, mail_settings.c.off_at.is_not(None))
        at_once = mail_settings.c.follows == Frequency.AT_ONCE.value
        due_at = case((at_once, at), else_=mail_settings.c.digest_due_at)
        on = {"off_at": None, "off_reason": None, "digest_due_at": due_at}
        self._connection.execute(update(mail_settings).where(off).values(on))

    def by_address(self, email: str) -> int | None:
        """The key of whoever has this address."""
        return self._connection.execute(select(people.c.key).where(people.c.email == email)).scalar()


def settings_of(connection: Connection, person_key: int) -> MailSettings:
    """What a person wants of mail, as it is kept."""
    row = connection.execute(
        select(
            mail_settings.c.follows.label("wanted"),
            mail_settings.c.notices.label("wants_notices"),
            *(mail_settings.c.off_at, mail_settings.c.off_reason),
        ).where(mail_settings.c.person_key == person_key)
    ).one_or_none()
    return MailSettings() if row is None else _settings_of(row)
