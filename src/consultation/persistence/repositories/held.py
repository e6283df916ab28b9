"""What is held of a locked debate."""

from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from consultation.application.ports import Counters, Mark, WaitingCase
from consultation.domain.actors import Role
from consultation.domain.held import HeldPost, Kept
from consultation.domain.moderation import CaseState
from consultation.domain.participation import SpeaksAs
from consultation.domain.posts import Post, PostKind, PostText, Side
from consultation.persistence.prepared import Prepared
from consultation.persistence.repositories.cases import CASE_PREFIX, case_of, part_of
from consultation.persistence.repositories.debates import WITH_OWNER, SqlDebates
from consultation.persistence.repositories.posts import counters_of, post_of
from consultation.persistence.tables import cases, debates, held_posts, memberships, posts
from consultation.persistence.types import AnyRow, inserted_key

_HELD: Final = "held_"
_LOCK: Final = Prepared(
    WITH_OWNER.add_columns(
        *(column.label(CASE_PREFIX + column.name) for column in cases.c),
        *(column.label(_HELD + column.name) for column in held_posts.c),
        memberships.c.role.label("member_role"),
    )
    .join(cases, cases.c.debate_key == debates.c.key)
    .join(held_posts, held_posts.c.key == cases.c.held_key)
    .outerjoin(
        memberships,
        (memberships.c.organisation_key == debates.c.organisation_key)
        & (memberships.c.person_key == bindparam("person_key")),
    )
    .where(cases.c.uid == bindparam("case_uid"))
    .with_for_update(of=[debates, cases, held_posts])
)
_WAITS: Final = (
    exists()
    .where(
        cases.c.held_key == held_posts.c.key,
        cases.c.state == CaseState.OPEN.value,
        held_posts.c.debate_key == posts.c.debate_key,
        held_posts.c.revises == posts.c.number,
    )
    .label("waits")
)
_EDITABLE: Final = Prepared(
    select(posts, _WAITS).where(
        posts.c.debate_key == bindparam("debate_key"), posts.c.number == bindparam("number")
    )
)


def held_of(row: AnyRow | SimpleNamespace) -> HeldPost:
    """The domain's view of a row of the table."""
    return HeldPost(
        key=row.key,
        uid=row.uid,
        kind=PostKind(row.kind),
        contribution=row.contribution,
        side=None if row.side is None else Side(row.side),
        revises=row.revises,
        author_key=row.author_key,
        author_name=row.author_name,
        capacity=None if row.capacity is None else SpeaksAs(row.capacity),
        text=PostText(body=row.body, title=row.title, link=row.link, theme=row.theme),
        language=row.language,
        arrived_at=row.arrived_at,
        kept=Kept(row.kept),
    )


class SqlHeldPosts:
    """The held posts port."""

    def __init__(self, connection: Connection, debates_held: SqlDebates) -> None:
        self._connection = connection
        self._debates = debates_held

    def editable(self, debate_key: int, number: int) -> tuple[Post, Counters, bool] | None:
        """A post with its text and counters, and whether an edit of it waits."""
        row = _EDITABLE.first(self._connection, debate_key=debate_key, number=number)
        return None if row is None else (post_of(row), counters_of(row), bool(row.waits))

    def add(self, debate_key: int, held: HeldPost, mark: Mark, search_terms: str) -> HeldPost:
        """Insert what arrived, and return it with its key."""
        values: dict[str, Any] = {
            "uid": held.uid,
            "debate_key": debate_key,
            "kind": held.kind.value,
            "contribution": held.contribution,
            "side": held.side,
            "revises": held.revises,
            "author_key": held.author_key,
            "author_name": held.author_name,
            "capacity": held.capacity,
            "theme": held.text.theme,
            "title": held.text.title,
            "body": held.text.body,
            "link": held.text.link,
            "language": held.language,
            "arrived_at": held.arrived_at,
            "kept": held.kept.value,
            "search_terms": search_terms,
            "sequence": mark.sequence,
            "salt": mark.salt,
        }
        return replace(held, key=inserted_key(self._connection.execute(insert(held_posts).values(values))))

    def lock(self, uid: UUID, person_key: int) -> WaitingCase | None:
        """What is held with its debate and its case, their rows locked until the transaction ends."""
        rows = _LOCK.all(self._connection, case_uid=uid, person_key=person_key)
        if not rows:
            return None
        return WaitingCase(
            debate=self._debates.hold(rows[0]),
            case=case_of(part_of(rows[0], CASE_PREFIX)),
            held=held_of(part_of(rows[0], _HELD)),
            roles=frozenset(Role(row.member_role) for row in rows if row.member_role is not None),
        )

    def set_kept(self, held: HeldPost, at: datetime, mark: Mark) -> None:
        """Write that it was withdrawn."""
        self._connection.execute(
            update(held_posts)
            .where(held_posts.c.key == held.key)
            .values(kept=held.kept.value, state_at=at, state_sequence=mark.sequence, state_salt=mark.salt)
        )
