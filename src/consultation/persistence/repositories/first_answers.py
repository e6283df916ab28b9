"""How first answers are kept, whoever the caller is: a person, or a server with a key."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Table, bindparam, delete
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from consultation.application.ports import REPLAYED_FOR, AlreadyKept, Replay
from consultation.persistence.prepared import Prepared

_COLUMNS: Final = ("fingerprint", "status", "headers", "body", "created_at")


class FirstAnswers:
    """The first answers in one table, whose column `owner` says whose call it was."""

    def __init__(self, table: Table, owner: str) -> None:
        self._owner = owner
        self._keep = {
            "postgresql": _keeping(PostgresqlInsert, table, owner),
            "sqlite": _keeping(SqliteInsert, table, owner),
        }
        self._forget = delete(table).where(table.c.created_at <= bindparam("until"))

    def keep(self, connection: Connection, owner: int, key: str, replay: Replay, now: datetime) -> None:
        """Keep an answer. Raises AlreadyKept when a concurrent call was first."""
        values = {
            self._owner: owner,
            "idempotency_key": key,
            "fingerprint": replay.fingerprint,
            "status": replay.status,
            "headers": dict(replay.headers),
            "body": replay.body,
            "created_at": now,
            "expired": now - REPLAYED_FOR,
        }
        if self._keep[connection.dialect.name].first(connection, **values) is None:
            raise AlreadyKept

    def forget(self, connection: Connection, until: datetime) -> int:
        """Delete the answers kept until an instant; how many."""
        return connection.execute(self._forget, {"until": until}).rowcount


def _keeping(insertion: "type[PostgresqlInsert | SqliteInsert]", table: Table, owner: str) -> Prepared:
    # An answer past its 24 hours gives way; a younger one was first and stays.
    names = (owner, "idempotency_key", *_COLUMNS)
    statement = insertion(table).values({name: bindparam(name) for name in names})
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=[owner, "idempotency_key"],
            set_={name: statement.excluded[name] for name in _COLUMNS},
            where=table.c.created_at <= bindparam("expired"),
        ).returning(table.c.status)
    )
