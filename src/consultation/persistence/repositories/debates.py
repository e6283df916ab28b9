"""Debates and their locks."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, case, exists, insert, literal, select, union, update

from consultation.application.ports import Counts, Official
from consultation.application.search import search_terms
from consultation.application.versions import DebateVersion
from consultation.domain.debates import Debate, Owner, Theme
from consultation.domain.journal import Canonical, Entry
from consultation.domain.limits import Limits
from consultation.domain.logos import Logo
from consultation.domain.moderation import CaseState
from consultation.domain.participation import Participation
from consultation.domain.period import Period
from consultation.persistence.prepared import Prepared
from consultation.persistence.repositories.outcomes import OUTCOME_COLUMNS, official_of
from consultation.persistence.repositories.presence import takes_part
from consultation.persistence.tables import (
    cases,
    debate_acts,
    debates,
    held_posts,
    organisations,
    posts,
)
from consultation.persistence.types import AnyRow, inserted_key

_COUNTERS = tuple(Counts.__dataclass_fields__)
# SQLite has no row locks and ignores FOR UPDATE: there the whole transaction holds the lock.
WITH_OWNER = select(
    debates,
    organisations.c.slug.label("owner_slug"),
    organisations.c.name.label("owner_name"),
    organisations.c.revision.label("owner_revision"),
    organisations.c.accent.label("owner_accent"),
    organisations.c.logo.label("owner_logo"),
    organisations.c.reasons.label("owner_reasons"),
    organisations.c.locale.label("owner_locale"),
).join(organisations, organisations.c.key == debates.c.organisation_key)
_LOCK = Prepared(WITH_OWNER.where(debates.c.uid == bindparam("uid")).with_for_update(of=debates))
_ADVANCING = (
    update(debates)
    .where(debates.c.key == bindparam("debate_key"))
    .values(
        last_number=debates.c.last_number + bindparam("numbers"),
        journal_length=debates.c.journal_length + 1,
        last_act_at=bindparam("at"),
        **{name: debates.c[name] + bindparam(f"add_{name}") for name in _COUNTERS},
    )
    .returning(debates.c.last_number, debates.c.journal_length)
)
_ADVANCE = Prepared(_ADVANCING)
_ADVANCE_JOINING = Prepared(
    _ADVANCING.values(
        participants=debates.c.participants
        + bindparam("add_participants")
        + case((takes_part(), literal(0)), else_=literal(1))
    )
)
_SLUG = select(debates.c.key).where(
    debates.c.organisation_key == bindparam("organisation_key"), debates.c.slug == bindparam("slug")
)
_RECORD = insert(debate_acts)


def debate_of(row: AnyRow) -> Debate:
    """The domain's debate of a row of WITH_OWNER."""
    return Debate(
        key=row.key,
        uid=row.uid,
        owner=Owner(
            row.organisation_key,
            row.owner_slug,
            row.owner_name,
            row.owner_revision,
            row.owner_accent,
            Logo.from_mapping(row.owner_logo),
            row.owner_reasons,
            row.owner_locale,
        ),
        slug=row.slug,
        title=row.title,
        description=row.description,
        language=row.language,
        time_zone=row.time_zone,
        period=Period(row.opens_at, row.closes_at),
        published_at=row.published_at,
        last_act_at=row.last_act_at,
        limits=Limits.from_mapping(row.limits),
        themes=tuple(Theme(**theme) for theme in row.themes),
        participation=Participation.from_mapping(row.participation),
        last_number=row.last_number,
        journal_length=row.journal_length,
    )


def counts_of(row: AnyRow) -> Counts:
    """The counters of a row of the debates table."""
    return Counts(**{name: getattr(row, name) for name in _COUNTERS})


def version_of(debate: Debate) -> DebateVersion:
    """How far a published debate has come."""
    return DebateVersion(
        uid=debate.uid,
        key=debate.key,
        journal_length=debate.journal_length,
        period=debate.period,
        last_act_at=debate.last_act_at,
        time_zone=debate.time_zone,
        language=debate.language,
        path=f"{debate.owner.slug}/{debate.slug}",
        owner_revision=debate.owner.revision,
        reasons=debate.owner.reasons,
        owner_language=debate.owner.locale,
    )


def _texts_of(debate: Debate) -> dict[str, object]:
    return {
        "slug": debate.slug,
        "title": debate.title,
        "description": debate.description,
        "language": debate.language,
        "opens_at": debate.period.opens_at,
        "closes_at": debate.period.closes_at,
        "published_at": debate.published_at,
        "limits": debate.limits.as_mapping(),
        "themes": [asdict(theme) for theme in debate.themes],
        "participation": debate.participation.as_mapping() if debate.participation.asks else {},
        "search_terms": search_terms(debate.language, debate.title, debate.description),
    }


class SqlDebates:
    """The debates port, for the length of a transaction or of what is left of one after a savepoint."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._locked: dict[int, Debate] = {}
        self._rows: dict[int, AnyRow] = {}
        self.touched: dict[int, Debate] = {}
        """What was locked and then advanced or saved, by key, as it stands now."""

    def lock(self, uid: UUID) -> Debate | None:
        """The debate, its row locked until the transaction ends.

        It is read once: nobody else changes what is locked, and what we change is noted here.
        """
        for debate in self._locked.values():
            if debate.uid == uid:
                return debate
        row = _LOCK.first(self._connection, uid=uid)
        return None if row is None else self.hold(row)

    def hold(self, row: AnyRow) -> Debate:
        """The debate of a row with the columns of `WITH_OWNER` that a statement has just locked."""
        debate = debate_of(row)
        self._locked[debate.key] = debate
        self._rows[debate.key] = row
        return debate

    def counts(self, key: int) -> Counts:
        """The counters of a debate as they were when it was locked; zero for a new one."""
        row = self._rows.get(key)
        return Counts() if row is None else counts_of(row)

    def add(self, debate: Debate, created_at: datetime) -> int:
        """Insert a debate and return its key."""
        values = _texts_of(debate) | {
            "uid": debate.uid,
            "organisation_key": debate.owner.key,
            "time_zone": debate.time_zone,
            "created_at": created_at,
            "last_act_at": debate.last_act_at,
            "last_number": debate.last_number,
            "journal_length": debate.journal_length,
        }
        result = self._connection.execute(insert(debates).values(values))
        return inserted_key(result)

    def slug_taken(self, organisation_key: int, slug: str) -> bool:
        """Does another debate of the organisation bear this slug?"""
        found = {"organisation_key": organisation_key, "slug": slug}
        return self._connection.execute(_SLUG, found).first() is not None

    def slugs(self, organisation_key: int, beginning: str) -> frozenset[str]:
        """The slugs of the organisation's debates that begin so."""
        statement = select(debates.c.slug).where(
            debates.c.organisation_key == organisation_key,
            debates.c.slug.startswith(beginning, autoescape=True),
        )
        return frozenset(self._connection.execute(statement).scalars())

    def save(self, debate: Debate) -> Official | None:
        """Write a locked debate after an act on it: all but its numbers and counters.

        Returns the outcome that stands, which the same statement reads.
        """
        values = _texts_of(debate) | {
            "last_act_at": debate.last_act_at,
            "journal_length": debate.journal_length,
        }
        statement = update(debates).where(debates.c.key == debate.key).values(values)
        row = self._connection.execute(statement.returning(*OUTCOME_COLUMNS)).one()
        self._note(debate)
        return None if row.outcome is None else official_of(row.outcome, row.outcome_at)

    def advance(
        self, key: int, at: datetime, numbers: int, counts: Counts, joining: int | None = None
    ) -> tuple[int, int]:
        """Take numbers and one journal sequence, and change the counters, in SQL."""
        given = {f"add_{name}": getattr(counts, name) for name in _COUNTERS}
        given |= {"debate_key": key, "at": at, "numbers": numbers}
        if joining is None:
            row = _ADVANCE.first(self._connection, **given)
        else:
            row = _ADVANCE_JOINING.first(self._connection, **given, person_key=joining)
        if row is None:
            raise LookupError(key)
        debate = self._locked.get(key)
        if debate is not None:
            self._note(
                replace(
                    debate, last_number=row.last_number, journal_length=row.journal_length, last_act_at=at
                )
            )
        return row.last_number, row.journal_length

    def _note(self, debate: Debate) -> None:
        self._locked[debate.key] = debate
        self.touched[debate.key] = debate

    def themes_in_use(self, key: int, slugs: frozenset[str]) -> frozenset[str]:
        """Which of these themes have contributions, or something that may become one."""
        waits = exists().where(cases.c.held_key == held_posts.c.key, cases.c.state != CaseState.FINAL.value)
        used = union(
            select(posts.c.theme).where(
                posts.c.debate_key == key, posts.c.kind == "contribution", posts.c.theme.in_(slugs)
            ),
            select(held_posts.c.theme).where(
                held_posts.c.debate_key == key, held_posts.c.theme.in_(slugs), waits
            ),
        )
        return frozenset(row.theme for row in self._connection.execute(used))

    def record_act(
        self,
        key: int,
        entry: Entry,
        role: str,
        person_key: int | None,
        reason: str,
        content: Mapping[str, Canonical],
        salt: bytes,
    ) -> None:
        """Keep what an act on the debate itself changed."""
        self._connection.execute(
            _RECORD,
            {
                "debate_key": key,
                "sequence": entry.sequence,
                "kind": entry.kind.value,
                "number": entry.number,
                "at": entry.at,
                "role": role,
                "person_key": person_key,
                "reason": reason,
                "content": content,
                "salt": salt,
            },
        )
