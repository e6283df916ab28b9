"""Who calls with a key, and what organisations see of their keys."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, or_, select

from consultation.application.ports import (
    REPLAYED_FOR,
    Account,
    Delegate,
    KeyCall,
    KeyHolder,
    Replay,
    StoredKey,
)
from consultation.application.readers import Page, Window
from consultation.domain.actors import Key
from consultation.domain.keys import Scope
from consultation.persistence.prepared import Prepared
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import Order, cut
from consultation.persistence.repositories.keys import life_of, stored_key_of
from consultation.persistence.tables import (
    access_keys,
    debates,
    idempotency_keys,
    identities,
    journal_entries,
    key_answers,
    organisations,
    people,
)
from consultation.persistence.types import AnyRow

# Compared as hashes of 256 random bits: how long the look-up takes says nothing about a secret.
_BY_SECRET: Final = (
    select(
        access_keys,
        organisations.c.locale.label("organisation_locale"),
        organisations.c.time_zone,
    )
    .join(organisations, organisations.c.key == access_keys.c.organisation_key)
    .where(
        or_(
            access_keys.c.token_digest == bindparam("digest"),
            access_keys.c.former_digest == bindparam("digest"),
        )
    )
)


def _with_answers(statement: Select[Any], answers: Any, owner: Any) -> Select[Any]:  # noqa: ANN401 - a table, a condition
    return statement.add_columns(
        answers.c.fingerprint,
        answers.c.status,
        answers.c.headers,
        answers.c.body,
    ).outerjoin(
        answers,
        and_(
            owner,
            answers.c.idempotency_key == bindparam("idempotency_key"),
            answers.c.created_at > bindparam("since"),
        ),
    )


_ALONE: Final = Prepared(
    _with_answers(_BY_SECRET, key_answers, key_answers.c.access_key == access_keys.c.key)
)
_ON_BEHALF: Final = Prepared(
    _with_answers(
        _BY_SECRET.add_columns(
            people.c.key.label("person_key"),
            people.c.uid.label("person_uid"),
            people.c.name.label("person_name"),
            people.c.email.label("person_email"),
            people.c.locale.label("person_locale"),
        )
        .outerjoin(
            identities,
            and_(identities.c.issuer == access_keys.c.issuer, identities.c.subject == bindparam("subject")),
        )
        .outerjoin(people, people.c.key == identities.c.person_key),
        idempotency_keys,
        idempotency_keys.c.person_key == people.c.key,
    )
)
_KEYS: Final = select(access_keys).where(access_keys.c.organisation_key == bindparam("organisation_key"))
_NEWEST: Final = Order((access_keys.c.uid,), descending=True)
# One row without an entry for a key that has not been used, no row for a key that there is not.
_USES: Final = (
    select(
        debates.c.uid.label("debate_uid"),
        journal_entries.c.sequence,
        journal_entries.c.kind,
        journal_entries.c.at,
    )
    .select_from(
        access_keys.outerjoin(
            journal_entries.join(debates, debates.c.key == journal_entries.c.debate_key),
            and_(
                journal_entries.c.access_key == bindparam("written_uid"),
                debates.c.organisation_key == access_keys.c.organisation_key,
            ),
        )
    )
    .where(
        access_keys.c.uid == bindparam("uid"),
        access_keys.c.organisation_key == bindparam("organisation_key"),
    )
)
_NEWEST_USE: Final = Order((debates.c.uid, journal_entries.c.sequence), descending=True)
_NEVER: Final = ""
"""No client can send an empty Idempotency-Key."""


class KeyReads(Reads):
    """Reads for servers with a key, and about keys."""

    def key_call(
        self, digest: bytes, subject: str | None, idempotency_key: str | None, now: datetime
    ) -> KeyCall | None:
        """The key of a secret, for whom it acts, and the first answer kept for the call."""
        values = {
            "digest": digest,
            "idempotency_key": idempotency_key or _NEVER,
            "since": now - REPLAYED_FOR,
        }
        if subject is None:
            row = _ALONE.first(self._connection, **values)
        else:
            row = _ON_BEHALF.first(self._connection, **values, subject=subject)
        if row is None:
            return None
        holder = _holder(row)
        kept = None
        if row.fingerprint is not None:
            kept = Replay(row.fingerprint, row.status, row.headers, row.body)
        return KeyCall(
            caller=holder if subject is None else Delegate(holder, subject, _account(row)),
            life=life_of(row),
            is_former=row.token_digest != digest,
            time_zone=row.time_zone,
            replay=kept,
        )

    def keys(self, organisation_key: int, window: Window) -> tuple[list[StoredKey], UUID | None]:
        """A page of an organisation's keys, newest first, and after which one the next begins."""
        statement = _NEWEST.page(_KEYS, window)
        rows = self._connection.execute(statement, {"organisation_key": organisation_key}).all()
        page, more = cut(rows, window)
        return [stored_key_of(row) for row in page], page[-1].uid if more else None

    def key_uses(self, organisation_key: int, uid: UUID, window: Window) -> Page | None:
        """Journal entries made through a key of the organisation, newest debate first."""
        statement = _NEWEST_USE.page(_USES, window)
        named = {"organisation_key": organisation_key, "uid": uid, "written_uid": str(uid)}
        rows, more = cut(self._connection.execute(statement, named).all(), window)
        if not rows:
            return None
        items = [
            {"debate": row.debate_uid, "sequence": row.sequence, "kind": row.kind, "at": row.at}
            for row in rows
            if row.sequence is not None
        ]
        return Page(items, (rows[-1].debate_uid, rows[-1].sequence) if more else None)


def _holder(row: AnyRow) -> KeyHolder:
    key = Key(
        key=row.key,
        uid=row.uid,
        name=row.name,
        organisation=row.organisation_key,
        scopes=frozenset(map(Scope, row.scopes)),
    )
    return KeyHolder(key, row.issuer, row.organisation_locale)


def _account(row: AnyRow) -> Account | None:
    if row.person_key is None:
        return None
    return Account(row.person_key, row.person_uid, row.person_name, row.person_email, row.person_locale)
