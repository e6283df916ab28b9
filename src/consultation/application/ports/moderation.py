"""Reports, cases, decisions and appeals of a locked debate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from consultation.application.ports.posts import Mark
from consultation.domain.actors import Role
from consultation.domain.debates import Debate
from consultation.domain.held import HeldPost
from consultation.domain.moderation import Case, Ground, Instance, Ruling
from consultation.domain.posts import Post, PostHead, PostText


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A report as it is kept. `person_key` is None for a notice of somebody who is not signed in."""

    uid: UUID
    number: int
    person_key: int | None
    ground: Ground
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision as it is kept; `decided_by` is None for what a rule of the debate decided."""

    uid: UUID
    instance: Instance
    ruling: Ruling
    decided_by: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCase:
    """A case, its debate and its post, all locked; `roles` are those of whoever asked.

    `earlier` is the text before the present one, None where the lock did not come with it: then
    `Posts.earlier_text` tells whether there is one.
    """

    debate: Debate
    case: Case
    post: Post
    earlier: PostText | None
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCase:
    """The case of something held, its debate and what is held, all locked; `roles` as in `HeldCase`."""

    debate: Debate
    case: Case
    held: HeldPost
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reportable:
    """What a report depends on: the post, its open case, and whether the person reported it before."""

    head: PostHead
    case: Case | None
    has_reported: bool


class Cases(Protocol):
    """The cases of a locked debate: the debate's lock is theirs."""

    def lock(self, uid: UUID, person_key: int) -> HeldCase | None:
        """A case with its debate and its post, their rows locked until the transaction ends."""

    def reportable(self, debate_key: int, number: int, person_key: int | None) -> Reportable | None:
        """What a person's report, or a notice, of a post depends on; None when there is no such post."""

    def grounds_of_people(self, case_key: int) -> list[Ground]:
        """The grounds of all reports of people with an account, the oldest first."""

    def ended(self, now: datetime, limit: int) -> list[UUID]:
        """Some cases of a hiding that is over and still stands."""

    def ground_of_ended(self, case_key: int, now: datetime) -> Ground | None:
        """On what the case's hiding rested, if it is over and still stands."""

    def add_contact(self, report: NewReport, email: str, locale: str) -> None:
        """Keep where to answer a notice."""

    def forget_contacts(self, until: datetime) -> int:
        """Delete the addresses of notices whose case had its last word by an instant."""

    def forget_files(self, until: datetime, limit: int) -> int:
        """Empty the files of some cases that had their last word by an instant; how many."""

    def add(self, case: Case) -> Case:
        """Insert a case (its `key` is ignored) and return it with its key."""

    def save(self, case: Case) -> None:
        """Write what an act changed."""

    def add_report(self, case: Case, report: NewReport, mark: Mark) -> None:
        """Insert a report."""

    def add_decision(self, case: Case, decision: NewDecision, sequence: int, salt: bytes | None) -> None:
        """Insert a decision with its statement of reasons, and its entry.

        Without a salt where the digest of that entry is of the post, and not of the decision.
        """

    def add_appeal(self, case: Case, person_key: int, text: str, at: datetime, mark: Mark) -> None:
        """Insert the author's answer."""
