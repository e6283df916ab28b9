"""Counters of calls and used proofs of work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import Connection, bindparam, delete
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from consultation.application.ports import Counted, Proof
from consultation.persistence.tables import call_counters, used_proofs

_Insert: TypeAlias = type[PostgresqlInsert] | type[SqliteInsert]
_INSERT: Final[Mapping[str, _Insert]] = {"postgresql": PostgresqlInsert, "sqlite": SqliteInsert}
_AT_ONCE: Final = 500
"""Rows of one statement; their parameters stay far below what the databases take."""

_FORGET_COUNTERS = delete(call_counters).where(call_counters.c.expires_at <= bindparam("until"))
_FORGET_PROOFS = delete(used_proofs).where(used_proofs.c.expires_at <= bindparam("until"))


class SqlCallCounters:
    """The counters port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, counted: Mapping[bytes, Counted]) -> Mapping[bytes, int]:
        """Add to the counters and return what they all are now."""
        # In one order in every process: no two wait for each other's rows.
        rows = [
            {"subject_digest": digest, "calls": one.calls, "expires_at": one.until}
            for digest, one in sorted(counted.items())
        ]
        totals: dict[bytes, int] = {}
        for start in range(0, len(rows), _AT_ONCE):
            insertion = _INSERT[self._connection.dialect.name](call_counters).values(
                rows[start : start + _AT_ONCE]
            )
            statement = insertion.on_conflict_do_update(
                index_elements=["subject_digest"],
                set_={"calls": call_counters.c.calls + insertion.excluded.calls},
            ).returning(call_counters.c.subject_digest, call_counters.c.calls)
            totals.update(
                (bytes(row.subject_digest), row.calls) for row in self._connection.execute(statement)
            )
        return totals

    def forget(self, until: datetime) -> int:
        """Delete the counters that matter no longer at an instant; how many."""
        return self._connection.execute(_FORGET_COUNTERS, {"until": until}).rowcount


class SqlUsedProofs:
    """The used proofs port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def use(self, proof: Proof) -> bool:
        """Use a proof; false when it was used before."""
        insertion = _INSERT[self._connection.dialect.name](used_proofs).values(
            proof_digest=proof.digest, expires_at=proof.expires_at
        )
        # Whoever comes second waits for the first one's commit, and then gets no row.
        statement = insertion.on_conflict_do_nothing().returning(used_proofs.c.proof_digest)
        return self._connection.execute(statement).first() is not None

    def forget(self, until: datetime) -> int:
        """Delete the proofs that expired by an instant; how many."""
        return self._connection.execute(_FORGET_PROOFS, {"until": until}).rowcount
