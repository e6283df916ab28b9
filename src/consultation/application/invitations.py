"""Offering a role by e-mail, and accepting it.

Whoever holds the token and is signed in accepts. The address only says where the mail went: it is
compared with no account, so that no two people become one because an address was theirs in turn.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consultation.application.organisations import administered
from consultation.application.ports import Account, Digests, Invitation, Organisation, Transaction
from consultation.application.readers import Snapshot
from consultation.application.staff import permitted
from consultation.domain.actors import Role
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.membership import INVITATION_LIFETIME, check_acceptable
from consultation.domain.permissions import Act


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh invitation; its token is mailed after the commit and then forgotten.

    `locale` is that of the account with the address, if there is one, else the organisation's.
    """

    organisation: Organisation
    invitation: Invitation
    token: str
    locale: str


def invite(
    tx: Transaction, digests: Digests, slug: str, account: Account, email: str, role: Role
) -> Invited | Refused:
    """Offer a role to a normalised address, in place of what was offered to it before."""
    organisation = administered(tx, slug, account, Act.MANAGE_MEMBERS)
    if isinstance(organisation, Refused):
        return organisation
    return offer(tx, digests, organisation, account, email, role)


def offer(
    tx: Transaction, digests: Digests, organisation: Organisation, inviter: Account, email: str, role: Role
) -> Invited:
    """Make the invitation into a locked organisation."""
    known = tx.people.by_email(email)
    token, now = tx.ids.token(), tx.now()
    invitation = Invitation(tx.ids.uid(), email, role, now, now + INVITATION_LIFETIME, inviter.name)
    tx.invitations.put(organisation.key, inviter.key, invitation, digests.token(token))
    return Invited(organisation, invitation, token, organisation.locale if known is None else known.locale)


def read_invitations(
    snapshot: Snapshot, slug: str, account: Account, now: datetime
) -> list[Invitation] | Refused:
    """Invitations that can be accepted and those that were, newest first, for administrators."""
    found = permitted(snapshot, slug, account, Act.MANAGE_MEMBERS)
    return found if isinstance(found, Refused) else snapshot.invitations(found, now)


def revoke(tx: Transaction, slug: str, account: Account, uid: UUID) -> Refused | None:
    """Take an invitation back before it is accepted: its token is worth nothing from here on."""
    organisation = administered(tx, slug, account, Act.MANAGE_MEMBERS)
    if isinstance(organisation, Refused):
        return organisation
    if not tx.invitations.remove(organisation.key, uid):
        return Refused(RefusalCode.INVITATION_NOT_FOUND)
    return None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The role that somebody accepted, and all that they have in the organisation now."""

    organisation: Organisation
    role: Role
    roles: frozenset[Role]


def accept(tx: Transaction, digests: Digests, account: Account, token: str) -> Accepted | Refused:
    """Take the role that a token offers. It serves once."""
    held = tx.invitations.hold(digests.token(token))
    if held is None:
        return Refused(RefusalCode.INVITATION_UNUSABLE)
    organisation, role, now = held.organisation, held.invitation.role, tx.now()
    members: dict[int | None, frozenset[Role]] = {
        one.person.key: one.roles for one in tx.organisations.members(organisation.key)
    }
    inviter = members.get(held.inviter_key, frozenset())
    decision = check_acceptable(held.invitation.expires_at, now, inviter, members.values())
    if isinstance(decision, Refused):
        return decision
    roles = members.get(account.key, frozenset())
    if role not in roles:
        tx.organisations.add_role(organisation.key, account.key, role, now)
    tx.invitations.accept(held.key, account.key, now)
    return Accepted(organisation, role, roles | {role})
