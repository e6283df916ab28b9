"""Reading what an organisation keeps to its staff: drafts and members."""

from datetime import datetime
from uuid import UUID

from consultation.application.callers import account_of, staff_actor_with
from consultation.application.ports import Account, Member, Organisation, Staff
from consultation.application.readers import Document, Snapshot
from consultation.domain.actors import Role
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act, check_permission


def read_drafts(snapshot: Snapshot, slug: str, caller: Staff) -> list[Document] | Refused:
    """The drafts of an organisation, for its staff."""
    found = permitted(snapshot, slug, caller, Act.READ_DRAFTS)
    return found if isinstance(found, Refused) else snapshot.drafts(slug)


def read_members(snapshot: Snapshot, slug: str, account: Account) -> list[Member] | Refused:
    """The members of an organisation, for its administrators."""
    found = permitted(snapshot, slug, account, Act.MANAGE_MEMBERS)
    return found if isinstance(found, Refused) else snapshot.members(found)


def permitted(snapshot: Snapshot, slug: str, caller: Staff, act: Act) -> int | Refused:
    """The internal key of an organisation, for whoever may do this in it."""
    found = snapshot.roles_in(slug, _key_of(caller))
    if found is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    key, roles = found
    return _checked(act, caller, roles, key) or key


def entered(
    snapshot: Snapshot, slug: str, caller: Staff, act: Act
) -> tuple[Organisation, frozenset[Role]] | Refused:
    """The whole organisation and the caller's roles in it, for whoever shows it and what else they may do."""
    found = snapshot.organisation_for(slug, _key_of(caller))
    if found is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    organisation, roles = found
    return _checked(act, caller, roles, organisation.key) or (organisation, roles)


def _checked(act: Act, caller: Staff, roles: frozenset[Role], organisation_key: int) -> Refused | None:
    """Why the caller may not do this in the organisation; None where they may."""
    decision = check_permission(act, staff_actor_with(caller, roles, organisation_key))
    return decision if isinstance(decision, Refused) else None


def _key_of(caller: Staff) -> int | None:
    account = account_of(caller)
    return None if account is None else account.key


def read_draft(snapshot: Snapshot, debate_uid: UUID, caller: Staff, now: datetime) -> Document | Refused:
    """A debate as its staff see it, published or not."""
    not_found = Refused(RefusalCode.DEBATE_NOT_FOUND)
    found = snapshot.debate_for(debate_uid, _key_of(caller))
    if found is None:
        return not_found
    debate, roles = found
    actor = staff_actor_with(caller, roles, debate.owner.key)
    decision = check_permission(Act.READ_DRAFTS, actor)
    if isinstance(decision, Refused):
        # Whether a draft exists is the organisation's own business.
        return not_found if debate.published_at is None else decision
    return snapshot.staff_debate(debate_uid, now) or not_found
