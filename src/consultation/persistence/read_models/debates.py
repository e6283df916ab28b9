"""Debates and organisations."""

import json
from datetime import datetime
from functools import lru_cache
from itertools import dropwhile
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, or_, select

from consultation.application.documents import debate_document, organisation_document
from consultation.application.ports import Member, Organisation
from consultation.application.readers import Document, Located, Page, Visited, Window
from consultation.application.search import query_terms
from consultation.application.versions import DebateVersion
from consultation.domain.actors import Role
from consultation.domain.debates import Debate
from consultation.domain.journal import EntryKind
from consultation.domain.period import Period, Phase
from consultation.persistence.periods import in_phase
from consultation.persistence.prepared import Prepared
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.held import MEDIAN_HELD
from consultation.persistence.read_models.keyset import Order, cut
from consultation.persistence.read_models.official import WITH_OUTCOME, outcome_of
from consultation.persistence.repositories.debates import WITH_OWNER, counts_of, debate_of
from consultation.persistence.repositories.organisations import members_of, organisation_of
from consultation.persistence.search import debates_with
from consultation.persistence.tables import debate_acts, debates, logos, memberships, organisations

_LANGUAGES: Final = ("fr", "nl", "de", "en")
_VERSION = Prepared(
    select(
        debates.c.uid,
        debates.c.key,
        debates.c.journal_length,
        debates.c.opens_at,
        debates.c.closes_at,
        debates.c.last_act_at,
        debates.c.time_zone,
        debates.c.language,
        debates.c.slug,
        organisations.c.slug.label("owner_slug"),
        organisations.c.revision.label("owner_revision"),
        # As text: rows of this statement are looked up, and what PostgreSQL's driver makes of JSON cannot be.
        cast(organisations.c.reasons, Text).label("owner_reasons"),
        organisations.c.locale.label("owner_language"),
    )
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .where(debates.c.uid == bindparam("uid"), debates.c.published_at.is_not(None))
)
_AT = Prepared(
    select(debates.c.uid, debates.c.language)
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .where(
        organisations.c.slug == bindparam("organisation"),
        debates.c.slug == bindparam("slug"),
        debates.c.published_at.is_not(None),
    )
)
_SHOWN = WITH_OUTCOME.add_columns(MEDIAN_HELD)
_DEBATE = _SHOWN.where(debates.c.key == bindparam("debate_key"))
_DOMAIN = WITH_OWNER.where(debates.c.uid == bindparam("uid"))
_FOR_STAFF = _SHOWN.where(debates.c.uid == bindparam("uid"))
# One row for each role, one row with a null role when there is none.
_FOR_PERSON = _DOMAIN.add_columns(memberships.c.role).outerjoin(
    memberships,
    (memberships.c.organisation_key == debates.c.organisation_key)
    & (memberships.c.person_key == bindparam("person_key")),
)
_VISITED = _FOR_PERSON.add_columns(MEDIAN_HELD)
_ROLES = (
    select(memberships.c.role)
    .select_from(organisations)
    .outerjoin(
        memberships,
        (memberships.c.organisation_key == organisations.c.key)
        & (memberships.c.person_key == bindparam("person_key")),
    )
    .where(organisations.c.slug == bindparam("slug"))
)
_ORGANISATION_FOR_PERSON = Prepared(_ROLES.add_columns(*organisations.c))
_ROLES_IN_ORGANISATION = Prepared(_ROLES.with_only_columns(organisations.c.key, memberships.c.role))
_PERIOD_KINDS: Final = {
    EntryKind.DEBATE_PUBLISHED: "planned",
    EntryKind.DEBATE_IMPORTED: "imported",
    EntryKind.PERIOD_EXTENDED: "extended",
    EntryKind.PERIOD_CLOSED_EARLY: "closed_early",
    EntryKind.PERIOD_REOPENED: "reopened",
}
_HISTORY = (
    select(
        debate_acts.c.sequence,
        debate_acts.c.kind,
        debate_acts.c.at,
        debate_acts.c.role,
        debate_acts.c.reason,
        debate_acts.c.content,
    )
    .where(debate_acts.c.debate_key == bindparam("debate_key"))
    .where(debate_acts.c.kind.in_([kind.value for kind in _PERIOD_KINDS]))
    .order_by(debate_acts.c.sequence)
)
_PLANS: Final = (
    select(debate_acts.c.kind, debate_acts.c.at)
    .where(debate_acts.c.debate_key == bindparam("debate_key"))
    .where(debate_acts.c.kind.in_([*(kind.value for kind in _PERIOD_KINDS), EntryKind.DEBATE_CHANGED.value]))
    .order_by(debate_acts.c.sequence)
)
_BY_UID: Final = Order((debates.c.uid,), descending=True)
_ORGANISATIONS_BY_UID: Final = Order((organisations.c.uid,), descending=False)


@lru_cache(maxsize=1_000)
def _version_of(raw: tuple[Any, ...], dialect: str) -> DebateVersion:
    # Between two acts a debate's row is the same each time; to make a version of it takes as long
    # as SQLite takes to find it.
    row = _VERSION.converted(raw, dialect)
    period = Period(row.opens_at, row.closes_at)
    return DebateVersion(
        uid=row.uid,
        key=row.key,
        journal_length=row.journal_length,
        period=period,
        last_act_at=row.last_act_at,
        time_zone=row.time_zone,
        language=row.language,
        path=f"{row.owner_slug}/{row.slug}",
        owner_revision=row.owner_revision,
        reasons=json.loads(row.owner_reasons),
        owner_language=row.owner_language,
    )


class DebateReads(Reads):
    """Reads of debates and organisations."""

    def version(self, uid: UUID) -> DebateVersion | None:
        """How far a published debate has come; None for drafts and unknown ids."""
        rows = _VERSION.raw(self._connection, uid=uid)
        if not rows:
            return None
        version = _version_of(rows[0], self._connection.dialect.name)
        self._versions.observe(version)
        return version

    def debate_at(self, organisation: str, slug: str) -> Located | None:
        """The published debate at the address of these slugs."""
        rows = _AT.all(self._connection, organisation=organisation, slug=slug)
        return Located(rows[0].uid, rows[0].language) if rows else None

    def debate(self, version: DebateVersion, phase: Phase) -> Document:
        """A published debate."""
        row = self._connection.execute(_DEBATE, {"debate_key": version.key}).one()
        return self._document(row, phase)

    def _document(self, row: Any, phase: Phase) -> Document:  # noqa: ANN401 - a row of _SHOWN
        debate, counts = debate_of(row), counts_of(row)
        document = debate_document(debate, counts, self._links, phase, row.source, outcome_of(row))
        return document | {"median_seconds_held": row.median_held}

    def period_history(self, version: DebateVersion) -> list[Document]:
        """Who moved the period, when and why, oldest first."""
        rows = self._connection.execute(_HISTORY, {"debate_key": version.key})
        return [
            {
                "sequence": row.sequence,
                "act": _PERIOD_KINDS[EntryKind(row.kind)],
                "at": row.at,
                "role": row.role,
                "reason": row.reason or None,
                "opens_at_before": row.content.get("opens_at_before"),
                "closes_at_before": row.content.get("closes_at_before"),
                "opens_at": row.content["opens_at"],
                "closes_at": row.content["closes_at"],
            }
            for row in rows
        ]

    def plans(self, version: DebateVersion) -> list[datetime]:
        """When the debate was published, and each time that its texts or its period changed since."""
        rows = self._connection.execute(_PLANS, {"debate_key": version.key}).all()
        return [row.at for row in dropwhile(lambda row: row.kind == EntryKind.DEBATE_CHANGED, rows)]

    def debates(
        self,
        window: Window,
        now: datetime,
        organisation: str | None = None,
        phase: Phase | None = None,
        query: str | None = None,
    ) -> Page:
        """Published debates, newest first."""
        statement = _SHOWN.where(debates.c.published_at.is_not(None))
        if organisation is not None:
            statement = statement.where(organisations.c.slug == organisation)
        if phase is not None:
            statement = statement.where(in_phase(phase, now))
        if query is not None:
            statement = statement.where(
                or_(
                    *(
                        (debates.c.language == language) & debates_with(debates, query_terms(language, query))
                        for language in _LANGUAGES
                    )
                )
            )
        rows, more = cut(self._connection.execute(_BY_UID.page(statement, window)).all(), window)
        items: list[Document] = []
        for row in rows:
            period = Period(row.opens_at, row.closes_at)
            items.append(self._document(row, period.phase_at(max(now, row.last_act_at))))
        return Page(items, (rows[-1].uid,) if more else None)

    def drafts(self, organisation: str) -> list[Document]:
        """The drafts of an organisation, newest first."""
        statement = _SHOWN.where(
            organisations.c.slug == organisation, debates.c.published_at.is_(None)
        ).order_by(debates.c.uid.desc())
        return [self._document(row, Phase.UPCOMING) for row in self._connection.execute(statement)]

    def debate_for(self, uid: UUID, person_key: int | None) -> tuple[Debate, frozenset[Role]] | None:
        """A debate, draft or published, and a person's roles in its organisation."""
        rows = self._connection.execute(_FOR_PERSON, {"uid": uid, "person_key": person_key}).all()
        if not rows:
            return None
        return debate_of(rows[0]), frozenset(Role(row.role) for row in rows if row.role)

    def visited(self, uid: UUID, person_key: int | None) -> Visited | None:
        """The same, and how long posts wait in it."""
        rows = self._connection.execute(_VISITED, {"uid": uid, "person_key": person_key}).all()
        if not rows:
            return None
        roles = frozenset(Role(row.role) for row in rows if row.role)
        return Visited(debate_of(rows[0]), roles, rows[0].median_held)

    def staff_debate(self, uid: UUID, now: datetime) -> Document | None:
        """A debate, draft or published, as its staff see it."""
        row = self._connection.execute(_FOR_STAFF, {"uid": uid}).one_or_none()
        return None if row is None else self._document(row, debate_of(row).phase_at(now))

    def organisations(self, window: Window) -> Page:
        """Organisations, oldest first."""
        statement = _ORGANISATIONS_BY_UID.page(select(organisations), window)
        rows, more = cut(self._connection.execute(statement).all(), window)
        items = [organisation_document(organisation_of(row), self._links) for row in rows]
        return Page(items, (rows[-1].uid,) if more else None)

    def roles_in(self, slug: str, person_key: int | None) -> tuple[int, frozenset[Role]] | None:
        """The internal key of an organisation and a person's roles in it, for rules to look at."""
        rows = _ROLES_IN_ORGANISATION.plain(self._connection, slug=slug, person_key=person_key)
        return (rows[0][0], frozenset(Role(role) for _, role in rows if role)) if rows else None

    def organisation_for(
        self, slug: str, person_key: int | None
    ) -> tuple[Organisation, frozenset[Role]] | None:
        """One organisation and a person's roles in it, for rules to look at."""
        rows = _ORGANISATION_FOR_PERSON.all(self._connection, slug=slug, person_key=person_key)
        if not rows:
            return None
        return organisation_of(rows[0]), frozenset(Role(row.role) for row in rows if row.role)

    def members(self, organisation_key: int) -> list[Member]:
        """Everybody with a role in an organisation, by name."""
        return members_of(self._connection, organisation_key)

    def logo(self, organisation: str, digest: bytes) -> tuple[str, bytes] | None:
        """Media type and file of an organisation's logo; None when it has another, or none."""
        statement = (
            select(logos.c.media_type, logos.c.content)
            .join(organisations, organisations.c.key == logos.c.organisation_key)
            .where(organisations.c.slug == organisation, logos.c.digest == digest)
        )
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else (row.media_type, row.content)

    def organisation(self, slug: str) -> Document | None:
        """One organisation."""
        statement = select(organisations).where(organisations.c.slug == slug)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else organisation_document(organisation_of(row), self._links)
