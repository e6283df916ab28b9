"""First answers of calls with an idempotency key."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from consultation.application.ports import REPLAYED_FOR, AlreadyKept, Replay
from consultation.persistence.prepared import Prepared
from consultation.persistence.tables import idempotency_keys

_COLUMNS = ("fingerprint", "status", "headers", "body", "created_at")
_EXPIRED = idempotency_keys.c.created_at <= bindparam("expired")
# An answer past its 24 hours gives way; a younger one was first and stays.
_KEPT = ("person_key", "idempotency_key", *_COLUMNS)


def _keep(insertion: "type[PostgresqlInsert | SqliteInsert]") -> Prepared:
    statement = insertion(idempotency_keys).values({name: bindparam(name) for name in _KEPT})
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=["person_key", "idempotency_key"],
            set_={name: statement.excluded[name] for name in _COLUMNS},
            where=_EXPIRED,
        ).returning(idempotency_keys.c.status)
    )


_KEEP = {"postgresql": _keep(PostgresqlInsert), "sqlite": _keep(SqliteInsert)}
_FORGET = delete(idempotency_keys).where(idempotency_keys.c.created_at <= bindparam("until"))


class SqlReplays:
    """The replays port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, person_key: int, key: str, replay: Replay, now: datetime) -> None:
        """Keep an answer. Raises AlreadyKept when a concurrent call was first."""
        values = {
            "person_key": person_key,
            "idempotency_key": key,
            "fingerprint": replay.fingerprint,
            "status": replay.status,
            "headers": dict(replay.headers),
            "body": replay.body,
            "created_at": now,
            "expired": now - REPLAYED_FOR,
        }
        statement = _KEEP[self._connection.dialect.name]
        if statement.first(self._connection, **values) is None:
            raise AlreadyKept

    def drop(self, person_key: int, key: str) -> None:
        """Delete the answer kept under a person's key: the call may be decided anew."""
        self._connection.execute(
            delete(idempotency_keys).where(
                idempotency_keys.c.person_key == person_key, idempotency_keys.c.idempotency_key == key
            )
        )

    def forget(self, until: datetime) -> int:
        """Delete the answers kept until an instant; how many."""
        return self._connection.execute(_FORGET, {"until": until}).rowcount
