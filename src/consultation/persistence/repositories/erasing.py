"""Erasing people. What is deleted by the list alone is in `persistence.privacy.holdings`."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    null,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from consultation.application.ports import Account, Erased, Mark, Parting, Unlinked
from consultation.domain.erasure import ErasureMode
from consultation.domain.held import HeldPost
from consultation.domain.journal import EntryKind
from consultation.domain.moderation import REVISING, Case
from consultation.domain.posts import Post
from consultation.persistence.privacy import HOLDINGS, Treatment
from consultation.persistence.repositories.cases import CASE_PREFIX, case_of, part_of
from consultation.persistence.repositories.departing import SqlDepartures
from consultation.persistence.repositories.held import held_of
from consultation.persistence.repositories.people import ACCOUNT_COLUMNS, account_of
from consultation.persistence.repositories.posts import post_of
from consultation.persistence.repositories.presence import takes_part
from consultation.persistence.tables import (
    appeals,
    cases,
    debate_acts,
    debates,
    decisions,
    erasures,
    held_posts,
    identities,
    memberships,
    metadata,
    organisations,
    people,
    posts,
    reports,
    revisions,
    sessions,
    unlinked_votes,
    votes,
)
from consultation.persistence.tables.held import EMPTIED

_BATCH: Final = 1_000
_TAKES_PART: Final = select(takes_part())
_DELETED: Final = [
    holding
    for table in reversed(metadata.sorted_tables)
    for holding in HOLDINGS
    if holding.table is table and holding.treatment is Treatment.DELETED
]
"""What the list alone deletes, tables that refer before those that they refer to."""

_UNLINKED: Final = [
    (one.table, one.table.c[one.whose])
    for one in HOLDINGS
    if one.treatment is Treatment.UNLINKED and isinstance(one.whose, str)
]
"""Columns in which the list alone forgets who it was."""


def unlinked_of(connection: Connection, debate_key: int) -> Unlinked:
    """All counts of votes of erased people in a debate, with the hash that the journal covers."""
    digest, total = hashlib.sha256(), 0
    rows = connection.execute(
        select(unlinked_votes)
        .where(unlinked_votes.c.debate_key == debate_key)
        .order_by(unlinked_votes.c.number, unlinked_votes.c.value, unlinked_votes.c.revision),
        execution_options={"yield_per": _BATCH},
    )
    for row in rows:
        digest.update(f"{row.number} {row.value} {row.revision} {row.votes}\n".encode())
        total += row.votes
    return Unlinked(total, digest.hexdigest())


def _voted_by(person_key: int) -> ColumnElement[bool]:
    return exists().where(votes.c.person_key == person_key, votes.c.debate_key == debates.c.key)


class SqlErasing(SqlDepartures):
    """The erasing port."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._is_sqlite = connection.dialect.name == "sqlite"

    def lock(self, person_key: int) -> Account | None:
        """The account, its row locked; on SQLite the whole transaction holds the lock."""
        row = self._connection.execute(
            select(*ACCOUNT_COLUMNS).where(people.c.key == person_key).with_for_update()
        ).one_or_none()
        return None if row is None else account_of(row)

    def by_uid(self, uid: UUID) -> Account | None:
        """The account with this public id."""
        row = self._connection.execute(select(*ACCOUNT_COLUMNS).where(people.c.uid == uid)).one_or_none()
        return None if row is None else account_of(row)

    def administered_alone(self, person_key: int) -> tuple[str, ...]:
        """Slugs of organisations without another administrator, in the order of locking."""
        mine = and_(memberships.c.person_key == person_key, memberships.c.role == "administrator")
        administered = select(memberships.c.organisation_key).where(mine)
        rows = self._connection.execute(
            select(organisations.c.key, organisations.c.slug)
            .where(organisations.c.key.in_(administered))
            .order_by(organisations.c.key)
            .with_for_update()
        ).all()
        if not rows:
            return ()
        # Read after the locks are held: whoever leaves at the same time is seen to be gone.
        others = self._connection.execute(
            select(memberships.c.organisation_key).where(
                memberships.c.organisation_key.in_([row.key for row in rows]),
                memberships.c.role == "administrator",
                memberships.c.person_key != person_key,
            )
        )
        shared = set(others.scalars())
        return tuple(row.slug for row in rows if row.key not in shared)

    def identities(self, person_key: int) -> list[tuple[str, str]]:
        """Issuers and subjects."""
        rows = self._connection.execute(
            select(identities.c.issuer, identities.c.subject).where(identities.c.person_key == person_key)
        )
        return [(row.issuer, row.subject) for row in rows]

    def hold_periods(self, person_key: int) -> None:
        """Keep the periods of debates with a vote of the person as they are until the transaction ends."""
        held = select(debates.c.key).where(_voted_by(person_key)).order_by(debates.c.key)
        self._connection.execute(held.with_for_update(read=True))

    def last_close(self, person_key: int, now: datetime) -> datetime | None:
        """The latest close that is still to come of a debate with a vote of the person."""
        latest = select(func.max(debates.c.closes_at)).where(_voted_by(person_key))
        closes = self._connection.execute(latest).scalar()
        return closes if closes is not None and closes > now else None

    def begin(self, person_key: int, mode: ErasureMode) -> None:
        """Note the mode, and delete by what the person is known and signed in."""
        self._delete_rows(person_key)
        self._connection.execute(
            update(people).where(people.c.key == person_key).values(erasing=mode.value, email=None, name="")
        )

    def _delete_rows(self, person_key: int) -> None:
        for holding in _DELETED:
            self._connection.execute(delete(holding.table).where(holding.of(person_key)))
        for table, column in _UNLINKED:
            self._connection.execute(update(table).where(column == person_key).values({column: None}))

    def under_way(self) -> list[Parting]:
        """Erasures that are not finished."""
        rows = self._connection.execute(
            select(people.c.key, people.c.erasing).where(people.c.erasing.is_not(None)).order_by(people.c.key)
        )
        return [Parting(row.key, ErasureMode(row.erasing)) for row in rows]

    def debates(self, person_key: int) -> list[UUID]:
        """Debates with a post or a vote of the person, or something held, by key."""
        keys = union(
            select(posts.c.debate_key).where(posts.c.author_key == person_key),
            select(votes.c.debate_key).where(votes.c.person_key == person_key),
            select(held_posts.c.debate_key).where(held_posts.c.author_key == person_key),
        )
        found = select(debates.c.uid).where(debates.c.key.in_(keys)).order_by(debates.c.key)
        return list(self._connection.execute(found).scalars())

    def takes_part(self, debate_key: int, person_key: int) -> bool:
        """Has the person a post or a vote in the debate?"""
        who = {"debate_key": debate_key, "person_key": person_key}
        return bool(self._connection.scalar(_TAKES_PART, who))

    def posts(self, debate_key: int, person_key: int, limit: int) -> list[Post]:
        """Some posts of the person, by number."""
        rows = self._connection.execute(
            select(posts)
            .where(posts.c.debate_key == debate_key, posts.c.author_key == person_key)
            .order_by(posts.c.number)
            .limit(limit)
        )
        return [post_of(row) for row in rows]

    def held(self, debate_key: int, person_key: int) -> list[tuple[HeldPost, Case]]:
        """What the person sent and what was held of it, each with its case."""
        rows = self._connection.execute(
            select(held_posts, *(column.label(CASE_PREFIX + column.name) for column in cases.c))
            .join(cases, cases.c.held_key == held_posts.c.key)
            .where(held_posts.c.debate_key == debate_key, held_posts.c.author_key == person_key)
            .order_by(held_posts.c.key)
        )
        return [(held_of(row), case_of(part_of(row, CASE_PREFIX))) for row in rows.all()]

    def erase_held(self, held: HeldPost, at: datetime, mark: Mark | None) -> None:
        """Write what is left of it; destroy the salt of the text, and what was said of it."""
        state = (
            {} if mark is None else {"state_at": at, "state_sequence": mark.sequence, "state_salt": mark.salt}
        )
        self._connection.execute(
            update(held_posts)
            .where(held_posts.c.key == held.key)
            .values(**EMPTIED, kept=held.kept.value, **state)
        )
        self._erase_said(select(cases.c.key).where(cases.c.held_key == held.key))

    def revisions(self, debate_key: int, post: Post) -> list[Post]:
        """The earlier revisions of a post, oldest first."""
        own = ("number", "revision", "author_name", "capacity", "theme", "title", "body", "link")
        shared = ("kind", "contribution", "side", "language", "created_at", "author_key")
        state = ("state", "state_reason", "state_since")
        rows = self._connection.execute(
            select(
                *(revisions.c[name] for name in own),
                *(posts.c[name] for name in (*shared, *state)),
                null().label("revised_at"),
            )
            .join_from(
                revisions,
                posts,
                and_(posts.c.debate_key == revisions.c.debate_key, posts.c.number == revisions.c.number),
            )
            .where(revisions.c.debate_key == debate_key, revisions.c.number == post.number)
            .order_by(revisions.c.revision)
        )
        return [post_of(row) for row in rows]

    def unsign(self, debate_key: int, post: Post, mark: Mark) -> None:
        """Write a post without a name under the digest of a new entry."""
        self._write(debate_key, post, sequence=mark.sequence, salt=mark.salt)
        self._forget_makers(debate_key, post.number)

    def _forget_makers(self, debate_key: int, number: int) -> None:
        """Destroy the salts of decisions that made a revision: their digests cover the name under it."""
        made = union(
            select(posts.c.revised_at).where(posts.c.debate_key == debate_key, posts.c.number == number),
            select(revisions.c.created_at).where(
                revisions.c.debate_key == debate_key, revisions.c.number == number
            ),
        )
        about = select(cases.c.key).where(cases.c.debate_key == debate_key, cases.c.number == number)
        makers = and_(
            decisions.c.case_key.in_(about),
            decisions.c.measure.in_(REVISING),
            decisions.c.decided_at.in_(made),
        )
        self._connection.execute(update(decisions).where(makers).values(salt=None))

    def unsign_revision(self, debate_key: int, revision: Post, mark: Mark) -> None:
        """Write an earlier revision without a name under the digest of a new entry."""
        self._connection.execute(
            update(revisions)
            .where(
                revisions.c.debate_key == debate_key,
                revisions.c.number == revision.number,
                revisions.c.revision == revision.revision,
            )
            .values(author_name=None, sequence=mark.sequence, salt=mark.salt)
        )

    def erase(self, debate_key: int, post: Post, mark: Mark) -> None:
        """Write the tombstone; delete the earlier revisions; destroy the salt of the text."""
        text = post.text
        self._write(
            debate_key,
            post,
            capacity=post.capacity,
            title=text.title,
            body=text.body,
            link=text.link,
            search_terms="",
            salt=None,
            state=post.state.value,
            state_reason=post.state_reason,
            state_since=post.state_since,
            state_sequence=mark.sequence,
            state_salt=mark.salt,
        )
        self._connection.execute(
            delete(revisions).where(revisions.c.debate_key == debate_key, revisions.c.number == post.number)
        )
        self._erase_reasons(debate_key, post.number)

    def _erase_reasons(self, debate_key: int, number: int) -> None:
        """What was said of a text goes with it: that there was a case, and what was decided, stays."""
        of_post = and_(cases.c.debate_key == debate_key, cases.c.number == number)
        if not self._connection.execute(select(exists().where(of_post))).scalar():
            return
        self._erase_said(select(cases.c.key).where(of_post))

    def _erase_said(self, keys: Select[tuple[int]]) -> None:
        said: dict[Table, dict[str, str]] = {
            reports: {"text": ""},
            decisions: {"facts": "", "explanation": "", "note": ""},
            appeals: {"text": ""},
        }
        for table, values in said.items():
            about = table.c.case_key.in_(keys)
            self._connection.execute(update(table).where(about).values(**values, salt=None))

    def _write(self, debate_key: int, post: Post, **values: Any) -> None:  # noqa: ANN401 - any column type
        self._connection.execute(
            update(posts)
            .where(posts.c.debate_key == debate_key, posts.c.number == post.number)
            .values(author_key=None, author_name=None, **values)
        )

    def unlink_votes(self, debate_key: int, person_key: int) -> Unlinked:
        """Count the person's votes among the unlinked ones, and delete them."""
        mine = and_(votes.c.debate_key == debate_key, votes.c.person_key == person_key)
        columns = ("debate_key", "number", "value", "revision")
        cast = select(*(votes.c[name] for name in columns), func.count()).where(mine)
        # In the order of the posts and not of the votes: rows tell nothing of when they came.
        counted = cast.group_by(*(votes.c[name] for name in columns)).order_by(*(votes.c[n] for n in columns))
        insertion = (sqlite_insert if self._is_sqlite else postgresql_insert)(unlinked_votes)
        adding = insertion.from_select([*columns, "votes"], counted)
        self._connection.execute(
            adding.on_conflict_do_update(
                index_elements=list(columns),
                set_={"votes": unlinked_votes.c.votes + adding.excluded.votes},
            )
        )
        self._connection.execute(delete(votes).where(mine))
        return unlinked_of(self._connection, debate_key)

    def forget_salts(self, debate_key: int) -> None:
        """Destroy the salts of earlier erasures in a debate."""
        self._connection.execute(
            update(debate_acts)
            .where(debate_acts.c.debate_key == debate_key, debate_acts.c.kind == EntryKind.PERSON_ERASED)
            .values(salt=None)
        )

    def list_erasure(self, erased: Erased) -> None:
        """Note in the list; a later erasure of the same person stands in its place."""
        digest = erasures.c.person_digest == erased.person_digest
        self._connection.execute(delete(erasures).where(digest))
        self._connection.execute(
            insert(erasures).values(
                person_digest=erased.person_digest, mode=erased.mode.value, erased_at=erased.erased_at
            )
        )

    def listed(self) -> Iterator[Erased]:
        """The list, oldest first."""
        ordered = select(erasures).order_by(erasures.c.erased_at, erasures.c.person_digest)
        for row in self._connection.execute(ordered, execution_options={"yield_per": _BATCH}):
            yield Erased(row.person_digest, ErasureMode(row.mode), row.erased_at)

    def everybody(self) -> Iterator[tuple[int, UUID]]:
        """Keys and public ids."""
        everybody = select(people.c.key, people.c.uid).order_by(people.c.key)
        for row in self._connection.execute(everybody, execution_options={"yield_per": _BATCH}):
            yield row.key, row.uid

    def remove(self, person_key: int) -> None:
        """Delete the account and what came in since the erasure began."""
        self._delete_rows(person_key)
        self._connection.execute(delete(people).where(people.c.key == person_key))

    def forget_erasures(self, until: datetime) -> int:
        """Delete old entries of the list."""
        return self._connection.execute(delete(erasures).where(erasures.c.erased_at <= until)).rowcount

    def forget_sessions_since(self, opened: datetime) -> int:
        """Delete sessions that were opened by an instant."""
        return self._connection.execute(delete(sessions).where(sessions.c.created_at <= opened)).rowcount
