"""Notices, and what people want of mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from consultation.domain.moderation import CaseState, Instance, Measure, Reasons
from consultation.domain.notices import MailSettings, NoticeKind, OffReason
from consultation.domain.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """A notice as it is kept; its texts are read where they are."""

    uid: UUID
    person_key: int
    kind: NoticeKind
    debate_key: int
    number: int | None
    sequence: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a decision concerns: who wrote the post and who reported it, by key.

    `strangers` are the ids of reports by people without an account who left an address.
    """

    decision: UUID
    instance: Instance
    measure: Measure
    author_key: int | None
    reporters: Sequence[int]
    strangers: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a message goes, as they are at that instant. Whoever has no account has no key.

    `uid` is that of the person, or of the report.
    """

    person_key: int | None
    uid: UUID
    email: str | None
    locale: str
    settings: MailSettings

    @property
    def is_reached(self) -> bool:
        """Is there an address that takes mail?"""
        return self.email is not None and self.settings.off is None


@dataclass(frozen=True, slots=True)
class AboutDebate:
    """What messages say of a debate. `page` is its path on the service."""

    uid: UUID
    title: str
    organisation: str
    page: str
    time_zone: str
    period: Period


@dataclass(frozen=True, slots=True)
class AboutDecision:
    """What messages say of a decision. `ground_words` are the organisation's own for its ground, if any.

    `is_hidden` says of the post how it stands now, whichever decision made it so.
    """

    case: UUID
    state: CaseState
    instance: Instance
    measure: Measure
    reasons: Reasons
    appeal_until: datetime | None
    ground_words: str | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class PendingNotice:
    """A notice with what a message about it says."""

    uid: UUID
    kind: NoticeKind
    recipient: Recipient
    debate: AboutDebate
    number: int | None
    decision: AboutDecision | None


class Notices(Protocol):
    """Notices and settings of mail."""

    def audience(self, debate_key: int, sequence: int) -> Audience | None:
        """Whom the decision of an entry concerns; None where there is none."""

    def published(self, debate_key: int, number: int, at: datetime) -> tuple[int, bool] | None:
        """Whose waiting text was published under this number at this instant, and was it on appeal?

        None when it was posted without waiting, and when nobody stands behind it any more.
        """

    def add(self, notice: NewNotice) -> None:
        """Insert a notice."""

    def pending(self, uid: UUID) -> PendingNotice | None:
        """A notice with what its message says; None when it is gone."""

    def answer(self, report: UUID, decision: UUID, kind: NoticeKind) -> PendingNotice | None:
        """What the message to a reporter without an account says; None when the address is gone."""

    def mark_read(self, person_key: int, uids: Sequence[UUID], at: datetime) -> int:
        """Mark a person's notices as read; how many of the person's are not."""

    def forget(self, until: datetime) -> int:
        """Delete notices made until an instant; how many."""

    def settings(self, person_key: int) -> MailSettings:
        """What a person wants of mail."""

    def save_settings(self, person_key: int, settings: MailSettings, digest_due_at: datetime | None) -> None:
        """Write what a person wants; whether mail gets through stays."""

    def switch_off(self, person_key: int, at: datetime, reason: OffReason) -> None:
        """Send nothing more to the person's address. The first reason stands."""

    def switch_on(self, person_key: int, at: datetime) -> None:
        """The address takes mail again; what waited for it comes now to whoever wants news at once."""

    def by_address(self, email: str) -> int | None:
        """The key of whoever has this address."""
