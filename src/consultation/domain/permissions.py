"""Who may do what: the one table of acts and roles, and the one function that reads it."""

from enum import StrEnum

from consultation.domain.actors import Actor, Anonymous, Person, Role
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused


class Act(StrEnum):
    """Everything that somebody can do, besides reading."""

    CONTRIBUTE = "contribute"
    ARGUE = "argue"
    ADD_SOURCE = "add_source"
    VOTE = "vote"
    EDIT = "edit"
    WITHDRAW = "withdraw"

    READ_DRAFTS = "read_drafts"
    CREATE_DEBATE = "create_debate"
    CHANGE_DEBATE = "change_debate"
    PUBLISH = "publish"
    EXTEND = "extend"
    CLOSE = "close"
    REOPEN = "reopen"
    MANAGE_MEMBERS = "manage_members"


PARTICIPATION = frozenset({Act.CONTRIBUTE, Act.ARGUE, Act.ADD_SOURCE, Act.VOTE, Act.EDIT, Act.WITHDRAW})
"""Acts of taking part: open to whoever has signed in, and only while the period is open."""

_ORGANISERS = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})
_STAFF = _ORGANISERS | {Role.MODERATOR}

STAFF_ACTS: dict[Act, frozenset[Role]] = {
    Act.READ_DRAFTS: _STAFF,
    Act.CREATE_DEBATE: _ORGANISERS,
    Act.CHANGE_DEBATE: _ORGANISERS,
    Act.PUBLISH: _ORGANISERS,
    Act.EXTEND: _ORGANISERS,
    Act.CLOSE: _STAFF,
    Act.REOPEN: _ORGANISERS,
    Act.MANAGE_MEMBERS: frozenset({Role.ADMINISTRATOR}),
}
"""Acts of running a consultation, each with the roles of the organisation that may do it."""


def check_permission(act: Act, actor: Actor) -> Decision:
    """May this actor do this at all, leaving the period and the posts aside?"""
    match actor:
        case Anonymous():
            return Refused(RefusalCode.SIGN_IN_REQUIRED)
        case Person(roles=roles):
            if act in PARTICIPATION or roles & STAFF_ACTS[act]:
                return ALLOWED
            needed = tuple(sorted(STAFF_ACTS[act]))
            return Refused(RefusalCode.NOT_PERMITTED, {"act": act.value, "roles": needed})


def acting_role(act: Act, actor: Person) -> str:
    """In which capacity the actor does it: the word that public histories show."""
    if act in PARTICIPATION:
        return "participant"
    return min(actor.roles & STAFF_ACTS[act], key=list(Role).index).value
