"""What the administrators of the platform do: organisations, their first administrators, themselves."""

from consultation.application.invitations import Invited, offer
from consultation.application.organisations import add_organisation
from consultation.application.people import add_account
from consultation.application.ports import Account, Digests, Organisation, Transaction
from consultation.domain.actors import Person, Role
from consultation.domain.decisions import Decision, RefusalCode, Refused
from consultation.domain.membership import check_first_administrator
from consultation.domain.permissions import Act, check_permission


def check_platform(tx: Transaction, act: Act, account: Account) -> Decision:
    """May this person do something that is open to administrators of the platform only?"""
    runs_platform = tx.platform.includes(account.key)
    return check_permission(act, Person(account.key, account.name, runs_platform=runs_platform))


def create_organisation(
    tx: Transaction, account: Account, slug: str, name: str, time_zone: str, locale: str
) -> Organisation | Refused:
    """Set up an organisation, which nobody belongs to yet. Raises UnfitOrganisation."""
    decision = check_platform(tx, Act.CREATE_ORGANISATION, account)
    if isinstance(decision, Refused):
        return decision
    return add_organisation(tx, slug, name, time_zone, locale)


def name_first_administrator(
    tx: Transaction, digests: Digests, slug: str, account: Account, email: str
) -> Invited | Refused:
    """Invite an administrator into an organisation that has none; from then on it sees to itself."""
    decision = check_platform(tx, Act.NAME_FIRST_ADMINISTRATOR, account)
    if isinstance(decision, Refused):
        return decision
    organisation = tx.organisations.lock(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    members = tx.organisations.members(organisation.key)
    decision = check_first_administrator(member.roles for member in members)
    if isinstance(decision, Refused):
        return decision
    return offer(tx, digests, organisation, account, email, Role.ADMINISTRATOR)


def add_platform_administrator(tx: Transaction, email: str, locale: str) -> Account:
    """Make the person with a normalised address, known or not yet, one of them."""
    there = tx.platform.lock()
    person = tx.people.by_email(email) or add_account(tx, email, locale)
    if all(one.key != person.key for one in there):
        tx.platform.add(person.key, tx.now())
    return person


def remove_platform_administrator(tx: Transaction, email: str) -> Account | Refused | None:
    """The one with a normalised address, who goes; None when none has it. The last stays."""
    # All are locked: of two who remove each other, the second finds that there is one left.
    there = tx.platform.lock()
    leaving = next((one for one in there if one.email == email), None)
    if leaving is None:
        return None
    if len(there) == 1:
        return Refused(RefusalCode.LAST_PLATFORM_ADMINISTRATOR)
    tx.platform.remove(leaving.key)
    return leaving
