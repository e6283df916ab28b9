"""What whoever asks may do here now, why not, and whether signing in would help."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from consultation.application.callers import NOBODY, account_of, any_actor
from consultation.application.ports import Caller
from consultation.application.readers import Own, Snapshot
from consultation.domain.actors import ANONYMOUS, Actor, Key, Person
from consultation.domain.debates import Debate, check_act, check_visible
from consultation.domain.decisions import Decision, RefusalCode, Refused
from consultation.domain.participation import (
    ANYONE,
    MissingKind,
    SpeaksAs,
    missing,
    remembered_capacity,
)
from consultation.domain.permissions import PARTICIPATION, PERMISSIONS, STAFF_ACTS, Act

_SOMEBODY = NOBODY
"""A hypothetical participant: what would the rule say if the caller had signed in?"""


@dataclass(frozen=True, slots=True)
class Capability:
    """The decision on one act, and whether signing in would turn it or lead to what is asked next."""

    decision: Decision
    sign_in_helps: bool


@dataclass(frozen=True, slots=True)
class Presence:
    """A debate as it looks to whoever asks. `now` is the effective instant.

    `missing` is what the debate asks for and is not known of whoever asks: of somebody anonymous,
    all of it. `capacity` is the one in which they last spoke here, while it is offered. `median_wait` is
    how long posts wait, in seconds, where they do.
    """

    debate: Debate
    now: datetime
    capabilities: Mapping[Act, Capability]
    own: Own
    own_posts: list[int]
    missing: tuple[MissingKind, ...]
    capacity: SpeaksAs | None
    median_wait: int | None = None

    @property
    def holds(self) -> bool:
        """Does a moderator read here before anything is published?"""
        return self.debate.limits.pre_moderation


def capabilities(debate: Debate, actor: Actor, now: datetime) -> dict[Act, Capability]:
    """The decision on every act of taking part and, for staff and keys, of running the debate."""
    acts = sorted(PARTICIPATION)
    if isinstance(actor, Key) or (isinstance(actor, Person) and actor.roles):
        acts += [act for act in STAFF_ACTS if PERMISSIONS[act].stages is not None]
    return {act: _capability(debate, act, actor, now) for act in acts}


def _capability(debate: Debate, act: Act, actor: Actor, now: datetime) -> Capability:
    decision = check_act(debate, act, actor, now)
    helps = actor == ANONYMOUS and not decision.allowed
    # What the debate asks of participants is told beside: here, as if it asked for nothing.
    asking_nothing = replace(debate, participation=ANYONE)
    return Capability(decision, helps and check_act(asking_nothing, act, _SOMEBODY, now).allowed)


def presence(
    snapshot: Snapshot, debate_uid: UUID, caller: Caller | None, numbers: list[int], now: datetime
) -> Presence | Refused:
    """What depends on who asks in a debate; `numbers` are the posts of interest."""
    account = account_of(caller)
    found = snapshot.visited(debate_uid, None if account is None else account.key)
    if found is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    debate, actor = found.debate, any_actor(caller, found.roles)
    visible = check_visible(debate, actor)
    if isinstance(visible, Refused):
        return visible
    own = Own() if account is None else snapshot.own(debate, account.key, numbers)
    if isinstance(actor, Person):
        actor = replace(actor, standing=own.standing)
    mine = [
        number for number, head in own.posts.items() if account is not None and head.author_key == account.key
    ]
    return Presence(
        debate=debate,
        now=debate.effective(now),
        capabilities=capabilities(debate, actor, now),
        own=own,
        own_posts=sorted(mine),
        missing=missing(debate.participation, own.standing),
        capacity=remembered_capacity(debate.participation, own.standing),
        median_wait=found.median_wait,
    )
