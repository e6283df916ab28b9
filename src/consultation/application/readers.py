"""What can be read: the port that pages, the API and exports share.

A `Snapshot` is one consistent view of the database. Its documents are plain structures with
the public field names (see `documents`), ready to be encoded.
"""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias
from uuid import UUID

from consultation.application.ports import (
    Account,
    CodeBatch,
    EmbedOrigin,
    IdentityReads,
    Invitation,
    KeptSession,
    KeyCall,
    Member,
    Ordered,
    Organisation,
    Replay,
    SharingReads,
    StoredKey,
    Webhook,
)
from consultation.application.versions import DebateVersion
from consultation.domain.actors import Role
from consultation.domain.debates import Debate
from consultation.domain.notices import MailSettings
from consultation.domain.participation import NOTHING_KNOWN, Standing
from consultation.domain.period import Phase
from consultation.domain.posts import PostHead, Side

if TYPE_CHECKING:
    from consultation.application.moderation.reading import QueueFilter
    from consultation.application.notices.appealing import Author
    from consultation.application.privacy.archives import Sections

Document: TypeAlias = dict[str, Any]


class ContributionSort(StrEnum):
    """Orders of a list of contributions; ties go by number."""

    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_VOTED = "most_voted"
    MOST_AGREED = "most_agreed"
    MOST_DISCUSSED = "most_discussed"
    RANDOM = "random"


class ReplySort(StrEnum):
    """Orders of a list of arguments or sources; ties go by number."""

    OLDEST = "oldest"
    NEWEST = "newest"
    MOST_SUPPORTED = "most_supported"


Position: TypeAlias = tuple[int | UUID, ...]
"""Where a page ends, in the terms of its order: sort values, then the number or public id."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `position` is None on the last."""

    items: list[Document]
    position: Position | None


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is wanted: at most `limit` items after a position, or from the start."""

    limit: int
    after: Position | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """What one person has in a debate: votes by post number, and the posts that were asked about.

    `waiting` is what they sent and a moderator has yet to read, oldest first, where posts wait; `standing`
    what is known of them, where the debate asks for something.
    """

    votes: Mapping[int, Document] = field(default_factory=dict)
    posts: Mapping[int, PostHead] = field(default_factory=dict)
    waiting: list[Document] = field(default_factory=list)
    standing: Standing = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class Visited:
    """A debate, draft or published, as somebody with these roles comes to it.

    `median_wait` is how long posts wait there to be read, in seconds; None where they do not, and before
    there is a decision.
    """

    debate: Debate
    roles: frozenset[Role]
    median_wait: int | None


@dataclass(frozen=True, slots=True)
class Located:
    """The published debate at an address; neither changes any more."""

    uid: UUID
    language: str


class Moved(Exception):
    """What was read at a glance may not belong together: it must be read in a snapshot."""


class Snapshot(IdentityReads, SharingReads, Protocol):
    """One consistent view of the database."""

    def version(self, uid: UUID) -> DebateVersion | None:
        """How far a published debate has come; None for drafts and unknown ids."""

    def debate_at(self, organisation: str, slug: str) -> Located | None:
        """The published debate at the address of these slugs."""

    def debate(self, version: DebateVersion, phase: Phase) -> Document:
        """A published debate."""

    def period_history(self, version: DebateVersion) -> list[Document]:
        """Who moved the period, when and why, oldest first."""

    def plans(self, version: DebateVersion) -> list[datetime]:
        """When the debate was published, and each time that its texts or its period changed since."""

    def response_versions(self, version: DebateVersion, number: int) -> list[Document]:
        """Every version of the response to a contribution, oldest first."""

    def answered(self, version: DebateVersion, numbers: Collection[int]) -> frozenset[int]:
        """Which of these contributions have a response."""

    def outcome_versions(self, version: DebateVersion) -> list[Document]:
        """Every version of a debate's outcome, oldest first."""

    def contributions(
        self,
        version: DebateVersion,
        sort: ContributionSort,
        window: Window,
        theme: str | None = None,
        query: str | None = None,
        seed: int = 0,
    ) -> Page:
        """A page of contributions, tombstones in their places."""

    def thread(self, version: DebateVersion, number: int, replies: int) -> Document | None:
        """A contribution with the first replies of each kind; None when there is none."""

    def arguments(
        self,
        version: DebateVersion,
        number: int,
        side: Side | None,
        sort: ReplySort,
        window: Window,
    ) -> Page | None:
        """A page of a contribution's arguments; None when there is no such contribution."""

    def sources(self, version: DebateVersion, number: int, sort: ReplySort, window: Window) -> Page | None:
        """A page of a contribution's sources; None when there is no such contribution."""

    def replies_to(self, version: DebateVersion, numbers: Collection[int]) -> list[Document]:
        """All replies to these contributions, tombstones in their places, by number."""

    def post(self, version: DebateVersion, number: int) -> Document | None:
        """Whatever bears the number, a tombstone included."""

    def posts_by_reference(self, version: DebateVersion, reference: str) -> list[Document]:
        """The post that bore a reference in the source of an import."""

    def revisions(self, version: DebateVersion, post: Document) -> list[Document]:
        """All revisions of a visible post, oldest first, the last made of its document."""

    def newest_revisions(
        self, version: DebateVersion, post: Document, until: int, most: int
    ) -> list[Document]:
        """The same from one on backwards, newest first, at most so many."""

    def statistics(self, version: DebateVersion) -> Document:
        """Participants, posts by kind, side and day, votes."""

    def journal(self, version: DebateVersion, after: int, limit: int) -> Page:
        """Journal entries in order."""

    def journal_ends(self, debate_keys: Collection[int]) -> dict[int, tuple[int, datetime]]:
        """How many entries the journals of these debates have, and the instant of the last, by key."""

    def newest_posts(self, version: DebateVersion, window: Window) -> Page:
        """Posts of every kind, newest first, tombstones in their places."""

    def newest_of_thread(self, version: DebateVersion, number: int, window: Window) -> Page | None:
        """A contribution and its replies, newest first; None when there is no such contribution."""

    def organisations(self, window: Window) -> Page:
        """Organisations, oldest first."""

    def organisation(self, slug: str) -> Document | None:
        """One organisation."""

    def logo(self, organisation: str, digest: bytes) -> tuple[str, bytes] | None:
        """Media type and file of an organisation's logo; None when it has another, or none."""

    def debates(
        self,
        window: Window,
        now: datetime,
        organisation: str | None = None,
        phase: Phase | None = None,
        query: str | None = None,
    ) -> Page:
        """Published debates, newest first."""

    def caller(
        self, token_digest: bytes, now: datetime, idempotency_key: str | None
    ) -> tuple[Account | None, Replay | None]:
        """Whose valid session this is, and the first answer kept under the person's key."""

    def key_call(
        self, digest: bytes, subject: str | None, idempotency_key: str | None, now: datetime
    ) -> KeyCall | None:
        """The key of a secret, for whom it acts, and the first answer kept for the call.

        With a `subject` the answers are those kept for that user of the organisation, else those
        kept for the key. The key is returned also when its secret works no more.
        """

    def keys(self, organisation_key: int, window: Window) -> tuple[list[StoredKey], UUID | None]:
        """A page of an organisation's keys, newest first, and after which one the next begins."""

    def key_uses(self, organisation_key: int, uid: UUID, window: Window) -> Page | None:
        """Journal entries made through a key of the organisation, newest debate first; None without a key."""

    def roles_in(self, slug: str, person_key: int | None) -> tuple[int, frozenset[Role]] | None:
        """The internal key of an organisation and a person's roles in it; None has no role."""

    def organisation_for(
        self, slug: str, person_key: int | None
    ) -> tuple[Organisation, frozenset[Role]] | None:
        """One organisation and a person's roles in it, for rules to look at; None has no role."""

    def staff_debate(self, uid: UUID, now: datetime) -> Document | None:
        """A debate, draft or published, as its staff see it."""

    def debate_for(self, uid: UUID, person_key: int | None) -> tuple[Debate, frozenset[Role]] | None:
        """A debate, draft or published, and a person's roles in its organisation."""

    def code_batches(self, debate_key: int) -> list[CodeBatch]:
        """The batches of participation codes of a debate, oldest first."""

    def visited(self, uid: UUID, person_key: int | None) -> Visited | None:
        """The same, and how long posts wait in the debate."""

    def own(self, debate: Debate, person_key: int, numbers: list[int]) -> Own:
        """What a person has in a debate, and on these posts of it."""

    def own_posts(self, person_key: int, window: Window) -> Page:
        """A person's posts everywhere, newest first."""

    def own_held(self, person_key: int, window: Window) -> Page:
        """A person's texts that wait or waited for their publication, newest first."""

    def own_votes(self, person_key: int, window: Window) -> Page:
        """A person's standing votes everywhere, the newest debate first."""

    def archive_size(self, person_key: int) -> int:
        """How many rows the person's archive has."""

    def kept_of(self, person_key: int) -> "Sections":
        """Everything that is kept of the person, to be read while the snapshot is open."""

    def ordered_archive(self, person_key: int) -> Ordered | None:
        """The archive that the person ordered."""

    def archive_octets(self, archive_key: int, kind: str) -> int:
        """The length of an archive."""

    def archive_part(self, uid: UUID, kind: str, part: int) -> bytes | None:
        """One part of an archive, from 1; None behind the last, and when it is gone."""

    def notifications(self, person_key: int, window: Window, *, unread: bool) -> Page:
        """A person's notices, the newest first, all or the unread ones."""

    def follows(self, person_key: int, window: Window) -> Page:
        """What a person follows, what was chosen last first."""

    def author_of_case(self, case: UUID) -> "Author | None":
        """Whose text a case is about; None for one that is nobody's any more, or not there."""

    def mail_settings(self, person_key: int) -> MailSettings:
        """What a person wants of mail, and whether any gets through."""

    def members(self, organisation_key: int) -> list[Member]:
        """Everybody with a role in an organisation, by name."""

    def memberships(self, person_key: int) -> list[Document]:
        """The organisations in which a person has roles, by name."""

    def invitations(self, organisation_key: int, now: datetime) -> list[Invitation]:
        """What can be accepted at an instant and what was accepted, newest first."""

    def sessions(self, person_key: int, now: datetime, limit: int) -> list[KeptSession]:
        """A person's sessions that have not ended, the newest first."""

    def webhooks(self, organisation_key: int) -> list[Webhook]:
        """The endpoints of an organisation, oldest first."""

    def deliveries(self, organisation_key: int, webhook: UUID, window: Window) -> Page | None:
        """What was sent to an endpoint of the organisation, the newest first; None without an endpoint."""

    def runs_platform(self, person_key: int) -> bool:
        """Is the person an administrator of the platform?"""

    def planned_until(self) -> datetime | None:
        """Up to when a worker has planned what falls due; None before there was one."""

    def dead_letters(self, window: Window) -> Page:
        """Jobs that were given up, the newest first."""

    def origins(self, organisation_key: int) -> list[EmbedOrigin]:
        """The embed origins of an organisation, oldest first."""

    def all_origins(self) -> list[tuple[int, str, str]]:
        """Every embed origin: its organisation's key and slug, and the origin."""

    def owner_of(self, debate: UUID) -> int | None:
        """The key of the organisation that owns a debate, draft or published."""

    def drafts(self, organisation: str) -> list[Document]:
        """The drafts of an organisation, newest first."""

    def cases(self, organisation_key: int, person_key: int, wanted: "QueueFilter", window: Window) -> Page:
        """Moderation cases of an organisation, the oldest first."""

    def own_case(self, person_key: int, uid: UUID) -> Document | None:
        """A case about a post of the person; None when it is about nobody's or somebody else's."""

    def case(self, organisation_key: int, uid: UUID) -> Document | None:
        """One moderation case of an organisation, with everything in it."""

    def organisation_moderation(self, slug: str) -> Document | None:
        """An organisation's moderation in figures, over all its published debates."""

    def statements(self, version: DebateVersion, window: Window | None) -> Page:
        """Statements of reasons of a debate without personal data, the oldest first; all without a window."""

    def own_reports(self, person_key: int, window: Window) -> Page:
        """A person's reports, the newest first, each with what became of it."""


class Readers(Protocol):
    """Opens snapshots."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """A consistent view, for the duration of the context."""

    def glance(self) -> AbstractContextManager[Snapshot]:
        """A view that costs less and is consistent for one thing only.

        That is whatever is read with one statement (a version, a caller), or posts together with
        a version that was read before: these raise `Moved` when somebody acted between. A list
        that a post can leave, under a theme or after a rank, is none of these.
        """
