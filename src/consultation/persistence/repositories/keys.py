"""Keys of organisations, the answers to their calls, and the people they act for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from consultation.application.ports import Account, Replay, StoredKey
from consultation.domain.keys import KEY_PROVIDER, KeyLife, Scope
from consultation.persistence.repositories.first_answers import FirstAnswers
from consultation.persistence.repositories.people import ACCOUNT_COLUMNS, SqlPeople, account_of
from consultation.persistence.tables import access_keys, identities, key_answers, people
from consultation.persistence.types import AnyRow

_ANSWERS: Final = FirstAnswers(key_answers, "access_key")
_PARTICIPANT: Final = (
    select(*ACCOUNT_COLUMNS)
    .join(identities, identities.c.person_key == people.c.key)
    .where(identities.c.issuer == bindparam("issuer"), identities.c.subject == bindparam("subject"))
)
_NOTE_USE: Final = (
    update(access_keys)
    .where(
        access_keys.c.key == bindparam("used_key"),
        or_(access_keys.c.used_at.is_(None), access_keys.c.used_at < bindparam("at")),
    )
    .values(used_at=bindparam("at"))
)


def life_of(row: AnyRow) -> KeyLife:
    """The life of a key, of a row of its table."""
    return KeyLife(row.created_at, row.expires_at, row.revoked_at, row.rotated_at, row.former_until)


def stored_key_of(row: AnyRow) -> StoredKey:
    """The key of a row of its table."""
    return StoredKey(
        key=row.key,
        uid=row.uid,
        name=row.name,
        scopes=frozenset(map(Scope, row.scopes)),
        hint=row.hint,
        life=life_of(row),
        used_at=row.used_at,
    )


class SqlKeys:
    """The keys port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, organisation_key: int, issuer: str, key: StoredKey, digest: bytes) -> None:
        """Insert a key."""
        self._connection.execute(
            insert(access_keys).values(
                uid=key.uid,
                organisation_key=organisation_key,
                name=key.name,
                scopes=sorted(key.scopes),
                issuer=issuer,
                hint=key.hint,
                token_digest=digest,
                created_at=key.life.created_at,
                expires_at=key.life.expires_at,
            )
        )

    def lock(self, organisation_key: int, uid: UUID) -> StoredKey | None:
        """A key of the organisation, locked until the transaction ends."""
        row = self._connection.execute(
            select(access_keys)
            .where(access_keys.c.organisation_key == organisation_key, access_keys.c.uid == uid)
            .with_for_update()
        ).one_or_none()
        return None if row is None else stored_key_of(row)

    def rotate(self, key: StoredKey, digest: bytes) -> None:
        """Write a new secret; the present one becomes the former one."""
        self._connection.execute(
            update(access_keys)
            .where(access_keys.c.key == key.key)
            .values(
                former_digest=access_keys.c.token_digest,
                former_until=key.life.former_until,
                token_digest=digest,
                hint=key.hint,
                rotated_at=key.life.rotated_at,
                expires_at=key.life.expires_at,
            )
        )

    def revoke(self, key: StoredKey) -> None:
        """Write when a key was revoked."""
        self._connection.execute(
            update(access_keys).where(access_keys.c.key == key.key).values(revoked_at=key.life.revoked_at)
        )

    def of(self, organisation_key: int) -> list[StoredKey]:
        """All keys of an organisation, newest first."""
        rows = self._connection.execute(
            select(access_keys)
            .where(access_keys.c.organisation_key == organisation_key)
            .order_by(access_keys.c.uid.desc())
        )
        return [stored_key_of(row) for row in rows]

    def note_uses(self, uses: Mapping[int, datetime]) -> None:
        """Write when keys were last used; never an earlier instant."""
        self._connection.execute(_NOTE_USE, [{"used_key": key, "at": at} for key, at in sorted(uses.items())])

    def keep(self, key: int, idempotency_key: str, replay: Replay, now: datetime) -> None:
        """Keep the first answer to a call of a key. Raises AlreadyKept."""
        _ANSWERS.keep(self._connection, key, idempotency_key, replay, now)

    def forget(self, until: datetime) -> int:
        """Delete the answers kept until an instant; how many."""
        return _ANSWERS.forget(self._connection, until)

    def participant(self, issuer: str, subject: str) -> Account | None:
        """The person whom an organisation knows by this name, if there is one."""
        named = {"issuer": issuer, "subject": subject}
        row = self._connection.execute(_PARTICIPANT, named).one_or_none()
        return None if row is None else account_of(row)

    def add_participant(self, issuer: str, subject: str, account: Account, now: datetime) -> Account:
        """Insert a person whom an organisation knows by this name.

        Of two first-comers at once one meets the primary key; its command is run again and finds
        the other's person.
        """
        added = SqlPeople(self._connection).add(account, now)
        self._connection.execute(
            insert(identities).values(
                issuer=issuer,
                subject=subject,
                person_key=added.key,
                provider=KEY_PROVIDER,
                linked_at=now,
                used_at=now,
            )
        )
        return added
