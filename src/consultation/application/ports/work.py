"""The unit of work."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from consultation.application.ports.abuse import CallCounters, UsedProofs
from consultation.application.ports.calls import Replays
from consultation.application.ports.debates import Debates, Journal
from consultation.application.ports.follows import Follows
from consultation.application.ports.held import HeldPosts
from consultation.application.ports.identities import Identities
from consultation.application.ports.keys import Keys
from consultation.application.ports.members import Invitations, PlatformAdministrators
from consultation.application.ports.moderation import Cases
from consultation.application.ports.notices import Notices
from consultation.application.ports.official import Officials
from consultation.application.ports.origins import Origins
from consultation.application.ports.outside import Clock, IdSource
from consultation.application.ports.participation import Participations
from consultation.application.ports.people import Organisations, People
from consultation.application.ports.posts import Posts, Votes
from consultation.application.ports.privacy import Archives, Erasing, Sleepers
from consultation.application.ports.sessions import Sessions
from consultation.application.ports.webhooks import Webhooks
from consultation.application.ports.worker import Jobs, Outbox
from consultation.domain.decisions import Refused

Result = TypeVar("Result")


class Transaction(Protocol):
    """One unit of work."""

    debates: Debates
    posts: Posts
    votes: Votes
    people: People
    keys: Keys
    sessions: Sessions
    participations: Participations
    organisations: Organisations
    invitations: Invitations
    platform: PlatformAdministrators
    origins: Origins
    identities: Identities
    journal: Journal
    replays: Replays
    call_counters: CallCounters
    used_proofs: UsedProofs
    erasing: Erasing
    archives: Archives
    sleepers: Sleepers
    outbox: Outbox
    jobs: Jobs
    webhooks: Webhooks
    cases: Cases
    held: HeldPosts
    officials: Officials
    notices: Notices
    follows: Follows
    ids: IdSource
    now: Clock


class UnitOfWork(Protocol):
    """Runs commands, each in a transaction of its own."""

    def perform(
        self, command: Callable[[Transaction], Result | Refused], *, hasty: bool = False
    ) -> Result | Refused:
        """Run a command and commit, or roll back when it refuses or raises.

        A command that meets a serialisation failure, a deadlock or a lost connection before
        the commit is run again, so it must not touch anything but its transaction.
        Raises `Busy` when the database does not come free in time; who is `hasty` asks that this
        be at once, where writers take turns at the whole database.
        """


class SharedWork(UnitOfWork, Protocol):
    """A unit of work of which several commands may share a transaction."""

    def shared(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work for the length of a block, at whose end all its commands are committed, or none.

        A command that refuses or raises is undone by itself and leaves the others as they are.
        Whoever shares is hasty: raises `Busy` when the database is not free at once, or when what
        was done in the block was lost.
        """


class Busy(Exception):
    """The database did not come free in time; nothing was written."""
