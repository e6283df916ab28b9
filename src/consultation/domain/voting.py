"""Votes: one per person and post, tied to the revision they were cast on."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consultation.domain.actors import Actor
from consultation.domain.debates import Debate, check_act
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused, first_refusal
from consultation.domain.permissions import Act
from consultation.domain.posts import PostHead, PostKind, check_standing


class VoteValue(StrEnum):
    """Three answers to a contribution, one to an argument or a source."""

    AGREE = "agree"
    MIXED = "mixed"
    DISAGREE = "disagree"
    SUPPORT = "support"


ANSWERS = {
    PostKind.CONTRIBUTION: (VoteValue.AGREE, VoteValue.MIXED, VoteValue.DISAGREE),
    PostKind.ARGUMENT: (VoteValue.SUPPORT,),
    PostKind.SOURCE: (VoteValue.SUPPORT,),
}
"""The values that each kind of post takes."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A standing vote: its value and the revision of the post that it was cast on."""

    value: VoteValue
    revision: int


@dataclass(frozen=True, slots=True)
class TallyChange:
    """What one act adds to the counters of a post. All zero when nothing changed."""

    agree: int = 0
    mixed: int = 0
    disagree: int = 0
    support: int = 0
    on_earlier_revisions: int = 0


NO_CHANGE = TallyChange()


def tally_change(post_revision: int, before: Vote | None, after: Vote | None) -> TallyChange:
    """The change of the counters when a person's vote goes from `before` to `after`.

    `post_revision` is the present revision: votes on another one count as cast on an earlier
    text, whatever their value.
    """
    change: defaultdict[str, int] = defaultdict(int)
    for vote, weight in ((before, -1), (after, 1)):
        if vote is not None:
            change[vote.value] += weight
            change["on_earlier_revisions"] += weight * (vote.revision != post_revision)
    return TallyChange(**change)


def check_value(post: PostHead, value: VoteValue) -> Decision:
    """Does this kind of post take this value?"""
    if value in ANSWERS[post.kind]:
        return ALLOWED
    allowed = tuple(answer.value for answer in ANSWERS[post.kind])
    return Refused(RefusalCode.VOTE_VALUE_UNKNOWN, {"value": value.value, "allowed": allowed})


def check_voting(debate: Debate, post: PostHead, actor: Actor, instant: datetime) -> Decision:
    """May the actor vote on this post now?"""
    return first_refusal(check_act(debate, Act.VOTE, actor, instant), check_standing(post, debate))


def cast(debate: Debate, post: PostHead, value: VoteValue, actor: Actor, instant: datetime) -> Vote | Refused:
    """The vote as it will stand, on the present revision."""
    decision = first_refusal(check_voting(debate, post, actor, instant), check_value(post, value))
    if isinstance(decision, Refused):
        return decision
    return Vote(value, post.revision)
