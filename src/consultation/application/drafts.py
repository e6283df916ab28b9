"""Reading what is not public yet."""

from datetime import datetime
from uuid import UUID

from consultation.application.ports import Account
from consultation.application.readers import Document, Snapshot
from consultation.domain.actors import ANONYMOUS, Actor, Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act, check_permission


def _actor(snapshot: Snapshot, account: Account | None, organisation_key: int) -> Actor:
    if account is None:
        return ANONYMOUS
    return Person(account.key, account.name, snapshot.roles(account.key, organisation_key))


def read_drafts(snapshot: Snapshot, slug: str, account: Account | None) -> list[Document] | Refused:
    """The drafts of an organisation, for its staff."""
    organisation = snapshot.owner(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    actor = _actor(snapshot, account, organisation.key)
    decision = check_permission(Act.READ_DRAFTS, actor)
    return decision if isinstance(decision, Refused) else snapshot.drafts(slug)


def read_draft(
    snapshot: Snapshot, debate_uid: UUID, account: Account | None, now: datetime
) -> Document | Refused:
    """A debate as its staff see it, published or not."""
    debate = snapshot.domain_debate(debate_uid)
    if debate is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    actor = _actor(snapshot, account, debate.owner.key)
    decision = check_permission(Act.READ_DRAFTS, actor)
    if isinstance(decision, Refused):
        # Whether a draft exists is the organisation's own business.
        is_public = debate.published_at is not None
        return decision if is_public else Refused(RefusalCode.DEBATE_NOT_FOUND)
    return snapshot.staff_debate(debate_uid, now) or Refused(RefusalCode.DEBATE_NOT_FOUND)
