"""Who may do what, and when: the one table of capacities, acts and stages.

Every rule reads it. `docs/permissions.md` is made from it, and `tests/api/test_access.py` calls
every operation as everybody and compares. What depends on more than these three (whose post it
is, whether a text fits) is decided by the rule of the act, after the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from consultation.domain.actors import Actor, Anonymous, Capacity, Key, Person, Role
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused
from consultation.domain.keys import check_scope
from consultation.domain.period import Phase


class Act(StrEnum):
    """Everything that somebody can do, besides reading."""

    CONTRIBUTE = "contribute"
    ARGUE = "argue"
    ADD_SOURCE = "add_source"
    VOTE = "vote"
    TAKE_BACK_VOTE = "take_back_vote"
    EDIT = "edit"
    WITHDRAW = "withdraw"

    REPORT = "report"

    READ_DRAFTS = "read_drafts"
    CREATE_DEBATE = "create_debate"
    CHANGE_DEBATE = "change_debate"
    PUBLISH = "publish"
    EXTEND = "extend"
    CLOSE = "close"
    REOPEN = "reopen"
    RESPOND = "respond"
    PUBLISH_OUTCOME = "publish_outcome"
    MANAGE_CODES = "manage_codes"
    MODERATE = "moderate"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_KEYS = "manage_keys"
    MANAGE_ORIGINS = "manage_origins"
    MANAGE_WEBHOOKS = "manage_webhooks"
    NAME_PARTICIPANT = "name_participant"
    CHANGE_ORGANISATION = "change_organisation"

    CREATE_ORGANISATION = "create_organisation"
    NAME_FIRST_ADMINISTRATOR = "name_first_administrator"
    MANAGE_IDENTITY_PROVIDERS = "manage_identity_providers"
    MANAGE_JOBS = "manage_jobs"


class Stage(StrEnum):
    """Where a debate stands: a draft, or in the phase that follows from its period."""

    DRAFT = "draft"
    UPCOMING = Phase.UPCOMING.value
    OPEN = Phase.OPEN.value
    CLOSED = Phase.CLOSED.value


@dataclass(frozen=True, slots=True)
class Permission:
    """One line of the table: to whom an act is open, and in which stages of its debate.

    `stages` None: the act is about no debate in particular, or the stage does not matter.
    """

    to: frozenset[Capacity]
    stages: frozenset[Stage] | None = None


def _stages(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


_PARTICIPANTS: Final = frozenset({Capacity.PARTICIPANT})
_ADMINISTRATORS: Final = frozenset({Capacity.ADMINISTRATOR})
_ORGANISERS: Final = _ADMINISTRATORS | {Capacity.ORGANISER}
_STAFF: Final = _ORGANISERS | {Capacity.MODERATOR}
_PLATFORM: Final = frozenset({Capacity.PLATFORM_ADMINISTRATOR})

_WHILE_OPEN: Final = _stages(Stage.OPEN)
_PUBLISHED: Final = _stages(Stage.UPCOMING, Stage.OPEN, Stage.CLOSED)
_BEFORE_CLOSE: Final = _stages(Stage.UPCOMING, Stage.OPEN)

PERMISSIONS: Final[Mapping[Act, Permission]] = {
    Act.CONTRIBUTE: Permission(_PARTICIPANTS, _WHILE_OPEN),
    Act.ARGUE: Permission(_PARTICIPANTS, _WHILE_OPEN),
    Act.ADD_SOURCE: Permission(_PARTICIPANTS, _WHILE_OPEN),
    Act.VOTE: Permission(_PARTICIPANTS, _WHILE_OPEN),
    Act.TAKE_BACK_VOTE: Permission(_PARTICIPANTS, _WHILE_OPEN),
    Act.EDIT: Permission(_PARTICIPANTS, _WHILE_OPEN),
    Act.WITHDRAW: Permission(_PARTICIPANTS, _WHILE_OPEN),
    Act.REPORT: Permission(_PARTICIPANTS, _PUBLISHED),
    Act.READ_DRAFTS: Permission(_STAFF),
    Act.CREATE_DEBATE: Permission(_ORGANISERS),
    Act.CHANGE_DEBATE: Permission(_ORGANISERS, _BEFORE_CLOSE | {Stage.DRAFT}),
    Act.PUBLISH: Permission(_ORGANISERS, _stages(Stage.DRAFT)),
    Act.EXTEND: Permission(_ORGANISERS, _BEFORE_CLOSE),
    Act.CLOSE: Permission(_STAFF, _WHILE_OPEN),
    Act.REOPEN: Permission(_ORGANISERS, _stages(Stage.CLOSED)),
    # To answer is not to take part: it goes on after the close.
    Act.RESPOND: Permission(_ORGANISERS, _stages(Stage.OPEN, Stage.CLOSED)),
    Act.PUBLISH_OUTCOME: Permission(_ORGANISERS, _stages(Stage.CLOSED)),
    Act.MANAGE_CODES: Permission(_ORGANISERS),
    Act.MODERATE: Permission(_STAFF, _PUBLISHED),
    Act.MANAGE_MEMBERS: Permission(_ADMINISTRATORS),
    Act.MANAGE_KEYS: Permission(_ADMINISTRATORS),
    Act.MANAGE_ORIGINS: Permission(_ADMINISTRATORS),
    Act.MANAGE_WEBHOOKS: Permission(_ADMINISTRATORS),
    # No person at all: the organisation's server, which knows its users.
    Act.NAME_PARTICIPANT: Permission(frozenset()),
    Act.CHANGE_ORGANISATION: Permission(_ADMINISTRATORS),
    Act.CREATE_ORGANISATION: Permission(_PLATFORM),
    Act.NAME_FIRST_ADMINISTRATOR: Permission(_PLATFORM),
    Act.MANAGE_IDENTITY_PROVIDERS: Permission(_ADMINISTRATORS),
    Act.MANAGE_JOBS: Permission(_PLATFORM),
}
"""The table. Everything below, and every rule, is read from it."""

FOR_EVERYBODY: Final = frozenset(act for act, line in PERMISSIONS.items() if line.to == _PARTICIPANTS)
"""Acts that are open to whoever has signed in."""

PARTICIPATION: Final = frozenset(act for act in FOR_EVERYBODY if PERMISSIONS[act].stages == _WHILE_OPEN)
"""Acts of taking part: open to whoever has signed in, and only while the period is open."""

TAKING_BACK: Final = frozenset({Act.TAKE_BACK_VOTE, Act.WITHDRAW})
"""Acts of taking part for which no debate can ask for more than signing in."""

STAFF_ACTS: Final[Mapping[Act, frozenset[Role]]] = {
    act: frozenset(map(Role, line.to)) for act, line in PERMISSIONS.items() if line.to <= _STAFF
}
"""Acts of running a consultation, each with the roles of the organisation that may do it."""

PLATFORM_ACTS: Final = frozenset(act for act, line in PERMISSIONS.items() if line.to == _PLATFORM)
"""Acts on the platform, which no role in an organisation opens."""


def participation_in(phase: Phase) -> frozenset[Act]:
    """The acts of taking part that a published debate has room for in a phase."""
    stage = Stage(phase.value)
    return frozenset(act for act in PARTICIPATION if stage in (PERMISSIONS[act].stages or ()))


def check_permission(act: Act, actor: Actor) -> Decision:
    """May this actor do this at all, leaving the stage and the posts aside?"""
    match actor:
        case Anonymous():
            return Refused(RefusalCode.SIGN_IN_REQUIRED)
        case Key(scopes=scopes):
            decision = check_scope(act, scopes)
            # Nobody but a person takes part.
            nameless = decision.allowed and act in FOR_EVERYBODY
            return Refused(RefusalCode.ON_BEHALF_OF_REQUIRED) if nameless else decision
        case Person(through=Key(scopes=scopes)):
            # A server that names one of its users takes part, and does nothing else in that name.
            if act in FOR_EVERYBODY:
                return check_scope(act, scopes)
            return Refused(RefusalCode.KEY_NOT_ACCEPTED)
        case Person():
            needed = PERMISSIONS[act].to
            if needed & actor.capacities:
                return ALLOWED
            return Refused(RefusalCode.NOT_PERMITTED, {"act": act.value, "roles": tuple(sorted(needed))})


def acting_role(act: Act, actor: Person | Key) -> str:
    """In which capacity the actor does it: the word that public histories show."""
    if isinstance(actor, Key):
        return "key"
    return min(PERMISSIONS[act].to & actor.capacities, key=list(Capacity).index).value
