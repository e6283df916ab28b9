"""The one place that commits: a command runs in a transaction, or it never happened."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from consultation.application.ports import Busy, Clock, IdSource, Transaction, UnitOfWork
from consultation.application.versions import Versions
from consultation.domain.debates import Debate
from consultation.domain.decisions import Refused
from consultation.persistence.engine import Database
from consultation.persistence.repositories import (
    SqlArchives,
    SqlCallCounters,
    SqlCases,
    SqlDebates,
    SqlErasing,
    SqlFollows,
    SqlHeldPosts,
    SqlIdentities,
    SqlInvitations,
    SqlJobs,
    SqlJournal,
    SqlKeys,
    SqlNotices,
    SqlOfficials,
    SqlOrganisations,
    SqlOrigins,
    SqlOutbox,
    SqlParticipations,
    SqlPeople,
    SqlPlatformAdministrators,
    SqlPosts,
    SqlReplays,
    SqlSessions,
    SqlSleepers,
    SqlUsedProofs,
    SqlVotes,
    SqlWebhooks,
)
from consultation.persistence.repositories.debates import version_of

Result = TypeVar("Result")

_ATTEMPTS = 5
# Serialisation failure and deadlock (PostgreSQL, appendix A): run the command again.
_AGAIN = frozenset({"40001", "40P01"})
# Two first-comers inserted the same key: the second finds the row when it looks again.
_UNIQUE = "23505"
# Lock not available, query cancelled by its timeout, too many connections.
_BUSY = frozenset({"55P03", "57014", "53300"})

_log = logging.getLogger(__name__)


class SqlTransaction(Transaction):
    """One unit of work on one connection."""

    def __init__(self, connection: Connection, ids: IdSource, clock: Clock) -> None:
        self.connection = connection
        self.ids = ids
        self.now = clock
        self.debates = SqlDebates(connection)
        self.posts = SqlPosts(connection)
        self.votes = SqlVotes(connection)
        self.people = SqlPeople(connection)
        self.keys = SqlKeys(connection)
        self.sessions = SqlSessions(connection)
        self.participations = SqlParticipations(connection)
        self.organisations = SqlOrganisations(connection)
        self.invitations = SqlInvitations(connection)
        self.platform = SqlPlatformAdministrators(connection)
        self.origins = SqlOrigins(connection)
        self.identities = SqlIdentities(connection)
        self.journal = SqlJournal(connection)
        self.replays = SqlReplays(connection)
        self.call_counters = SqlCallCounters(connection)
        self.used_proofs = SqlUsedProofs(connection)
        self.erasing = SqlErasing(connection)
        self.archives = SqlArchives(connection)
        self.sleepers = SqlSleepers(connection)
        self.outbox = SqlOutbox(connection)
        self.jobs = SqlJobs(connection)
        self.webhooks = SqlWebhooks(connection)
        self.cases = SqlCases(connection, self.debates)
        self.held = SqlHeldPosts(connection, self.debates)
        self.officials = SqlOfficials(connection)
        self.notices = SqlNotices(connection)
        self.follows = SqlFollows(connection)


class SqlUnitOfWork:
    """Runs commands against one database.

    After a commit it tells `versions` which debates moved, so that this process serves no
    older document, has them announced to the other processes, and calls `on_news` when there is
    something for the worker.
    """

    def __init__(
        self,
        database: Database,
        ids: IdSource,
        clock: Clock,
        versions: Versions,
        on_news: Callable[[], None] = lambda: None,
        announce: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._announce = announce
        self._on_news = on_news
        self._database = database
        self._ids = ids
        self._clock = clock
        self._versions = versions

    def perform(
        self, command: Callable[[Transaction], Result | Refused], *, hasty: bool = False
    ) -> Result | Refused:
        """Run a command and commit, or roll back when it refuses or raises."""
        for attempt in range(1, _ATTEMPTS + 1):
            committing = False
            try:
                with self._database.writing(hasty=hasty) as connection:
                    transaction = SqlTransaction(connection, self._ids, self._clock)
                    result = command(transaction)
                    if isinstance(result, Refused):
                        connection.rollback()
                        return result
                    committing = True
                    connection.commit()
            except DBAPIError as error:
                if attempt == _ATTEMPTS or not _may_repeat(error, committing=committing):
                    raise _as_busy(error) from error
                _log.warning("transaction is run again: %s", type(error.orig).__name__)
                continue
            self._tell(transaction.debates.touched, is_due=transaction.jobs.is_due)
            return result
        raise Busy

    @contextmanager
    def shared(self) -> Iterator[UnitOfWork]:
        """One transaction for all commands of a block. See `SharedWork`."""
        try:
            with self._database.writing(hasty=True) as connection:
                shared = _Shared(connection, self._ids, self._clock)
                yield shared
                if shared.is_lost:
                    raise Busy
                connection.commit()
        except DBAPIError as error:
            raise _as_busy(error) from error
        self._tell(shared.touched, is_due=shared.is_due)

    def _tell(self, touched: Mapping[int, Debate], *, is_due: bool) -> None:
        published = [debate for debate in touched.values() if debate.published_at is not None]
        for debate in published:
            self._versions.observe(version_of(debate))
            self._announce(debate.key)
        if published or is_due:
            self._on_news()


class _Shared:
    """Commands one after the other in one transaction, each behind a savepoint of its own."""

    def __init__(self, connection: Connection, ids: IdSource, clock: Clock) -> None:
        self._connection = connection
        self._ids = ids
        self._clock = clock
        self._standing: SqlTransaction | None = None
        self.touched: dict[int, Debate] = {}
        self.is_due = False
        self.is_lost = False
        """Did the database undo all of it by itself, as it may when the disk is full?"""

    def perform(
        self, command: Callable[[Transaction], Result | Refused], *, hasty: bool = False
    ) -> Result | Refused:
        """Run a command; what it wrote goes when it refuses or raises, and nothing else does."""
        del hasty  # whoever shares is
        if self.is_lost:
            raise Busy
        if not self._connection.in_transaction():
            self._connection.begin()
        self._send("SAVEPOINT command")
        # What an undone command knew of the database may not be so: the next one begins anew.
        transaction = self._standing or SqlTransaction(self._connection, self._ids, self._clock)
        self._standing = None
        try:
            result = command(transaction)
        except BaseException:
            self._undo()
            raise
        if isinstance(result, Refused):
            self._undo()
            return result
        self._send("RELEASE command")
        self._standing = transaction
        self.touched |= transaction.debates.touched
        self.is_due = self.is_due or transaction.jobs.is_due
        return result

    def _undo(self) -> None:
        self._send("ROLLBACK TO command")
        self._send("RELEASE command")

    def _send(self, statement: str) -> None:
        # By the driver, for SQLAlchemy takes ten times as long for it.
        driver: Any = self._connection.connection.driver_connection
        try:
            driver.execute(statement)
        except Exception:
            self.is_lost = True  # no savepoint, no transaction: whatever was done before is gone
            raise


def _state(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _may_repeat(error: DBAPIError, *, committing: bool) -> bool:
    if _state(error) in _AGAIN or _state(error) == _UNIQUE:
        return True
    # A connection lost before COMMIT was sent wrote nothing; after it, nobody knows.
    return error.connection_invalidated and not committing


def _as_busy(error: DBAPIError) -> Exception:
    locked = isinstance(error, OperationalError) and "locked" in str(error.orig)
    return Busy() if locked or _state(error) in _BUSY | _AGAIN else error
