"""Read models: consistent snapshots whose documents are built straight from Core rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from consultation.application.documents import Links
from consultation.application.readers import Snapshot
from consultation.application.versions import Versions
from consultation.persistence.engine import Database
from consultation.persistence.read_models.access import AccessReads
from consultation.persistence.read_models.accountability import AccountabilityReads
from consultation.persistence.read_models.cases import CaseReads
from consultation.persistence.read_models.debates import DebateReads
from consultation.persistence.read_models.held import HeldReads
from consultation.persistence.read_models.identities import IdentityReads
from consultation.persistence.read_models.keys import KeyReads
from consultation.persistence.read_models.members import MemberReads
from consultation.persistence.read_models.notices import NoticeReads
from consultation.persistence.read_models.official import OfficialReads
from consultation.persistence.read_models.own import OwnReads
from consultation.persistence.read_models.people import PeopleReads
from consultation.persistence.read_models.posts import PostReads
from consultation.persistence.read_models.privacy import PrivacyReads
from consultation.persistence.read_models.records import RecordReads
from consultation.persistence.read_models.sharing import SharingReads
from consultation.persistence.read_models.webhooks import WebhookReads
from consultation.persistence.read_models.worker import WorkerReads


class SqlSnapshot(
    DebateReads,
    PostReads,
    RecordReads,
    OfficialReads,
    PeopleReads,
    OwnReads,
    IdentityReads,
    MemberReads,
    KeyReads,
    AccessReads,
    SharingReads,
    PrivacyReads,
    WorkerReads,
    WebhookReads,
    CaseReads,
    HeldReads,
    AccountabilityReads,
    NoticeReads,
    Snapshot,
):
    """One consistent view of the database, on one connection."""


class SqlReaders:
    """Opens snapshots and notes in `versions` what they saw."""

    def __init__(self, database: Database, links: Links, versions: Versions) -> None:
        self._database = database
        self._links = links
        self._versions = versions

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """A consistent view, for the duration of the context."""
        with self._database.reading() as connection:
            yield SqlSnapshot(connection, self._links, self._versions)

    @contextmanager
    def glance(self) -> Iterator[Snapshot]:
        """A view in which each statement has a snapshot of its own, where that is faster."""
        is_glance = not self._database.is_sqlite
        with self._database.glancing() as connection:
            yield SqlSnapshot(connection, self._links, self._versions, is_glance=is_glance)
