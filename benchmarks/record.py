"""Recording the statements that the service sends for one request, and sending them without it."""

from asyncio import get_running_loop
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import current_thread
from typing import Any, Final, TypeAlias

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, event
from starlette.testclient import TestClient

from consultation.api.threads import CORE
from consultation.bootstrap import build, create_app
from consultation.settings import Settings

_CONTROL: Final = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
_REPLACED: Final = (int, str, bytes)

Parameters: TypeAlias = Any
"""Positional for sqlite3, by name for psycopg."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the driver got it."""

    text: str
    parameters: Parameters

    @property
    def verb(self) -> str:
        """SELECT, INSERT, UPDATE ..."""
        return self.text.split(None, 1)[0]

    def with_fresh(self, fresh: Mapping[Any, Any]) -> Parameters:
        """The parameters, some values replaced by others."""
        if isinstance(self.parameters, Mapping):
            return {name: _fresh(value, fresh) for name, value in self.parameters.items()}
        return tuple(_fresh(value, fresh) for value in self.parameters)


def _fresh(value: Any, fresh: Mapping[Any, Any]) -> Any:  # noqa: ANN401 - whatever a column holds
    return fresh.get(value, value) if isinstance(value, _REPLACED) else value


@dataclass(slots=True)
class Transaction:
    """The statements between a beginning and an end."""

    statements: list[Statement] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Is there anything to commit? Reads end with a COMMIT too, and need none."""
        return any(statement.verb != "SELECT" for statement in self.statements)


def _in_a_call() -> bool:
    """Is this a thread that calls run in, or the event loop, on which short reads may?"""
    if current_thread().name.startswith(CORE):
        return True
    with suppress(RuntimeError):
        return get_running_loop().is_running()
    return False


@contextmanager
def recording() -> Iterator[list[Transaction]]:
    """Collect what calls send during the block, and not what the service does by itself meanwhile."""
    seen: list[Transaction] = []

    def begun(_connection: Connection) -> None:
        if _in_a_call():
            seen.append(Transaction())

    def executed(connection: Connection, _cursor: object, text: str, parameters: Any, *_: object) -> None:  # noqa: ANN401 - of either driver
        if _in_a_call() and not text.startswith(_CONTROL):
            if not connection.in_transaction():  # a glance at SQLite, which the driver begins
                seen.append(Transaction())
            seen[-1].statements.append(Statement(text, parameters))

    event.listen(Engine, "begin", begun)
    event.listen(Engine, "before_cursor_execute", executed)
    try:
        yield seen
    finally:
        event.remove(Engine, "begin", begun)
        event.remove(Engine, "before_cursor_execute", executed)


@contextmanager
def in_process(url: str, **settings: Any) -> Iterator[TestClient]:  # noqa: ANN401 - whatever settings hold
    """The service in this process, to look at what it does."""
    services = build(Settings(database_url=SecretStr(url), **settings))
    try:
        with TestClient(create_app(services), raise_server_exceptions=False) as client:
            yield client
    finally:
        services.database.dispose()


def recorded(
    url: str,
    method: str,
    path: str,
    *,
    status: int = 200,
    **options: Any,  # noqa: ANN401 - whatever a request has
) -> tuple[list[Transaction], Any]:
    """What one request sends to a database, built anew, and the JSON that it answers."""
    with in_process(url, document_cache_megabytes=0) as client, recording() as seen:
        answer = client.request(method, path, **options)
        assert answer.status_code == status, answer.text
    return [transaction for transaction in seen if transaction.statements], answer.json()


class Replay:
    """Sends recorded transactions over a connection of the driver, one after the other.

    What was only read is read without a transaction around it.
    """

    def __init__(self, connection: Any, transactions: list[Transaction]) -> None:  # noqa: ANN401 - of either driver
        self._connection = connection
        self._transactions = transactions
        self._begin = "BEGIN IMMEDIATE" if type(connection).__module__ == "sqlite3" else "BEGIN"

    def send(self, fresh: dict[Any, Any], returned: tuple[Any, ...]) -> None:
        """One act in which values are replaced by fresh ones.

        `returned` are the recorded values in whose place those that RETURNING gives now go into
        the statements that follow; None for one that stays.
        """
        run = self._connection.execute
        for transaction in self._transactions:
            if transaction.writes:
                run(self._begin)
            for statement in transaction.statements:
                cursor = run(statement.text, statement.with_fresh(fresh))
                if cursor.description is None:
                    continue
                rows = cursor.fetchall()
                # The debate gives numbers that others refer to; a contribution returns what it is.
                if statement.text.startswith("UPDATE debates"):
                    fresh |= dict(zip(returned, rows[0], strict=True))
            if transaction.writes:
                run("COMMIT")
