"""What is known of participants, and the participation codes of locked debates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from consultation.application.ports import CodeBatch, Redeeming, WrongTries
from consultation.domain.keys import KEY_PROVIDER
from consultation.domain.participation import NOTHING_KNOWN, Identity, SpeaksAs, Standing
from consultation.domain.participation_codes import CodeState
from consultation.persistence.prepared import Prepared
from consultation.persistence.tables import (
    code_batches,
    code_redemptions,
    code_tries,
    identities,
    identity_providers,
    participation_codes,
    people,
    posts,
)
from consultation.persistence.types import AnyRow, inserted_key

_PERSON = people.c.key == bindparam("person_key")
_REDEEMED = exists(
    select(code_redemptions.c.person_key).where(
        code_redemptions.c.person_key == bindparam("person_key"),
        code_redemptions.c.debate_key == bindparam("debate_key"),
    )
).label("redeemed")
_LAST_CAPACITY = (
    select(posts.c.capacity)
    .where(
        posts.c.author_key == bindparam("person_key"),
        posts.c.debate_key == bindparam("debate_key"),
        posts.c.capacity.is_not(None),
    )
    .order_by(posts.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
# One row for each identity, one row without any. An address is only kept once a code proved it.
# That a server named its user with a key of any organisation vouches for nobody. A slug that another
# issuer bears today is not the provider through which the identity came.
STANDING: Final = (
    select(
        people.c.email.is_not(None).label("email"),
        identities.c.provider,
        identities.c.assurance,
        _REDEEMED,
        _LAST_CAPACITY.label("capacity"),
    )
    .select_from(
        people.outerjoin(
            identities,
            (identities.c.person_key == people.c.key)
            & (identities.c.provider != literal_column(f"'{KEY_PROVIDER}'"))
            & ~exists().where(
                identity_providers.c.slug == identities.c.provider,
                identity_providers.c.issuer != identities.c.issuer,
            ),
        )
    )
    .where(_PERSON)
    .order_by(identities.c.provider)
)
_STANDING = Prepared(STANDING)
_REDEEMING = Prepared(
    select(_REDEEMED, code_tries.c.window_started_at, code_tries.c.tries, participation_codes.c.state)
    .select_from(
        people.outerjoin(code_tries, code_tries.c.person_key == people.c.key).outerjoin(
            participation_codes,
            (participation_codes.c.debate_key == bindparam("debate_key"))
            & (participation_codes.c.code_digest == bindparam("code_digest")),
        )
    )
    .where(_PERSON)
)
_fresh = participation_codes.alias("fresh")
_USE = (
    update(participation_codes)
    .where(
        participation_codes.c.debate_key == bindparam("in_debate"),
        participation_codes.c.code_digest == bindparam("code"),
        participation_codes.c.state == CodeState.FREE.value,
    )
    .values(state=CodeState.USED.value)
)
_MIX = (
    update(participation_codes)
    .where(
        participation_codes.c.state.in_([CodeState.USED.value, CodeState.SPENT.value]),
        participation_codes.c.debate_key.in_(
            select(_fresh.c.debate_key).where(_fresh.c.state == CodeState.USED.value)
        ),
    )
    .values(state=CodeState.SPENT.value)
)
_REVOKE = (
    update(participation_codes)
    .where(
        participation_codes.c.batch_key == bindparam("of_batch"),
        participation_codes.c.state == CodeState.FREE.value,
    )
    .values(state=CodeState.REVOKED.value)
)
_BATCH = select(code_batches.c.key).where(
    code_batches.c.debate_key == bindparam("debate_key"), code_batches.c.uid == bindparam("uid")
)


def _in_state(*states: CodeState) -> Any:  # noqa: ANN401 - a column of counts
    is_in = participation_codes.c.state.in_([state.value for state in states])
    return func.coalesce(func.sum(case((is_in, 1), else_=0)), 0)


_BATCHES: Select[Any] = (
    select(
        code_batches.c.uid,
        code_batches.c.note,
        code_batches.c.made_at,
        func.count(participation_codes.c.code_digest).label("made"),
        _in_state(CodeState.USED, CodeState.SPENT).label("used"),
        _in_state(CodeState.REVOKED).label("revoked"),
    )
    .select_from(
        code_batches.outerjoin(participation_codes, participation_codes.c.batch_key == code_batches.c.key)
    )
    .where(code_batches.c.debate_key == bindparam("debate_key"))
    .group_by(code_batches.c.key, code_batches.c.uid, code_batches.c.note, code_batches.c.made_at)
    .order_by(code_batches.c.key)
)


def _wrong(insertion: "type[PostgresqlInsert | SqliteInsert]") -> Prepared:
    # Counted in SQL: the same person may err in two debates at once, whose locks are two.
    statement = insertion(code_tries).values(
        person_key=bindparam("person_key"),
        window_started_at=bindparam("window_started_at"),
        tries=bindparam("tries"),
    )
    same = code_tries.c.window_started_at == statement.excluded.window_started_at
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=["person_key"],
            set_={
                "window_started_at": statement.excluded.window_started_at,
                "tries": case((same, code_tries.c.tries + 1), else_=statement.excluded.tries),
            },
        )
    )


_WRONG = {"postgresql": _wrong(PostgresqlInsert), "sqlite": _wrong(SqliteInsert)}


def standing_from(rows: Sequence[AnyRow]) -> Standing:
    """What rows of STANDING say of a person."""
    if not rows:
        return NOTHING_KNOWN
    first = rows[0]
    return Standing(
        email=bool(first.email),
        identities=tuple(Identity(row.provider, row.assurance) for row in rows if row.provider is not None),
        code=bool(first.redeemed),
        capacity=None if first.capacity is None else SpeaksAs(first.capacity),
    )


def batches_of(connection: Connection, debate_key: int) -> list[CodeBatch]:
    """The batches of a debate, oldest first."""
    rows = connection.execute(_BATCHES, {"debate_key": debate_key})
    return [CodeBatch(row.uid, row.note, row.made_at, row.made, row.used, row.revoked) for row in rows]


class SqlParticipations:
    """The participations port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def standing(self, debate_key: int, person_key: int) -> Standing:
        """What is known of a person that the debate may ask for."""
        return standing_from(_STANDING.all(self._connection, debate_key=debate_key, person_key=person_key))

    def add_batch(
        self, debate_key: int, uid: UUID, note: str, made_at: datetime, digests: Sequence[bytes]
    ) -> None:
        """Insert a batch of codes that nobody has used."""
        batch = self._connection.execute(
            insert(code_batches).values(uid=uid, debate_key=debate_key, note=note, made_at=made_at)
        )
        shared = {"debate_key": debate_key, "batch_key": inserted_key(batch), "state": CodeState.FREE.value}
        # Sorted: the order of insertion would be that of the printed list.
        codes = [shared | {"code_digest": digest} for digest in sorted(digests)]
        self._connection.execute(insert(participation_codes), codes)

    def batches(self, debate_key: int) -> list[CodeBatch]:
        """The batches of a debate, oldest first."""
        return batches_of(self._connection, debate_key)

    def revoke_batch(self, debate_key: int, uid: UUID) -> bool:
        """Revoke the codes of a batch that nobody has used; False when there is no such batch."""
        key = self._connection.execute(_BATCH, {"debate_key": debate_key, "uid": uid}).scalar()
        if key is None:
            return False
        self._connection.execute(_REVOKE, {"of_batch": key})
        return True

    def redeeming(self, debate_key: int, person_key: int, digest: bytes) -> Redeeming:
        """Whether the person has redeemed a code of the debate, and what became of this one."""
        row = _REDEEMING.first(
            self._connection, debate_key=debate_key, person_key=person_key, code_digest=digest
        )
        if row is None:
            raise LookupError(person_key)
        wrong = None if row.tries is None else WrongTries(row.window_started_at, row.tries)
        return Redeeming(bool(row.redeemed), wrong, None if row.state is None else CodeState(row.state))

    def redeem(self, debate_key: int, person_key: int, digest: bytes) -> None:
        """Mark a free code as used, and the person as somebody who redeemed one."""
        used = self._connection.execute(_USE, {"in_debate": debate_key, "code": digest})
        if used.rowcount != 1:
            raise LookupError(debate_key)
        row = {"debate_key": debate_key, "person_key": person_key}
        self._connection.execute(insert(code_redemptions), row)

    def mix_used(self) -> int:
        """Write all used codes of a debate anew, together, where one was used since."""
        return self._connection.execute(_MIX).rowcount

    def save_wrong(self, person_key: int, wrong: WrongTries) -> None:
        """Insert or replace the wrong tries of a person."""
        _WRONG[self._connection.dialect.name].all(
            self._connection,
            person_key=person_key,
            window_started_at=wrong.window_started_at,
            tries=wrong.tries,
        )

    def forget_wrong(self, until: datetime) -> int:
        """Delete the wrong tries of windows that started by an instant."""
        return self._connection.execute(
            delete(code_tries).where(code_tries.c.window_started_at <= until)
        ).rowcount
