"""Accounts, roles and sign-in codes."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from consultation.application.ports import Account, SentCode
from consultation.domain.actors import Role
from consultation.persistence.tables import memberships, people, sessions, sign_in_codes
from consultation.persistence.types import AnyRow, inserted_key

ACCOUNT_COLUMNS = (
    *(people.c.key, people.c.uid, people.c.name, people.c.email, people.c.locale),
    people.c.last_seen,
)
BY_SESSION = (
    select(*ACCOUNT_COLUMNS, sessions.c.used_at)
    .join(sessions, sessions.c.person_key == people.c.key)
    .where(sessions.c.token_digest == bindparam("digest"), sessions.c.expires_at > bindparam("now"))
)
_ROLES = select(memberships.c.role).where(
    memberships.c.person_key == bindparam("person_key"),
    memberships.c.organisation_key == bindparam("organisation_key"),
)


def account_of(row: AnyRow) -> Account:
    """The account of a row with ACCOUNT_COLUMNS."""
    return Account(row.key, row.uid, row.name, row.email, row.locale, row.last_seen)


def caller_of(row: AnyRow) -> Account:
    """The account of a row of BY_SESSION."""
    return Account(row.key, row.uid, row.name, row.email, row.locale, row.last_seen, row.used_at)


class SqlPeople:
    """The people port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._locked_codes: set[bytes] = set()

    def by_email(self, email: str) -> Account | None:
        """The account with this normalised address."""
        row = self._connection.execute(select(*ACCOUNT_COLUMNS).where(people.c.email == email)).one_or_none()
        return None if row is None else account_of(row)

    def add(self, account: Account, created_at: datetime) -> Account:
        """Insert an account and return it with its key."""
        result = self._connection.execute(
            insert(people).values(
                uid=account.uid,
                name=account.name,
                email=account.email,
                locale=account.locale,
                created_at=created_at,
                last_seen=account.last_seen,
            )
        )
        return replace(account, key=inserted_key(result))

    def save(self, account: Account) -> None:
        """Write name and locale."""
        self._connection.execute(
            update(people).where(people.c.key == account.key).values(name=account.name, locale=account.locale)
        )

    def roles(self, person_key: int, organisation_key: int) -> frozenset[Role]:
        """The person's roles in the organisation."""
        rows = self._connection.execute(
            _ROLES, {"person_key": person_key, "organisation_key": organisation_key}
        )
        return frozenset(Role(row.role) for row in rows)

    def forget_codes(self, until: datetime) -> int:
        """Delete the codes whose window started by an instant; how many."""
        return self._connection.execute(
            delete(sign_in_codes).where(sign_in_codes.c.window_started_at <= until)
        ).rowcount

    def lock_code(self, address_digest: bytes) -> SentCode | None:
        """The last code of an address, locked until the transaction ends."""
        row = self._connection.execute(
            select(sign_in_codes).where(sign_in_codes.c.address_digest == address_digest).with_for_update()
        ).one_or_none()
        if row is None:
            return None
        self._locked_codes.add(address_digest)
        return SentCode(
            code_digest=row.code_digest,
            expires_at=row.expires_at,
            tries_left=row.tries_left,
            window_started_at=row.window_started_at,
            sent_in_window=row.sent_in_window,
        )

    def save_code(self, address_digest: bytes, code: SentCode) -> None:
        """Write the code of an address that was locked, or insert that of one that had none.

        Where somebody inserted one since, the key is taken and the command is run again: to
        replace that row would lose what it counts.
        """
        values = {
            "code_digest": code.code_digest,
            "expires_at": code.expires_at,
            "tries_left": code.tries_left,
            "window_started_at": code.window_started_at,
            "sent_in_window": code.sent_in_window,
        }
        if address_digest in self._locked_codes:
            there = sign_in_codes.c.address_digest == address_digest
            self._connection.execute(update(sign_in_codes).where(there).values(values))
        else:
            self._connection.execute(insert(sign_in_codes).values(address_digest=address_digest, **values))

    def remove_code(self, address_digest: bytes) -> None:
        """Delete the code of an address."""
        self._connection.execute(
            delete(sign_in_codes).where(sign_in_codes.c.address_digest == address_digest)
        )
