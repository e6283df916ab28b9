"""Why somebody does not find a case."""

from consultation.application.ports import Account, Transaction
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act, check_permission


def not_here(tx: Transaction, slug: str, account: Account) -> Refused:
    """Why there is no such case: nobody but the organisation's staff learns which cases it has."""
    organisation = tx.organisations.find(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    actor = Person(account.key, account.name, tx.people.roles(account.key, organisation.key))
    decision = check_permission(Act.MODERATE, actor)
    return decision if isinstance(decision, Refused) else Refused(RefusalCode.CASE_NOT_FOUND)
