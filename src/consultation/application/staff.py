"""Reading what an organisation keeps to its staff: drafts and members."""

from datetime import datetime
from uuid import UUID

from consultation.application.ports import Account, Member, Organisation
from consultation.application.readers import Document, Snapshot
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act, check_permission


def read_drafts(snapshot: Snapshot, slug: str, account: Account) -> list[Document] | Refused:
    """The drafts of an organisation, for its staff."""
    found = _permitted(snapshot, slug, account, Act.READ_DRAFTS)
    return found if isinstance(found, Refused) else snapshot.drafts(slug)


def read_members(snapshot: Snapshot, slug: str, account: Account) -> list[Member] | Refused:
    """The members of an organisation, for its administrators."""
    found = _permitted(snapshot, slug, account, Act.MANAGE_MEMBERS)
    return found if isinstance(found, Refused) else snapshot.members(found.key)


def _permitted(snapshot: Snapshot, slug: str, account: Account, act: Act) -> Organisation | Refused:
    found = snapshot.organisation_for(slug, account.key)
    if found is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    organisation, roles = found
    decision = check_permission(act, Person(account.key, account.name, roles))
    return decision if isinstance(decision, Refused) else organisation


def read_draft(snapshot: Snapshot, debate_uid: UUID, account: Account, now: datetime) -> Document | Refused:
    """A debate as its staff see it, published or not."""
    not_found = Refused(RefusalCode.DEBATE_NOT_FOUND)
    found = snapshot.debate_for(debate_uid, account.key)
    if found is None:
        return not_found
    debate, roles = found
    decision = check_permission(Act.READ_DRAFTS, Person(account.key, account.name, roles))
    if isinstance(decision, Refused):
        # Whether a draft exists is the organisation's own business.
        return not_found if debate.published_at is None else decision
    return snapshot.staff_debate(debate_uid, now) or not_found
