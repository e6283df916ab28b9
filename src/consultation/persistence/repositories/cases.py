"""Reports, cases, decisions and appeals of a locked debate."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from consultation.application.ports import HeldCase, Mark, NewDecision, NewReport, Reportable
from consultation.domain.actors import Role
from consultation.domain.held import Kept
from consultation.domain.moderation import Case, CaseState, Ground, Measure
from consultation.domain.posts import Post, PostState, PostText
from consultation.persistence.prepared import Prepared
from consultation.persistence.repositories.debates import WITH_OWNER, SqlDebates
from consultation.persistence.repositories.heads import HEAD_COLUMNS, head_of
from consultation.persistence.repositories.posts import post_of
from consultation.persistence.tables import (
    appeals,
    cases,
    debates,
    decisions,
    held_posts,
    memberships,
    notice_contacts,
    posts,
    reports,
    revisions,
)
from consultation.persistence.tables.held import EMPTIED
from consultation.persistence.tables.moderation import GROUND_BITS
from consultation.persistence.types import AnyRow, inserted_key


def case_of(row: AnyRow | SimpleNamespace) -> Case:
    """The domain's case of a row of the cases table."""
    return Case(
        key=row.key,
        uid=row.uid,
        debate_key=row.debate_key,
        number=row.number,
        held_key=row.held_key,
        state=CaseState(row.state),
        opened_at=row.opened_at,
        reports=row.reports,
        grounds=frozenset(ground for ground in Ground if row.grounds & GROUND_BITS[ground]),
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        measure=None if row.measure is None else Measure(row.measure),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        appeal_until=row.appeal_until,
        appealed_at=row.appealed_at,
        closed_at=row.closed_at,
    )


def _values(case: Case) -> dict[str, Any]:
    values = {name: value for name, value in asdict(case).items() if name != "key"}
    return values | {"grounds": sum(GROUND_BITS[ground] for ground in case.grounds)}


CASE_PREFIX: Final = "case_"
_CASE: Final = CASE_PREFIX
_POST: Final = "post_"
_EARLIER: Final = "earlier_"
_TEXT: Final = ("body", "title", "link", "theme")
# Locking the three together matters: PostgreSQL reads what it locks anew once it has the lock,
# and what it only joins as it was before it waited. The debate comes first, as in every act.
# The text before the present one is only joined, since nothing behind an outer join can be locked:
# by the time the lock is had, it may be erased, or no longer the one before. So it counts only where
# the post, which is locked and read anew, says that it is still there: see `_earlier_of`.
_LOCK = Prepared(
    WITH_OWNER.add_columns(
        *(column.label(_CASE + column.name) for column in cases.c),
        *(column.label(_POST + column.name) for column in posts.c),
        *(revisions.c[name].label(_EARLIER + name) for name in ("revision", *_TEXT)),
        memberships.c.role.label("member_role"),
    )
    .join(cases, cases.c.debate_key == debates.c.key)
    .join(posts, (posts.c.debate_key == cases.c.debate_key) & (posts.c.number == cases.c.number))
    .outerjoin(
        revisions,
        (revisions.c.debate_key == posts.c.debate_key)
        & (revisions.c.number == posts.c.number)
        & (revisions.c.revision == posts.c.revision - 1),
    )
    .outerjoin(
        memberships,
        (memberships.c.organisation_key == debates.c.organisation_key)
        & (memberships.c.person_key == bindparam("person_key")),
    )
    .where(cases.c.uid == bindparam("case_uid"))
    .with_for_update(of=[debates, cases, posts])
)
_REPORTABLE = Prepared(
    select(
        *HEAD_COLUMNS,
        *(column.label(_CASE + column.name) for column in cases.c),
        exists(
            select(reports.c.key).where(
                reports.c.person_key == bindparam("person_key"),
                reports.c.debate_key == bindparam("debate_key"),
                reports.c.number == bindparam("number"),
            )
        ).label("has_reported"),
    )
    .select_from(
        posts.outerjoin(
            cases,
            (cases.c.debate_key == posts.c.debate_key)
            & (cases.c.number == posts.c.number)
            & (cases.c.state == CaseState.OPEN.value),
        )
    )
    .where(posts.c.debate_key == bindparam("debate_key"), posts.c.number == bindparam("number"))
)


# The state of a post names the entry of the decision that made it: a later one names another.
_ENDED: Final = (
    select(decisions.c.ground)
    .join(cases, cases.c.key == decisions.c.case_key)
    .join(posts, (posts.c.debate_key == cases.c.debate_key) & (posts.c.number == cases.c.number))
    .where(
        decisions.c.measure == Measure.HIDE.value,
        posts.c.state == PostState.HIDDEN.value,
        posts.c.state_sequence == decisions.c.sequence,
    )
)


_SALTS_OF_DECISIONS: Final[tuple[tuple[Table, str, str], ...]] = (
    (posts, "sequence", "salt"),
    (posts, "state_sequence", "state_salt"),
    (revisions, "sequence", "salt"),
)
"""Where what a decision made names its entry, and has the salt of that."""


def _over_by(until: datetime) -> ColumnElement[bool]:
    """Was the last word on a case spoken by an instant, or left to be the last?"""
    silent = (cases.c.state == CaseState.DECIDED.value) & (cases.c.appeal_until <= until)
    spoken = (cases.c.state == CaseState.FINAL.value) & (cases.c.closed_at <= until)
    return or_(silent, spoken)


def part_of(row: AnyRow, prefix: str) -> SimpleNamespace:
    """The columns of one of the tables of a row, under their own names."""
    return SimpleNamespace(
        **{
            name.removeprefix(prefix): value
            for name, value in row._asdict().items()
            if name.startswith(prefix)
        }
    )


def _earlier_of(post: Post, row: AnyRow) -> PostText | None:
    """The text before the present one, unless it may have become another while the lock was waited for.

    Whatever makes a revision counts up that of the post. Whatever deletes one makes a tombstone of the post.
    """
    earlier = part_of(row, _EARLIER)
    if earlier.revision != post.revision - 1 or post.state is PostState.ERASED:
        return None
    return PostText(**{name: getattr(earlier, name) for name in _TEXT})


class SqlCases:
    """The cases port."""

    def __init__(self, connection: Connection, held: SqlDebates) -> None:
        self._connection = connection
        self._debates = held

    def lock(self, uid: UUID, person_key: int) -> HeldCase | None:
        """A case with its debate and its post, their rows locked until the transaction ends."""
        rows = _LOCK.all(self._connection, case_uid=uid, person_key=person_key)
        if not rows:
            return None
        post = post_of(part_of(rows[0], _POST))
        return HeldCase(
            debate=self._debates.hold(rows[0]),
            case=case_of(part_of(rows[0], _CASE)),
            post=post,
            earlier=_earlier_of(post, rows[0]),
            roles=frozenset(Role(row.member_role) for row in rows if row.member_role is not None),
        )

    def reportable(self, debate_key: int, number: int, person_key: int | None) -> Reportable | None:
        """What a person's report, or a notice, of a post depends on; None when there is no such post."""
        row = _REPORTABLE.first(self._connection, debate_key=debate_key, number=number, person_key=person_key)
        if row is None:
            return None
        case = None if row.case_key is None else case_of(part_of(row, _CASE))
        return Reportable(head=head_of(row), case=case, has_reported=bool(row.has_reported))

    def grounds_of_people(self, case_key: int) -> list[Ground]:
        """The grounds of all reports of people with an account, the oldest first."""
        wanted = (
            select(reports.c.ground)
            .where(reports.c.case_key == case_key, reports.c.person_key.is_not(None))
            .order_by(reports.c.key)
        )
        return [Ground(ground) for ground in self._connection.scalars(wanted)]

    def ended(self, now: datetime, limit: int) -> list[UUID]:
        """Some cases of a hiding that is over and still stands."""
        wanted = _ENDED.with_only_columns(cases.c.uid).where(decisions.c.until <= now)
        return list(self._connection.scalars(wanted.order_by(decisions.c.until).limit(limit)))

    def ground_of_ended(self, case_key: int, now: datetime) -> Ground | None:
        """On what the case's hiding rested, if it is over and still stands."""
        wanted = _ENDED.where(decisions.c.until <= now, cases.c.key == case_key)
        ground = self._connection.scalars(wanted).one_or_none()
        return None if ground is None else Ground(ground)

    def add_contact(self, report: NewReport, email: str, locale: str) -> None:
        """Keep where to answer a notice."""
        key = select(reports.c.key).where(reports.c.uid == report.uid).scalar_subquery()
        self._connection.execute(
            insert(notice_contacts).values(report_key=key, email=email, locale=locale, created_at=report.at)
        )

    def forget_contacts(self, until: datetime) -> int:
        """Delete the addresses of notices whose case had its last word by an instant."""
        over = select(reports.c.key).join(cases, cases.c.key == reports.c.case_key).where(_over_by(until))
        done = self._connection.execute(delete(notice_contacts).where(notice_contacts.c.report_key.in_(over)))
        return done.rowcount

    def forget_files(self, until: datetime, limit: int) -> int:
        """Empty the files of some cases that had their last word by an instant; how many.

        What was done, on which ground and when stays: it is counted, and public. What people wrote
        about it goes, with the salts of the entries that cover it, also where the post keeps them, and
        who they were. So does a text that waited for its publication: what was published of it stands
        among the posts.
        """
        said = exists().where(decisions.c.case_key == cases.c.key, decisions.c.salt.is_not(None))
        sent = exists().where(held_posts.c.key == cases.c.held_key, held_posts.c.salt.is_not(None))
        # Where a text was erased, what was said of it is gone already, but not who said it.
        named = or_(
            cases.c.claimed_by.is_not(None),
            cases.c.decided_by.is_not(None),
            exists().where(reports.c.case_key == cases.c.key, reports.c.person_key.is_not(None)),
            exists().where(decisions.c.case_key == cases.c.key, decisions.c.decided_by.is_not(None)),
            exists().where(appeals.c.case_key == cases.c.key, appeals.c.person_key.is_not(None)),
        )
        full = or_(said, sent, named)
        wanted = select(cases.c.key).where(_over_by(until), full).order_by(cases.c.key).limit(limit)
        keys = list(self._connection.scalars(wanted))
        self._hold_debates_of(keys)
        self._forget_salts(keys)
        emptied: dict[Table, dict[str, str | None]] = {
            reports: {"person_key": None, "text": "", "salt": None},
            appeals: {"person_key": None, "text": "", "salt": None},
            decisions: {"decided_by": None, "facts": "", "explanation": "", "note": "", "salt": None},
        }
        for table, values in emptied.items():
            self._connection.execute(update(table).where(table.c.case_key.in_(keys)).values(**values))
        waited = held_posts.c.key.in_(select(cases.c.held_key).where(cases.c.key.in_(keys)))
        self._connection.execute(update(held_posts).where(waited).values(**EMPTIED, kept=Kept.ERASED.value))
        nobody = {"claimed_by": None, "decided_by": None}
        self._connection.execute(update(cases).where(cases.c.key.in_(keys)).values(**nobody))
        return len(keys)

    def _hold_debates_of(self, keys: Sequence[int]) -> None:
        """Wait for whoever acts in the debates: an edit carries a salt from one table into another."""
        about = select(cases.c.debate_key).where(cases.c.key.in_(keys))
        held = select(debates.c.key).where(debates.c.key.in_(about)).order_by(debates.c.key)
        self._connection.execute(held.with_for_update())

    def _forget_salts(self, keys: Sequence[int]) -> None:
        """Destroy the salts that what a decision made of a post has from the entry of that decision.

        With one of them and the digest, the words of the decision could be guessed. The entry of what was
        published on appeal is that of the post.
        """
        about = select(cases.c.debate_key, cases.c.number).where(cases.c.key.in_(keys))
        for table, sequence, salt in _SALTS_OF_DECISIONS:
            decided = (
                select(decisions.c.key)
                .join(cases, cases.c.key == decisions.c.case_key)
                .where(cases.c.key.in_(keys), decisions.c.measure != Measure.PUBLISH.value)
                .where(cases.c.debate_key == table.c.debate_key, cases.c.number == table.c.number)
                .where(decisions.c.sequence == table.c[sequence])
            )
            here = tuple_(table.c.debate_key, table.c.number).in_(about)
            self._connection.execute(update(table).where(here, exists(decided)).values({salt: None}))

    def add(self, case: Case) -> Case:
        """Insert a case and return it with its key."""
        result = self._connection.execute(insert(cases).values(_values(case)))
        return replace(case, key=inserted_key(result))

    def save(self, case: Case) -> None:
        """Write what an act changed."""
        self._connection.execute(update(cases).where(cases.c.key == case.key).values(_values(case)))

    def add_report(self, case: Case, report: NewReport, mark: Mark) -> None:
        """Insert a report."""
        self._connection.execute(
            insert(reports).values(
                uid=report.uid,
                case_key=case.key,
                debate_key=case.debate_key,
                number=report.number,
                person_key=report.person_key,
                ground=report.ground.value,
                text=report.text,
                created_at=report.at,
                sequence=mark.sequence,
                salt=mark.salt,
            )
        )

    def add_decision(self, case: Case, decision: NewDecision, sequence: int, salt: bytes | None) -> None:
        """Insert a decision with its statement of reasons."""
        ruling = decision.ruling
        self._connection.execute(
            insert(decisions).values(
                uid=decision.uid,
                case_key=case.key,
                debate_key=case.debate_key,
                instance=decision.instance.value,
                measure=ruling.measure.value,
                decided_by=decision.decided_by,
                decided_at=decision.at,
                note=ruling.note,
                sequence=sequence,
                salt=salt,
                **asdict(ruling.reasons),
            )
        )

    def add_appeal(self, case: Case, person_key: int, text: str, at: datetime, mark: Mark) -> None:
        """Insert the author's answer."""
        self._connection.execute(
            insert(appeals).values(
                case_key=case.key,
                person_key=person_key,
                text=text,
                created_at=at,
                sequence=mark.sequence,
                salt=mark.salt,
            )
        )
