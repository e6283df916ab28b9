"""What people are told, by which way, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from consultation.domain.debates import Theme
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused
from consultation.domain.journal import EntryKind
from consultation.domain.moderation import RESTRICTIONS, Instance, Measure
from consultation.domain.posts import PostKind


class NoticeKind(StrEnum):
    """What a notice is about."""

    STATEMENT = "statement_of_reasons"
    """A decision on one's own post, with its statement of reasons."""
    APPEAL_OUTCOME = "appeal_outcome"
    """The last word on one's own post."""
    REPORT_OUTCOME = "report_outcome"
    """What a post was decided that one reported."""
    REPORT_APPEAL_OUTCOME = "report_appeal_outcome"
    """The last word on a post that one reported."""
    PUBLISHED = "post_published"
    """What one sent was read, and is published."""
    CLOSING_SOON = "closing_soon"
    """A debate in which one follows something is about to close."""


OWED: Final = frozenset({NoticeKind.STATEMENT, NoticeKind.APPEAL_OUTCOME})
"""Mailed whatever the person wants of mail: Article 17 of Regulation (EU) 2022/2065 asks for it."""

KEPT: Final = timedelta(days=365)
"""How long a notice is kept."""

CLOSING_NOTICE: Final = timedelta(days=3)
"""How long before the close followers are told of it; of a shorter period, at its opening."""

UNSUBSCRIBING: Final = timedelta(days=400)
"""How long the link by which one unsubscribes works."""


class Frequency(StrEnum):
    """How often a person wants mail about what they follow."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


USUAL: Final = Frequency.DAILY
"""Until the person chooses."""

_DIGEST_HOUR: Final = 6
_WEEK_DAYS: Final = 7


class OffReason(StrEnum):
    """Why nothing is sent to an address."""

    REFUSED = "refused"
    """The mail server said that there is no such mailbox."""
    BOUNCED = "bounced"
    """The message came back."""


@dataclass(frozen=True, slots=True)
class MailOff:
    """Since when nothing is sent to a person's address, and why."""

    since: datetime
    reason: OffReason


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What a person wants of mail, and whether any gets through."""

    follows: Frequency = USUAL
    notices: bool = True
    off: MailOff | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What is followed within a debate: all of it, a theme by its slug, or a contribution by number."""

    theme: str = ""
    number: int = 0


def check_target(themes: Sequence[Theme], post_kind: PostKind | None, target: Target) -> Decision:
    """Is there in the debate what somebody wants to follow?"""
    if target.theme and all(theme.slug != target.theme for theme in themes):
        return Refused(RefusalCode.THEME_UNKNOWN, {"theme": target.theme})
    if target.number and post_kind is not None and post_kind is not PostKind.CONTRIBUTION:
        return Refused(RefusalCode.NOT_A_CONTRIBUTION, {"number": target.number, "kind": post_kind.value})
    return ALLOWED


class NewsKind(StrEnum):
    """What can be new in what somebody follows."""

    CONTRIBUTION = "contribution"
    ARGUMENT_PRO = "argument_pro"
    ARGUMENT_CONTRA = "argument_contra"
    SOURCE = "source"
    RESPONSE = "response"
    OUTCOME = "outcome"
    PERIOD = "period"


NEWS: Final = frozenset({EntryKind.CONTRIBUTION_POSTED, EntryKind.ARGUMENT_POSTED, EntryKind.SOURCE_POSTED})
"""Entries that followers of what they belong to are told of."""

PUBLISHING: Final = NEWS | {EntryKind.POST_REVISED}
"""Entries by which something that waited may have been published."""

OFFICIAL_NEWS: Final = frozenset({EntryKind.RESPONSE_PUBLISHED})
"""Entries about a contribution that its own author, too, is told of."""

DEBATE_NEWS: Final = frozenset(
    {
        EntryKind.PERIOD_EXTENDED,
        EntryKind.PERIOD_CLOSED_EARLY,
        EntryKind.PERIOD_REOPENED,
        EntryKind.OUTCOME_PUBLISHED,
    }
)
"""Entries that followers of anything in the debate are told of."""


def next_digest(frequency: Frequency, after: datetime) -> datetime | None:
    """The first instant after this one at which a digest goes out; None without digests.

    At six o'clock UTC, weekly on Mondays: before the working day begins in western Europe.
    """
    if frequency not in {Frequency.DAILY, Frequency.WEEKLY}:
        return None
    due = datetime.combine(after.date(), time(_DIGEST_HOUR), after.tzinfo)
    if due <= after:
        due += timedelta(days=1)
    if frequency is Frequency.WEEKLY:
        due += timedelta(days=-due.weekday() % _WEEK_DAYS)
    return due


def kinds_of_decision(instance: Instance, measure: Measure) -> tuple[NoticeKind | None, NoticeKind | None]:
    """What the author is told of a decision, and what the reporters are told, if anything.

    What a rule of the debate hides is told to the author, and is no outcome yet to reporters; that it
    ends is part of what a moderator decides. Who wrote a post that stayed as it was hears nothing:
    nothing was taken from them.
    """
    if instance is Instance.AUTOMATIC:
        return (NoticeKind.STATEMENT if measure in RESTRICTIONS else None), None
    if instance is Instance.APPEAL:
        return NoticeKind.APPEAL_OUTCOME, NoticeKind.REPORT_APPEAL_OUTCOME
    touched = measure in RESTRICTIONS or measure is Measure.RESTORE
    return (NoticeKind.STATEMENT if touched else None), NoticeKind.REPORT_OUTCOME


DECISIONS: Final[Sequence[EntryKind]] = (
    EntryKind.POST_KEPT,
    EntryKind.POST_HIDDEN,
    EntryKind.POST_MASKED,
    EntryKind.POST_MOVED,
    EntryKind.POST_RESTORED,
    EntryKind.POST_REFUSED,
    EntryKind.APPEAL_REJECTED,
)
"""Entries that stand for a decision on a case."""
