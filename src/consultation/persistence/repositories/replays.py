"""First answers of calls with an idempotency key."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete

from consultation.application.ports import Replay
from consultation.persistence.repositories.first_answers import FirstAnswers
from consultation.persistence.tables import idempotency_keys

_ANSWERS: Final = FirstAnswers(idempotency_keys, "person_key")


class SqlReplays:
    """The replays port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, person_key: int, key: str, replay: Replay, now: datetime) -> None:
        """Keep an answer. Raises AlreadyKept when a concurrent call was first."""
        _ANSWERS.keep(self._connection, person_key, key, replay, now)

    def drop(self, person_key: int, key: str) -> None:
        """Delete the answer kept under a person's key: the call may be decided anew."""
        self._connection.execute(
            delete(idempotency_keys).where(
                idempotency_keys.c.person_key == person_key, idempotency_keys.c.idempotency_key == key
            )
        )

    def forget(self, until: datetime) -> int:
        """Delete the answers kept until an instant; how many."""
        return _ANSWERS.forget(self._connection, until)
