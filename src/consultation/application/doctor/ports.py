"""What an examination reads: one consistent view, streamed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from consultation.application.doctor.findings import Finding
from consultation.application.ports import Unlinked
from consultation.domain.held import HeldPost
from consultation.domain.journal import EntryKind
from consultation.domain.moderation import Ground, Instance, Measure, Ruling
from consultation.domain.posts import Post, PostHead, PostKind
from consultation.domain.voting import Vote

CREATION_KINDS: Final = (
    EntryKind.CONTRIBUTION_POSTED,
    EntryKind.ARGUMENT_POSTED,
    EntryKind.SOURCE_POSTED,
    EntryKind.POST_IMPORTED,
)
"""Entries that made a post."""

ACT_KINDS: Final = (
    *(kind for kind in EntryKind if kind.startswith(("debate_", "period_"))),
    *(EntryKind.RESPONSE_PUBLISHED, EntryKind.OUTCOME_PUBLISHED),
    EntryKind.PERSON_ERASED,
)
"""Entries of acts on the debate itself, and of erasures."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A debate as its row describes it. `key` is internal; `sparse` numbers may have gaps."""

    key: int
    uid: UUID
    sparse: bool
    language: str
    title: str
    description: str
    search_terms: str
    last_number: int
    journal_length: int
    last_act_at: datetime
    counters: Mapping[str, int]
    participation: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A journal entry as stored; `kind` need not be one that we know."""

    sequence: int
    at: datetime
    kind: str
    number: int | None
    digest: bytes
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """What something stored keeps of its journal entry, and of that entry, if it is there."""

    sequence: int
    salt: bytes | None
    kind: str | None
    number: int | None
    digest: bytes | None
    access_key: str | None


@dataclass(frozen=True, slots=True)
class ExaminedPost:
    """A post; `earlier` counts its stored earlier revisions."""

    post: Post
    search_terms: str
    shuffle_is_right: bool
    earlier: int
    text: Held
    state: Held | None


@dataclass(frozen=True, slots=True)
class ExaminedRevision:
    """An earlier revision as the post it was, and the post's present revision."""

    post: Post
    present: int
    text: Held


@dataclass(frozen=True, slots=True)
class ExaminedVote:
    """A standing vote with the kind and the present revision of its post."""

    number: int
    kind: PostKind
    present: int
    vote: Vote
    cast_at: datetime
    held: Held


@dataclass(frozen=True, slots=True)
class ExaminedReport:
    """A report; `emptied` when its text has gone, with that of the post or with the file of a closed case."""

    number: int
    ground: str
    text: str
    emptied: bool
    held: Held


@dataclass(frozen=True, slots=True)
class ExaminedHeldPost:
    """What was held, with the state and the measure of its case and the number that it got, if any.

    `state` is the entry of its withdrawal or erasure, `state_at` its instant; both None without one.
    """

    post: HeldPost
    search_terms: str
    measure: Measure | None
    number: int | None
    held: Held
    state: Held | None
    state_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExaminedAppeal:
    """An author's answer to a decision; `emptied` as in a report. Of what is held it has no number."""

    number: int | None
    text: str
    emptied: bool
    held: Held


@dataclass(frozen=True, slots=True)
class ExaminedDecision:
    """A moderation decision; `post` with the revision that it made, None when it made none.

    `state` is the post as it stands, when its state is what this decision made of it. `uncovered`
    counts the revisions before the one that it made that are shown. `emptied` as in a report. A decision
    on what was held has no number, unless it published it.
    """

    number: int | None
    instance: Instance
    ruling: Ruling
    at: datetime
    post: Post | None
    state: PostHead | None
    uncovered: int
    emptied: bool
    held: Held


@dataclass(frozen=True, slots=True)
class ExaminedStep:
    """A decision on a case, as far as the case's row tells of it."""

    instance: Instance
    measure: Measure
    at: datetime


@dataclass(frozen=True, slots=True)
class ExaminedCase:
    """A case's row, and the rows that it tells of: its reports, its decisions in order, the answer."""

    number: int | None
    held: bool
    reports: int
    reports_made: int
    grounds: frozenset[Ground]
    grounds_made: frozenset[Ground]
    measure: Measure | None
    decided_at: datetime | None
    steps: Sequence[ExaminedStep]
    appealed_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExaminedLogo:
    """An organisation's logo: the digest that its row names, that of the file, in hex, and the file."""

    organisation: str
    named: str | None
    digest: str | None
    content: bytes | None


@dataclass(frozen=True, slots=True)
class ExaminedAct:
    """An act on the debate itself, or, with its number, a response to a contribution."""

    kind: str
    number: int | None
    at: datetime
    entry_at: datetime | None
    content: Mapping[str, Any]
    held: Held


@dataclass(frozen=True, slots=True)
class ExaminedCount:
    """A count of votes of erased people, with the kind and the present revision of its post."""

    number: int
    kind: PostKind
    present: int
    vote: Vote


class Examination(Protocol):
    """The port. Everything is of one view; iterators are read to their end, one by one."""

    def structure(self) -> Iterator[Finding]:
        """What the database says of itself: damaged pages, references that point nowhere."""

    def logos(self) -> Iterator[ExaminedLogo]:
        """The logos of all organisations, and files of which no organisation knows."""

    def debates(self, uid: UUID | None) -> list[Examined]:
        """One debate, or all."""

    def counters(self, debate: Examined) -> Mapping[str, int]:
        """The debate's counters, counted anew."""

    def redemptions(self, debate: Examined) -> tuple[int, int]:
        """People who redeemed a participation code of the debate, and codes that were used."""

    def tallies(self, debate: Examined) -> Iterator[tuple[int, str, int, int]]:
        """Counters of posts that are wrong: number, name, stored, counted anew."""

    def entries(self, debate: Examined) -> Iterator[StoredEntry]:
        """The journal in order."""

    def posts(self, debate: Examined) -> Iterator[ExaminedPost]:
        """All posts in the order of their numbers."""

    def revisions(self, debate: Examined) -> Iterator[ExaminedRevision]:
        """All earlier revisions."""

    def votes(self, debate: Examined) -> Iterator[ExaminedVote]:
        """All standing votes."""

    def unlinked(self, debate: Examined) -> Unlinked:
        """All counts of votes of erased people together, as an erasure hashes them."""

    def counts(self, debate: Examined) -> Iterator[ExaminedCount]:
        """The counts of votes of erased people."""

    def acts(self, debate: Examined) -> Iterator[ExaminedAct]:
        """All acts on the debate."""

    def reports(self, debate: Examined) -> Iterator[ExaminedReport]:
        """All reports."""

    def decisions(self, debate: Examined) -> Iterator[ExaminedDecision]:
        """All moderation decisions."""

    def cases(self, debate: Examined) -> Iterator[ExaminedCase]:
        """All cases with what they tell of."""

    def held_posts(self, debate: Examined) -> Iterator[ExaminedHeldPost]:
        """Everything that was held."""

    def appeals(self, debate: Examined) -> Iterator[ExaminedAppeal]:
        """All answers to decisions."""

    def entries_without_state(self, debate: Examined) -> Iterator[StoredEntry]:
        """Entries without what they made: a post, an act, a report, a decision, an appeal."""
